// Which rows of a terminal are in sight: those that are written to, until a hand scrolls elsewhere; then what the hand
// chose, until somebody asks for the way back. Sets the box's scroll and tells the rows; decides by the model alone.
import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { firstRow, type Rows } from '../../model/terminal/terminal-view-size.ts';
import type { TerminalSight } from '../../state/terminal/terminal-sight.ts';

interface Scrolled {
  readonly rows: number;
  readonly rowPx: number;
  /** Height of the box for rows, and what it keeps free above the first of them. */
  readonly heightPx: number;
  readonly paddingPx: number;
  readonly wanted: Rows | null;
  /** The frame shown: another is another reason to look. */
  readonly frame: number;
}

/** @returns goes back to what is written */
export function useTerminalScroll(
  box: RefObject<HTMLElement | null>,
  sight: TerminalSight,
  scrolled: Scrolled,
): () => void {
  const { rows, rowPx, heightPx, paddingPx, wanted, frame } = scrolled;
  const fitting = Math.max(1, Math.floor(heightPx / rowPx));
  const shown = useRef(0);
  /** Where the box was last put, and how large it was then: any other place in a box of that size is a hand's. */
  const put = useRef({ wantedPx: -1, layout: '', top: 0, size: '' });
  // Reckoned from where the box was put: asking it would lay the page out in each frame.
  const tell = (scrolledPx: number) => {
    const top = scrolledPx - paddingPx;
    const first = Math.max(0, Math.ceil(top / rowPx));
    const last = Math.min(rows, Math.floor((top + heightPx + 2 * paddingPx) / rowPx));
    const next = first === 0 && last === rows ? null : { first: first + 1, last, of: rows };
    const told = sight.rows.peek();
    if (told?.first !== next?.first || told?.last !== next?.last || told?.of !== next?.of)
      sight.rows.value = next;
  };
  const latest = useRef(tell);
  latest.current = tell;
  const layout = `${heightPx} ${rowPx} ${rows}`;
  const follow = () => {
    const element = box.current;
    if (!element) return;
    shown.current = firstRow(shown.current, wanted, fitting, rows);
    // No row is cut at the upper edge.
    const wantedPx = shown.current === 0 ? 0 : shown.current * rowPx + paddingPx;
    if (put.current.wantedPx === wantedPx && put.current.layout === layout) return;
    element.scrollTop = wantedPx;
    put.current = { wantedPx, layout, top: element.scrollTop, size: sizeOf(element) };
  };
  const following = sight.following.value;
  useLayoutEffect(() => {
    if (following) follow();
    tell(put.current.top);
  }, [following, frame, wanted?.from, wanted?.to, heightPx, rowPx, rows]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      const { top, size } = put.current;
      if (size === sizeOf(element) && Math.abs(element.scrollTop - top) > 1) {
        put.current = { wantedPx: -1, layout: '', top: element.scrollTop, size };
        shown.current = Math.max(0, Math.round((element.scrollTop - paddingPx) / rowPx));
        sight.following.value = false;
      }
      latest.current(element.scrollTop);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [sight, rowPx]);
  return useCallback(() => {
    sight.following.value = true;
  }, [sight]);
}

function sizeOf({ clientHeight, scrollHeight }: HTMLElement): string {
  return `${clientHeight} ${scrollHeight}`;
}
