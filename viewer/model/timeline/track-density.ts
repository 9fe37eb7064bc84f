// A track of plumbing, folded: some agents trace every statement and file they touch, by the thousand, and
// as bars these would hide what the agent did. Folded it shows how much began when. Only the rule is here; nothing is
// dropped, and tracks that show what the agent did are left alone.
import { spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowStartNs } from '../trace/trace-tree.ts';
import { type SpanTrack, type SpanTrackId, spanTrackOf } from './span-tracks.ts';

/** More spans than this nobody reads bar by bar: opencode traces 1,400 of a run of 13 s. */
const MANY_SPANS = 200;
/** More rows of bars than this push the rest of the page away. */
const MANY_ROWS = 3;

/** Whether a track starts folded: that of all that is neither run, step, call nor check, where it is crowded. */
export function startsFolded(track: SpanTrack): boolean {
  return track.id === 'other' && (track.count > MANY_SPANS || track.barRows.length > MANY_ROWS);
}

/** When the spans of a track began, ascending. */
export function startsIn(id: SpanTrackId, columns: TraceColumns): Float64Array {
  const kinds = spanKinds.map((kind) => spanTrackOf(kind) === id);
  const starts = new Float64Array(columns.count);
  let count = 0;
  for (let row = 0; row < columns.count; row++)
    if (kinds[columns.kind[row] ?? -1]) starts[count++] = rowStartNs(columns, row);
  return starts.subarray(0, count);
}
