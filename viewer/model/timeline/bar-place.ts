// Where a span's own bar lies among the tracks, found by search, so that it costs the same in a trace of
// five spans and of 100,000.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowStartNs } from '../trace/trace-tree.ts';
import type { BarRow } from './span-tracks.ts';
import { barTop, type TimelineTrack } from './tracks.ts';

export interface BarPlace {
  readonly startNs: number;
  readonly endNs: number;
  /** Pixels from the top of the tracks. */
  readonly y: number;
  readonly height: number;
}

/** The bar of a row; null where it has none of its own: out of the tracks shown, or folded into a block. */
export function barOf(
  columns: TraceColumns | null,
  tracks: readonly TimelineTrack[],
  row: number,
): BarPlace | null {
  if (!columns || row < 0) return null;
  const startNs = rowStartNs(columns, row);
  for (const track of tracks) {
    for (const [index, barRow] of (track.spans?.barRows ?? []).entries()) {
      const item = itemOf(barRow, row, startNs);
      if (item < 0) continue;
      return {
        startNs,
        endNs: barRow.endNs[item] ?? startNs,
        y: track.y + barTop(track) + index * track.pitch,
        height: track.barHeight,
      };
    }
  }
  return null;
}

/** The item that is this row alone, -1 for none. Items stand in order of start; some start at once. */
function itemOf(barRow: BarRow, row: number, startNs: number): number {
  let low = 0;
  let high = barRow.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((barRow.startNs[middle] ?? 0) < startNs) low = middle + 1;
    else high = middle;
  }
  for (let item = low; item < barRow.count && barRow.startNs[item] === startNs; item++) {
    const spans = (barRow.spansBefore[item + 1] ?? 0) - (barRow.spansBefore[item] ?? 0);
    if (barRow.rows[item] === row && spans === 1) return item;
  }
  return -1;
}
