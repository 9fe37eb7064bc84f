// Finds the stretches of a run in which nothing happens on any track, and makes the map that shortens them.
// Apart from idle-map because no first sight needs it.
import { spanFlag } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowEndNs, rowStartNs } from '../trace/trace-tree.ts';
import type { IdleGap, IdleMap } from './idle-map.ts';

/** A gap is at least this long: a pause of a second is part of the film. */
export const MIN_GAP_NS = 1e9;
/** And at least this share of the run. */
export const MIN_GAP_SHARE = 0.05;

/** What a gap shrinks to: long enough to be seen as a cut, in every run. */
const GAP_WATCHED_NS = 0.5e9;
/** In long runs half a second is less than a pixel of the whole: a fiftieth of what is left to watch. */
const GAP_WATCHED_SHARE = 0.02;

/** Spans with these flags have no place in time. */
const OUT_OF_CLOCK = spanFlag.clockSuspect | spanFlag.noStart;

/**
 * Every moment at which something happens on any track, ascending: starts and ends of spans within the
 * clock, and the moments of the other tracks (terminal events, file changes, logs).
 * @param columns null where there is no trace
 * @param others nanoseconds from the clock's zero, each list in any order
 */
export function activityTimes(
  columns: TraceColumns | null,
  others: readonly ArrayLike<number>[],
): Float64Array {
  let length = (columns?.count ?? 0) * 2;
  for (const list of others) length += list.length;
  const times = new Float64Array(length);
  let at = 0;
  for (let row = 0; row < (columns?.count ?? 0); row++) {
    if (!columns || ((columns.flags[row] ?? 0) & OUT_OF_CLOCK) !== 0) continue;
    times[at++] = rowStartNs(columns, row);
    // A span that never ended is drawn to the run's end, but nothing happens there.
    if (!Number.isNaN(columns.duration[row])) times[at++] = rowEndNs(columns, row);
  }
  for (const list of others) {
    times.set(list, at);
    at += list.length;
  }
  return times.subarray(0, at).sort();
}

/** The map of a run in which things happen at these ascending moments. No moments: the whole run is one gap. */
export function buildIdleMap(activityNs: Float64Array, lengthNs: number): IdleMap {
  if (!(lengthNs >= 0)) throw new RangeError(`idle map: length is ${lengthNs}`);
  const gaps = findGaps(activityNs, lengthNs);
  let idleNs = 0;
  for (const gap of gaps) idleNs += gap.toNs - gap.fromNs;
  const gapWatchedNs = Math.max(GAP_WATCHED_NS, (lengthNs - idleNs) * GAP_WATCHED_SHARE);
  const run: number[] = [0];
  const watched: number[] = [0];
  const bend = (tNs: number, watchedNs: number) => {
    if (tNs === run.at(-1)) return;
    run.push(tNs);
    watched.push(watchedNs);
  };
  for (const { fromNs, toNs } of gaps) {
    const start = (watched.at(-1) ?? 0) + fromNs - (run.at(-1) ?? 0);
    bend(fromNs, start);
    bend(toNs, start + gapWatchedNs);
  }
  bend(lengthNs, (watched.at(-1) ?? 0) + lengthNs - (run.at(-1) ?? 0));
  return {
    lengthNs,
    watchedLengthNs: watched.at(-1) ?? 0,
    gaps,
    gapWatchedNs,
    watchedOfRun: { from: Float64Array.from(run), to: Float64Array.from(watched) },
  };
}

function findGaps(activityNs: Float64Array, lengthNs: number): IdleGap[] {
  const leastNs = Math.max(MIN_GAP_NS, lengthNs * MIN_GAP_SHARE);
  const gaps: IdleGap[] = [];
  let fromNs = 0;
  const close = (toNs: number) => {
    if (toNs - fromNs >= leastNs && toNs - fromNs > lengthNs * MIN_GAP_SHARE) gaps.push({ fromNs, toNs });
    fromNs = Math.max(fromNs, toNs);
  };
  for (const tNs of activityNs) close(Math.min(Math.max(0, tNs), lengthNs));
  close(lengthNs);
  return gaps;
}

/** Whether compression is worth offering: at least a fifth of the run need not be watched. */
export function isWorthCompressing(map: IdleMap): boolean {
  return map.watchedLengthNs <= map.lengthNs * 0.8 && map.gaps.length > 0;
}
