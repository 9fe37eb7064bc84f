// A press and a drag that seek: the only gesture of a timeline without a window and a zoom. Does not know what
// is sought.

export interface ScrubHandlers {
  readonly onPointerDown: (event: ScrubEvent) => void;
  readonly onPointerMove: (event: ScrubEvent) => void;
}
type ScrubEvent = PointerEvent & { readonly currentTarget: HTMLElement };

/** Press and drag with the first button. @param seek told each place, pixels from the element's left edge */
export function scrubbing(seek: (px: number) => void): ScrubHandlers {
  const seekTo = ({
    currentTarget,
    clientX,
  }: {
    readonly currentTarget: Element;
    readonly clientX: number;
  }) => seek(clientX - currentTarget.getBoundingClientRect().left);
  return {
    onPointerDown(event) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      seekTo(event);
    },
    onPointerMove(event) {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
    },
  };
}
