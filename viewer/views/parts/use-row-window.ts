// Which rows of a long list are in the page: all of a short one, of a long one those in sight and a few
// around. Heights are read off what is drawn; what lies above the eye may change its height without
// moving what is being read.
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { RowHeights } from '../../model/display/row-heights.ts';
import { printing } from '../../state/page/media.ts';

export interface RowWindow {
  /** Rows [from, to) are drawn, each as an element with `data-row`. */
  readonly from: number;
  readonly to: number;
  /** Room for the rows before and after. */
  readonly beforePx: number;
  readonly afterPx: number;
  /** Scrolls just enough that a row is in sight; at once, and again when its height is known. */
  reveal(row: number): void;
  /** Whether a row is in sight at least in part. */
  sees(row: number): boolean;
}

export interface RowWindowOptions {
  readonly count: number;
  /** Stable between lists: what a row was measured at is kept by it. */
  readonly keyOf: (row: number) => string;
  readonly estimatePx: number;
  /** Lists up to this long are drawn whole: the browser's own search then finds all of them. */
  readonly wholeUpTo?: number;
}

const OVERSCAN_PX = 600;
const MARGIN_PX = 24;

export function useRowWindow(list: RefObject<HTMLElement | null>, options: RowWindowOptions): RowWindow {
  const { count, keyOf, estimatePx, wholeUpTo = 120 } = options;
  const known = useRef(new Map<string, number>()).current;
  const eye = useSignal({ top: 0, height: 800 });
  const measurings = useSignal(0);
  const wanted = useRef(-1);
  const heights = useMemo(
    () => new RowHeights(count, estimatePx, (row) => known.get(keyOf(row))),
    [count, keyOf, estimatePx],
  );
  void measurings.value;
  const whole = count <= wholeUpTo || printing.value;
  const top = eye.value.top;
  const from = whole ? 0 : Math.max(0, heights.rowAt(top - OVERSCAN_PX));
  const to = whole ? count : Math.min(count, heights.rowAt(top + eye.value.height + OVERSCAN_PX) + 1);

  const panelOf = () => list.current?.closest<HTMLElement>('.panel') ?? null;
  const look = () => {
    const panel = panelOf();
    if (!panel) return;
    const next = { top: panel.scrollTop - (list.current?.offsetTop ?? 0), height: panel.clientHeight };
    if (next.top !== eye.peek().top || next.height !== eye.peek().height) eye.value = next;
  };
  const measure = () => {
    const panel = panelOf();
    if (!panel || !list.current) return;
    const listTop = list.current.offsetTop;
    const anchor = heights.rowAt(panel.scrollTop - listTop);
    const before = heights.topOf(anchor);
    let news = false;
    for (const element of list.current.children) {
      const row = Number((element as HTMLElement).dataset.row ?? -1);
      if (row < 0) continue;
      const height = (element as HTMLElement).offsetHeight;
      known.set(keyOf(row), height);
      if (heights.measured(row, height)) news = true;
    }
    if (!news) return;
    const moved = heights.topOf(anchor) - before;
    if (moved !== 0 && !whole) panel.scrollTop += moved;
    if (wanted.current >= 0) scrollTo(wanted.current);
    measurings.value++;
  };
  const scrollTo = (row: number) => {
    const panel = panelOf();
    if (!panel || row < 0 || row >= count) return;
    const listTop = list.current?.offsetTop ?? 0;
    const rowTop = listTop + heights.topOf(row);
    const height = heights.heightOf(row);
    if (rowTop - MARGIN_PX < panel.scrollTop || height + 2 * MARGIN_PX > panel.clientHeight)
      panel.scrollTop = rowTop - MARGIN_PX;
    else if (rowTop + height + MARGIN_PX > panel.scrollTop + panel.clientHeight)
      panel.scrollTop = rowTop + height + MARGIN_PX - panel.clientHeight;
  };

  useLayoutEffect(measure);
  useLayoutEffect(() => {
    const panel = panelOf();
    if (!panel || !list.current) return;
    look();
    const byHand = () => {
      wanted.current = -1;
    };
    const observer = new ResizeObserver(() => {
      measure();
      look();
    });
    observer.observe(panel);
    observer.observe(list.current);
    panel.addEventListener('scroll', look, { passive: true });
    panel.addEventListener('wheel', byHand, { passive: true });
    panel.addEventListener('pointerdown', byHand, { passive: true });
    return () => {
      observer.disconnect();
      panel.removeEventListener('scroll', look);
      panel.removeEventListener('wheel', byHand);
      panel.removeEventListener('pointerdown', byHand);
    };
  }, [heights]);

  return {
    from,
    to,
    beforePx: whole ? 0 : heights.topOf(from),
    afterPx: whole ? 0 : heights.totalPx - heights.topOf(to),
    reveal(row) {
      wanted.current = row;
      scrollTo(row);
    },
    sees(row) {
      const rowTop = heights.topOf(row);
      return rowTop < top + eye.value.height && rowTop + heights.heightOf(row) > top;
    },
  };
}
