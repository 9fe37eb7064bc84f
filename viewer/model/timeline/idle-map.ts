// Idle time as a map between two clocks: run time, which is the truth, and watched time, in which long
// stretches where nothing happens on any track are short. Piecewise linear, monotone and reversible, so
// that seeking never changes its meaning. Does not find the stretches (idle-gaps does) or move a playhead.
import { formatDuration } from '../../../shared/time.ts';
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

/** "13.2 s, 92 % idle". */
export function idleWords(map: IdleMap): string {
  const ms = map.lengthNs / 1e6;
  const length = ms >= 999.5 && ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
  const percent = idleShare(map) * 100;
  // Rounded to 100 it would say that nothing happened at all.
  return `${length}, ${percent < 100 ? Math.min(99, Math.round(percent)) : 100} % idle`;
}
