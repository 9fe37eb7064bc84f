// Idle time as a map between two clocks: run time, which is the truth, and watched time, in which long
// stretches where nothing happens on any track are short. Piecewise linear, monotone and reversible, so
// that seeking never changes its meaning. It refuses to move a playhead: model/playback does.
import type { TraceColumns } from '../../shared/trace-columns.ts';

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
  /** Where the map bends, ascending: run time and the watched time of the same moment. */
  readonly knotRunNs: Float64Array;
  readonly knotWatchedNs: Float64Array;
}

/** A gap is at least this long: a pause of a second is part of the film. */
export const MIN_GAP_NS = 1e9;
/** And at least this share of the run. */
export const MIN_GAP_SHARE = 0.05;

/**
 * Every moment at which something happens on any track, ascending: starts and ends of spans within the
 * clock, and the moments of the other tracks (terminal events, file changes, logs).
 * @param columns null where there is no trace
 * @param others nanoseconds from the clock's zero, each list in any order
 */
export declare function activityTimes(
  columns: TraceColumns | null,
  others: readonly ArrayLike<number>[],
): Float64Array;

/** The map of a run in which things happen at these ascending moments. No moments: the whole run is one gap. */
export declare function buildIdleMap(activityNs: Float64Array, lengthNs: number): IdleMap;

/** Watched time of a moment of the run; clamped to the run. O(log gaps). */
export declare function watchedAt(map: IdleMap, tNs: number): number;

/** The moment of the run at a watched time: `watchedAt` backwards. O(log gaps). */
export declare function runAt(map: IdleMap, watchedNs: number): number;

/** Run nanoseconds per watched nanosecond from this moment on: 1 outside gaps, above 1 within. */
export declare function rateAt(map: IdleMap, tNs: number): number;

/** How much of the run is idle, 0..1. */
export declare function idleShare(map: IdleMap): number;

/** Whether compression is worth offering: at least a fifth of the run need not be watched. */
export declare function isWorthCompressing(map: IdleMap): boolean;

/** "13.2 s, 92 % idle". */
export declare function idleWords(map: IdleMap): string;
