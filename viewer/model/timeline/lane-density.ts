// A track of plumbing, folded: some agents trace every statement and file they touch, by the thousand, and
// as bars these would bury what the agent did. Folded it shows how much began when. The rule stands here; it
// drops nothing, and says nothing of tracks that tell what the agent did.
import { spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowStartNs } from '../trace/trace-tree.ts';
import { type Lane, type LaneId, laneOf } from './lanes.ts';

/** More spans than this nobody reads bar by bar: opencode traces 1,400 of a run of 13 s. */
const MANY_SPANS = 200;
/** More lines than this push the rest of the page away. */
const MANY_LINES = 3;

/** Whether a track starts folded: that of all that is neither run, step, call nor check, where it is crowded. */
export function startsFolded(lane: Lane): boolean {
  return lane.id === 'other' && (lane.count > MANY_SPANS || lane.subLanes.length > MANY_LINES);
}

/** When the spans of a track began, ascending. */
export function startsIn(id: LaneId, columns: TraceColumns): Float64Array {
  const kinds = spanKinds.map((kind) => laneOf(kind) === id);
  const starts = new Float64Array(columns.count);
  let count = 0;
  for (let row = 0; row < columns.count; row++)
    if (kinds[columns.kind[row] ?? -1]) starts[count++] = rowStartNs(columns, row);
  return starts.subarray(0, count);
}
