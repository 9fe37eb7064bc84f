// How large a terminal's type is and which of its rows are in sight: type that can be read and fits the width where
// it can, and the rows that were written to last. Pure arithmetic in CSS pixels; knows no element.
import type { Line, Screen } from './film.ts';

/** JetBrains Mono's advance is 600 of 1000 units. */
export const ADVANCE_EM = 0.6;
/** Nobody reads less; what does not fit then is scrolled to. */
export const MIN_TYPE_PX = 12;
export const MAX_TYPE_PX = 14;
/** Who fills the screen with it looks from further away. */
export const MAX_FULL_SCREEN_TYPE_PX = 30;
const LINE_EM = 4 / 3;

export interface Room {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Whether it is all that is on the screen. */
  readonly full: boolean;
}

export interface TypeSize {
  readonly fontPx: number;
  /** Whole, so that rows begin at whole pixels. */
  readonly rowPx: number;
}

/** Fits the width; on a full screen the height as well, so that all of it is seen at once. */
export function typeSize({ widthPx, heightPx, full }: Room, cols: number, rows: number): TypeSize {
  const byWidth = widthPx / (Math.max(1, cols) * ADVANCE_EM);
  const byHeight = full ? heightPx / (Math.max(1, rows) * LINE_EM) : Number.POSITIVE_INFINITY;
  const max = full ? MAX_FULL_SCREEN_TYPE_PX : MAX_TYPE_PX;
  const fontPx = Math.min(max, Math.max(MIN_TYPE_PX, Math.floor(Math.min(byWidth, byHeight) * 20) / 20));
  const rowPx = full ? Math.floor(fontPx * LINE_EM) : Math.round(fontPx * LINE_EM);
  return { fontPx, rowPx };
}

export interface Rows {
  readonly from: number;
  /** The last of them. */
  readonly to: number;
}

/** Rows below the cursor that belong to it: the frame of its input, and what stands beneath. */
const BELOW_CURSOR = 3;

/**
 * The rows that somebody who watches wants to see: those around the cursor; where none is shown, those that are not as
 * they were before. Null where nothing says.
 */
export function wantedRows({ cursor, lines }: Screen, before: readonly Line[] | null): Rows | null {
  if (cursor.visible) {
    const last = lines.findLastIndex((line) => line.length > 0);
    const to = Math.max(cursor.y, Math.min(last, cursor.y + BELOW_CURSOR));
    return { from: Math.max(0, cursor.y - 1), to };
  }
  if (!before) return null;
  const changed = (line: Line, y: number) => line !== before[y];
  const from = lines.findIndex(changed);
  return from < 0 ? null : { from, to: lines.findLastIndex(changed) };
}

/** The first row to show: the one shown, where what is wanted is in sight from it, else the nearest that brings it. */
export function firstRow(shown: number, wanted: Rows | null, fitting: number, rows: number): number {
  const last = Math.max(0, rows - fitting);
  if (!wanted) return Math.min(shown, last);
  const lowest = Math.min(wanted.to, rows - 1) - fitting + 1;
  const highest = Math.max(wanted.from, lowest);
  return Math.max(0, Math.min(last, Math.max(lowest, Math.min(shown, highest))));
}
