// Idle time as a map between two clocks: run time, which is the truth, and watched time, in which long
// stretches where nothing happens on any track are short. Piecewise linear, monotone and reversible, so
// that seeking never changes its meaning. It refuses to move a playhead: model/timeline/playback does.
import { spanFlag } from '../../../shared/span.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowEndNs, rowStartNs } from '../trace/trace-tree.ts';
import { mapAlong, mapBack, type PiecewiseMap } from './piecewise.ts';

/** A stretch of the run in which nothing happens. */
export interface IdleGap {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface IdleMap {
  /** Run time's length, nanoseconds. */
  readonly lengthNs: number;
  /** Watched time's length: what the run takes to watch at speed 1 when compressed. */
  readonly watchedLengthNs: number;
  /** In order, disjoint; each takes `gapWatchedNs` of watched time. */
  readonly gaps: readonly IdleGap[];
  /** The fixed width to which every gap shrinks, nanoseconds of watched time. */
  readonly gapWatchedNs: number;
  /** From run time to watched time, nanoseconds; both ascend strictly. */
  readonly watchedOfRun: PiecewiseMap;
}

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

/** Watched time of a moment of the run; clamped to the run. O(log gaps). */
export function watchedAt(map: IdleMap, tNs: number): number {
  return mapAlong(map.watchedOfRun, tNs);
}

/** The moment of the run at a watched time: `watchedAt` backwards. O(log gaps). */
export function runAt(map: IdleMap, watchedNs: number): number {
  return mapBack(map.watchedOfRun, watchedNs);
}

/** Run nanoseconds per watched nanosecond from this moment on: 1 outside gaps, above 1 within. */
export function rateAt(map: IdleMap, tNs: number): number {
  const gap = gapAt(map, tNs);
  return gap === null ? 1 : (gap.toNs - gap.fromNs) / map.gapWatchedNs;
}

/** The gap that a moment lies in, or null. A gap holds its start, not its end. */
export function gapAt(map: IdleMap, tNs: number): IdleGap | null {
  let low = 0;
  let high = map.gaps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((map.gaps[middle]?.fromNs ?? 0) <= tNs) low = middle + 1;
    else high = middle;
  }
  const gap = map.gaps[low - 1];
  return gap !== undefined && tNs < gap.toNs ? gap : null;
}

/** How much of the run is idle, 0..1. */
export function idleShare(map: IdleMap): number {
  let idleNs = 0;
  for (const gap of map.gaps) idleNs += gap.toNs - gap.fromNs;
  return map.lengthNs > 0 ? idleNs / map.lengthNs : 0;
}

/** Whether compression is worth offering: at least a fifth of the run need not be watched. */
export function isWorthCompressing(map: IdleMap): boolean {
  return map.watchedLengthNs <= map.lengthNs * 0.8 && map.gaps.length > 0;
}

/** "13.2 s, 92 % idle". */
export function idleWords(map: IdleMap): string {
  const ms = map.lengthNs / 1e6;
  const length = ms >= 999.5 && ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
  const percent = idleShare(map) * 100;
  // Rounded to 100 it would say that nothing happened at all.
  return `${length}, ${percent < 100 ? Math.min(99, Math.round(percent)) : 100} % idle`;
}
