// Which rows of a long list are in the page: all of a short one, of a long one those in sight and a few
// around. Heights are read off what is drawn; what is above may change its height without moving
// what is being read. Does not draw.
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
  /** What stays at the top of the panel, over the rows. */
  readonly headPx?: number;
}

const OVERSCAN_PX = 600;
const MARGIN_PX = 24;

export function useRowWindow(list: RefObject<HTMLElement | null>, options: RowWindowOptions): RowWindow {
  const { count, keyOf, estimatePx, wholeUpTo = 120, headPx = 0 } = options;
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

  const look = () => {
    const panel = panelOf(list.current);
    if (!panel) return;
    const next = { top: panel.scrollTop - (list.current?.offsetTop ?? 0), height: panel.clientHeight };
    if (next.top !== eye.peek().top || next.height !== eye.peek().height) eye.value = next;
  };
  const measure = () => {
    const panel = panelOf(list.current);
    if (!panel || !list.current) return;
    const anchor = heights.rowAt(panel.scrollTop - list.current.offsetTop);
    const before = heights.topOf(anchor);
    if (!measureRows(list.current, heights, (row, height) => known.set(keyOf(row), height))) return;
    const moved = heights.topOf(anchor) - before;
    if (moved !== 0 && !whole) panel.scrollTop += moved;
    if (wanted.current >= 0) scrollToRow(list.current, heights, wanted.current, headPx);
    measurings.value++;
  };
  useLayoutEffect(measure);
  useLayoutEffect(() => {
    look();
    return watchPanel(list.current, {
      onScroll: look,
      onResize() {
        measure();
        look();
      },
      onHand() {
        wanted.current = -1;
      },
    });
  }, [heights]);

  return {
    from,
    to,
    beforePx: whole ? 0 : heights.topOf(from),
    afterPx: whole ? 0 : heights.totalPx - heights.topOf(to),
    reveal(row) {
      wanted.current = row;
      scrollToRow(list.current, heights, row, headPx);
    },
    sees(row) {
      const rowTop = heights.topOf(row);
      return rowTop < top + eye.value.height && rowTop + heights.heightOf(row) > top;
    },
  };
}

function panelOf(list: HTMLElement | null): HTMLElement | null {
  return list?.closest<HTMLElement>('.panel') ?? null;
}

/** Reads the heights of the rows that are drawn. @returns whether one is new */
function measureRows(
  list: HTMLElement,
  heights: RowHeights,
  keep: (row: number, height: number) => void,
): boolean {
  let news = false;
  for (const element of list.children) {
    const row = Number((element as HTMLElement).dataset.row ?? -1);
    if (row < 0) continue;
    const height = (element as HTMLElement).offsetHeight;
    keep(row, height);
    if (heights.measured(row, height)) news = true;
  }
  return news;
}

function scrollToRow(list: HTMLElement | null, heights: RowHeights, row: number, keptPx: number): void {
  const panel = panelOf(list);
  if (!list || !panel || row < 0 || row >= heights.count) return;
  // A table's head stays at the top of the panel, over its rows.
  const headPx = list.querySelector<HTMLElement>(':scope > thead')?.offsetHeight ?? 0;
  const rowTop = list.offsetTop + headPx + heights.topOf(row);
  const height = heights.heightOf(row);
  const overPx = headPx + keptPx;
  const roomPx = panel.clientHeight - overPx;
  if (rowTop - overPx - MARGIN_PX < panel.scrollTop || height + 2 * MARGIN_PX > roomPx)
    panel.scrollTop = rowTop - overPx - MARGIN_PX;
  else if (rowTop + height + MARGIN_PX > panel.scrollTop + panel.clientHeight)
    panel.scrollTop = rowTop + height + MARGIN_PX - panel.clientHeight;
}

interface PanelWatcher {
  readonly onScroll: () => void;
  readonly onResize: () => void;
  /** Somebody scrolls by wheel, finger or bar. */
  readonly onHand: () => void;
}

/** @returns a function that stops watching */
function watchPanel(list: HTMLElement | null, { onScroll, onResize, onHand }: PanelWatcher) {
  const panel = panelOf(list);
  if (!list || !panel) return undefined;
  const observer = new ResizeObserver(onResize);
  observer.observe(panel);
  observer.observe(list);
  const listening = new AbortController();
  const options = { passive: true, signal: listening.signal };
  panel.addEventListener('scroll', onScroll, options);
  panel.addEventListener('wheel', onHand, options);
  panel.addEventListener('pointerdown', onHand, options);
  return () => {
    observer.disconnect();
    listening.abort();
  };
}
