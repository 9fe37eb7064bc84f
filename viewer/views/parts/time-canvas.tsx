// What every drawing of time is made of, on the timeline of a cell, of a comparison and of a frame: a canvas as
// wide as its place, the playhead's line over it, the slider that assistive technology hears, the clock and
// the keys. Does not know what is drawn: whoever draws gives a function that reads signals.
import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { themeEpoch } from '../../state/page/settings.ts';
import { type Palette, prepare, readPalette } from './canvas.ts';
import type { ScrubHandlers } from './scrubbing.ts';
import { useDrawing } from './use-drawing.ts';
import { useSize } from './use-size.ts';
import { useSyncEffect } from './use-sync-effect.ts';

interface CanvasProps {
  readonly class?: string;
  readonly widthPx: () => number;
  readonly heightPx: () => number;
  readonly draw: (context: CanvasRenderingContext2D, colours: Palette) => void;
}

/** Drawn again in the frame after a signal that it read has changed, the colours or the fonts among them. */
export function TimeCanvas({ class: name, widthPx, heightPx, draw }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const fontsReady = useSignal(false);
  useLayoutEffect(() => {
    void document.fonts.ready.then(() => {
      fontsReady.value = true;
    });
  }, []);
  const colours = useComputed(() => {
    void themeEpoch.value;
    return readPalette();
  });
  useDrawing(() => {
    void fontsReady.value;
    const context = canvas.current && prepare(canvas.current, widthPx(), heightPx());
    if (context) draw(context, colours.value);
  });
  return <canvas ref={canvas} class={name} style={{ height: `${heightPx()}px` }} />;
}

/** The width of a place as it is laid out, in whole pixels and at least 1. */
export function useWidthPx(place: RefObject<HTMLElement | null>): ReadonlySignal<number> {
  const widthPx = useSignal(1);
  useSize(
    () => place.current,
    (element) => {
      widthPx.value = Math.max(1, element.clientWidth);
    },
  );
  return widthPx;
}

interface PlayheadProps {
  readonly class: 'playhead' | 'minimap-now' | 'embed-now';
  readonly xPx: () => number;
  readonly widthPx: () => number;
  /** Where given, the line carries a flag with this text; "" for a bare tab. */
  readonly flag?: () => string;
}

/** The one vermilion line: moved by transform, so that playing redraws no canvas. */
export function PlayheadLine({ class: name, xPx, widthPx, flag: flagText }: PlayheadProps) {
  const line = useRef<HTMLDivElement>(null);
  const flag = useRef<HTMLSpanElement>(null);
  useSyncEffect(() => {
    const [x, width, text] = [xPx(), widthPx(), flagText?.()];
    if (!line.current) return;
    line.current.style.transform = `translateX(${x}px)`;
    line.current.style.opacity = x >= -0.5 && x <= width + 0.5 ? '1' : '0';
    if (!flag.current || text === undefined) return;
    flag.current.classList.toggle('tab-flag', text === '');
    if (flag.current.textContent !== text) flag.current.textContent = text;
    // The flag leans inwards at the edges and so is never cut.
    const half = widthOf(flag.current) / 2;
    const lean = Math.min(-half, width - x - 2 * half);
    flag.current.style.transform = `translateX(${Math.max(lean, -x)}px)`;
  });
  return (
    <div class={name} ref={line} aria-hidden="true">
      {flagText && <span class="playhead-flag" ref={flag} />}
    </div>
  );
}

/** Widths by the text's shape: figures are all as wide, and asking the page each frame would lay it out. */
const flagWidths = new Map<string, number>();

function widthOf(flag: HTMLElement): number {
  const shape = `${document.fonts.status} ${flag.textContent.replace(/\d/g, '0')}`;
  const known = flagWidths.get(shape);
  if (known !== undefined) return known;
  const width = flag.offsetWidth;
  if (width > 0) flagWidths.set(shape, width);
  return width;
}

/** Said now and then while time moves, so that nobody's screen reader drowns; exactly once it rests. */
const SPOKEN_EVERY_MS = 400;

interface SliderProps extends Partial<ScrubHandlers> {
  readonly class: string;
  readonly place: RefObject<HTMLDivElement | null>;
  readonly playback: {
    readonly positionNs: ReadonlySignal<number>;
    readonly lengthNs: ReadonlySignal<number>;
    readonly playing: ReadonlySignal<boolean>;
  };
  /** Where the playhead is; reads signals. */
  readonly words: () => string;
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}

export function TimeSlider({
  class: name,
  place,
  playback,
  words,
  disabled,
  children,
  ...events
}: SliderProps) {
  const spokenAtMs = useRef(0);
  useSyncEffect(() => {
    const [text, nowMs] = [words(), performance.now()];
    const [positionNs, lengthNs] = [playback.positionNs.value, playback.lengthNs.value];
    const isMoving = playback.playing.value;
    if (!place.current || (isMoving && nowMs - spokenAtMs.current < SPOKEN_EVERY_MS)) return;
    spokenAtMs.current = nowMs;
    place.current.setAttribute('aria-valuemax', String(Math.round(lengthNs / 1e6)));
    place.current.setAttribute('aria-valuenow', String(Math.round(positionNs / 1e6)));
    place.current.setAttribute('aria-valuetext', text);
  });
  return (
    <div
      class={name}
      ref={place}
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={0}
      aria-valuemax={0}
      aria-valuenow={0}
      aria-disabled={disabled || undefined}
      {...events}
    >
      {children}
    </div>
  );
}

/** Where the playhead is, and of how much; nothing while that is not known. */
export function Clock({
  position,
  rest,
  restClass,
}: {
  position: ReadonlySignal<string>;
  rest: ReadonlySignal<string>;
  restClass?: string | undefined;
}) {
  return (
    <p class="clock" role="timer" aria-label="Position">
      <b>{position}</b>
      <span class={restClass}> {rest}</span>
    </p>
  );
}

/** The keys, printed where they work: each hint one or two keys and what they do. */
export function KeyHints({
  hints,
}: {
  hints: readonly (readonly [keys: ComponentChildren, words: string])[];
}) {
  return (
    <p class="key-hints" aria-hidden="true">
      {hints.map(([keys, words]) => (
        <span key={words}>
          {keys} {words}
        </span>
      ))}
    </p>
  );
}
