// A track opened: its spans and all that lies below them, as rows of bars by depth. Spans that overlap at one depth
// take rows of their own, so that nothing is drawn over anything. Geometry only; where the rows run out, the last one
// holds blocks, as in model/timeline/span-tracks.
import { spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { TraceTree } from '../trace/trace-tree.ts';
import { type BarRow, packBarRows, type SpanTrack, spanTrackOf } from './span-tracks.ts';

export interface DepthTrack extends SpanTrack {
  /** Depth below the track's own spans, of each row of bars. */
  readonly depths: readonly number[];
}

/** More depths than that stand in the last one together. */
const MAX_DEPTHS = 12;
const MAX_ROWS = 24;

/** The track with everything below its spans. O(n log n); a track without spans stays without rows. */
export function openTrack(track: SpanTrack, columns: TraceColumns, tree: TraceTree): DepthTrack {
  const levels = rowsByDepth(track, columns, tree);
  const barRows: BarRow[] = [];
  const depths: number[] = [];
  let count = 0;
  for (const [depth, rows] of levels.entries()) {
    count += rows.length;
    // Every depth that is left gets at least one row.
    const room = MAX_ROWS - barRows.length - (levels.length - depth - 1);
    for (const barRow of packBarRows(columns, rows, room)) {
      barRows.push(barRow);
      depths.push(depth);
    }
  }
  return { id: track.id, label: track.label, count, barRows, depths };
}

/** Preorder puts parents first, so that one walk knows how deep each span lies below the track's own. */
function rowsByDepth(track: SpanTrack, columns: TraceColumns, tree: TraceTree): number[][] {
  /** 1 + depth below the track's own spans; 0 where a span is no part of it. */
  const below = new Uint32Array(columns.count);
  const levels: number[][] = [];
  for (let at = 0; at < tree.count; at++) {
    const row = tree.rows[at] ?? 0;
    const up = tree.parent[row] ?? -1;
    const upBelow = up < 0 ? 0 : (below[up] ?? 0);
    const isOwn = spanTrackOf(spanKinds[columns.kind[row] ?? -1] ?? 'other') === track.id;
    if (upBelow === 0 && !isOwn) continue;
    below[row] = upBelow + 1;
    const depth = Math.min(upBelow, MAX_DEPTHS - 1);
    const level = levels[depth];
    if (level) level.push(row);
    else levels[depth] = [row];
  }
  return levels;
}
