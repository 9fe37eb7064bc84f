// Which of a grid's rows or columns of one size are in the page: those in sight and some around, in whole
// blocks, so that scrolling within a block draws nothing new. Pure arithmetic.

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A step of scrolling draws at most one block of rows or columns. */
const BLOCK = 8;

/**
 * @param offsetPx how far it is scrolled
 * @param viewPx how much is in sight
 */
export function stretchInSight(offsetPx: number, viewPx: number, sizePx: number, count: number): Stretch {
  const first = Math.floor(Math.max(0, offsetPx) / sizePx / BLOCK) * BLOCK;
  const last = Math.ceil((Math.max(0, offsetPx) + viewPx) / sizePx / BLOCK) * BLOCK;
  const to = Math.min(count, Math.max(last, BLOCK));
  return { from: Math.max(0, Math.min(first, Math.max(0, to - BLOCK))), to };
}

/** Where to scroll so that one of them is in sight; the same offset where it is. */
export function offsetToShow(at: number, offsetPx: number, viewPx: number, sizePx: number): number {
  if (at * sizePx < offsetPx) return at * sizePx;
  if ((at + 1) * sizePx > offsetPx + viewPx) return (at + 1) * sizePx - viewPx;
  return offsetPx;
}
