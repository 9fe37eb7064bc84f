// Where a span's own bar lies among the tracks, found by search, so that it costs the same in a trace of
// five spans and of 100,000.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowStartNs } from '../trace/trace-tree.ts';
import type { SubLane } from './lanes.ts';
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
    for (const [index, line] of (track.lane?.subLanes ?? []).entries()) {
      const item = itemOf(line, row, startNs);
      if (item < 0) continue;
      return {
        startNs,
        endNs: line.endNs[item] ?? startNs,
        y: track.y + barTop(track) + index * track.pitch,
        height: track.barHeight,
      };
    }
  }
  return null;
}

/** The item that is this row alone, -1 for none. Items stand in order of start; some start at once. */
function itemOf(line: SubLane, row: number, startNs: number): number {
  let low = 0;
  let high = line.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line.startNs[middle] ?? 0) < startNs) low = middle + 1;
    else high = middle;
  }
  for (let item = low; item < line.count && line.startNs[item] === startNs; item++) {
    const spans = (line.spansBefore[item + 1] ?? 0) - (line.spansBefore[item] ?? 0);
    if (line.rows[item] === row && spans === 1) return item;
  }
  return -1;
}
