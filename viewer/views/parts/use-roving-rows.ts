// One Tab stop for a list of rows: the arrows go from row to row, Enter does what a row is for. The row that has the
// stop is the current one until somebody goes elsewhere. Does not draw, nor know what a row shows.
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface RovingOptions {
  readonly count: number;
  /** The row that has the stop while nobody went elsewhere; -1 for the first. */
  readonly current: number;
  /** Brings a row into the page and into sight. */
  readonly reveal: (row: number) => void;
  readonly onEnter: (row: number) => void;
}

export interface RovingRows {
  /** The row with the stop: its `tabIndex` is 0, that of all others -1. Each carries `data-row`. */
  readonly stop: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusOut: (event: FocusEvent) => void;
}

export function useRovingRows(
  list: RefObject<HTMLElement | null>,
  { count, current, reveal, onEnter }: RovingOptions,
): RovingRows {
  const at = useSignal(-1);
  const isWanted = useRef(false);
  const stop = Math.min(at.value >= 0 ? at.value : Math.max(0, current), count - 1);
  // The row may be drawn only after it was revealed.
  useLayoutEffect(() => {
    if (!isWanted.current) return;
    const row = list.current?.querySelector<HTMLElement>(
      `[data-row="${stop}"] [tabindex="0"], [data-row="${stop}"][tabindex="0"]`,
    );
    if (!row) return;
    isWanted.current = false;
    row.focus({ preventScroll: true });
  });
  return {
    stop,
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      const isOnRow = event.target instanceof HTMLElement && event.target.matches('[tabindex="0"]');
      if (event.key === 'Enter' && isOnRow) onEnter(stop);
      else if (step !== 0 && isOnRow) {
        const next = Math.min(Math.max(stop + step, 0), count - 1);
        isWanted.current = true;
        at.value = next;
        reveal(next);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    onFocusOut(event) {
      const to = event.relatedTarget;
      if (to instanceof Node && !list.current?.contains(to)) at.value = -1;
    },
  };
}
