// How large a pane may be that its reader resizes: what a drag, an arrow key and a remembered size come to. Pure; knows
// no element and no storage.

export interface PaneBounds {
  readonly minPx: number;
  readonly maxPx: number;
}

/** One press of an arrow. */
export const PANE_STEP_PX = 16;
/** What a browser remembers is anybody's text. */
const MAX_REMEMBERED_PX = 4000;

export function heldSize(sizePx: number, { minPx, maxPx }: PaneBounds): number {
  return Math.round(Math.max(minPx, Math.min(maxPx, sizePx)));
}

/**
 * What a key makes of a size; null for a key that is none of a splitter's.
 * @param arrows that make it larger and smaller
 */
export function keyedSize(
  key: string,
  sizePx: number,
  bounds: PaneBounds,
  arrows: readonly [larger: string, smaller: string],
): number | null {
  if (key === arrows[0]) return heldSize(sizePx + PANE_STEP_PX, bounds);
  if (key === arrows[1]) return heldSize(sizePx - PANE_STEP_PX, bounds);
  if (key === 'Home') return bounds.minPx;
  return key === 'End' ? bounds.maxPx : null;
}

/** A size as it was remembered; null where it is none. */
export function rememberedSize(text: string | null): number | null {
  if (text === null || !/^\d{1,4}$/.test(text)) return null;
  const sizePx = Number(text);
  return sizePx > 0 && sizePx <= MAX_REMEMBERED_PX ? sizePx : null;
}
