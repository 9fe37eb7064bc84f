// A track opened: its spans and all that lies below them, as lines by depth. Spans that overlap at one
// depth take lines of their own, so that nothing is drawn over anything. Geometry only; where the lines
// run out, the last one holds blocks, as in model/timeline/lanes.
import { spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { TraceTree } from '../trace/trace-tree.ts';
import { type Lane, laneOf, packRows, type SubLane } from './lanes.ts';

export interface DepthLane extends Lane {
  /** Depth below the track's own spans, of each line. */
  readonly depths: readonly number[];
}

/** More depths than that stand in the last one together. */
const MAX_DEPTHS = 12;
const MAX_LINES = 24;

/** The lane with everything below its spans. O(n log n); a lane without spans stays without lines. */
export function openLane(lane: Lane, columns: TraceColumns, tree: TraceTree): DepthLane {
  const levels = rowsByDepth(lane, columns, tree);
  const subLanes: SubLane[] = [];
  const depths: number[] = [];
  let count = 0;
  for (const [depth, rows] of levels.entries()) {
    count += rows.length;
    // Every depth that is left gets at least one line.
    const room = MAX_LINES - subLanes.length - (levels.length - depth - 1);
    for (const line of packRows(columns, rows, room)) {
      subLanes.push(line);
      depths.push(depth);
    }
  }
  return { id: lane.id, label: lane.label, count, subLanes, depths };
}

/** Preorder puts parents first, so that one walk knows how deep each span lies below the track's own. */
function rowsByDepth(lane: Lane, columns: TraceColumns, tree: TraceTree): number[][] {
  /** 1 + depth below the track's own spans; 0 where a span is no part of it. */
  const below = new Uint32Array(columns.count);
  const levels: number[][] = [];
  for (let at = 0; at < tree.count; at++) {
    const row = tree.rows[at] ?? 0;
    const up = tree.parent[row] ?? -1;
    const upBelow = up < 0 ? 0 : (below[up] ?? 0);
    const isOwn = laneOf(spanKinds[columns.kind[row] ?? -1] ?? 'other') === lane.id;
    if (upBelow === 0 && !isOwn) continue;
    below[row] = upBelow + 1;
    const depth = Math.min(upBelow, MAX_DEPTHS - 1);
    const level = levels[depth];
    if (level) level.push(row);
    else levels[depth] = [row];
  }
  return levels;
}
