// The one clock of two runs: how long it takes to watch them, where on their common axis each watched
// moment lies, and the places worth stopping at. By time the axis is what is watched; by step every step
// lasts as long as the slower run takes for it. It refuses to move a playhead and to know pixels.

import { mapAlong, mapBack, mapOfPlaces } from '../timeline/piecewise.ts';
import {
  type Alignment,
  axisAt,
  axisLength,
  type CompareClock,
  type Divergence,
  momentAt,
} from './alignment.ts';

export interface CompareWatch {
  /** What both take to watch at speed 1, nanoseconds. */
  readonly lengthNs: number;
  /** The axis's length: nanoseconds by time, steps + 1 by step. */
  readonly axisLength: number;
  /** Where on the axis a watched moment lies; ascending. */
  axisAt(watchedNs: number): number;
  /** `axisAt` backwards; exact at whole places. */
  watchedAt(axis: number): number;
}

/** A step that took neither run any time is still seen to pass. */
const LEAST_STEP_NS = 0.1e9;
/** Past the moment at which a result is known, as a share of a step: rounding must not fall short of it. */
const JUST_AFTER = 1e-6;

/** @param leastNs by time the axis is at least this long: other runs may lie on it */
export function watchBoth(alignment: Alignment, clock: CompareClock, leastNs = 0): CompareWatch {
  if (clock === 'time') {
    const lengthNs = Math.max(leastNs, axisLength(alignment, 'time'));
    const held = (value: number) => Math.min(Math.max(0, value), lengthNs);
    return { lengthNs, axisLength: lengthNs, axisAt: held, watchedAt: held };
  }
  const places = axisLength(alignment, 'step') + 1;
  const knots = new Float64Array(places);
  const lasts = (side: 'a' | 'b', place: number) =>
    momentAt(alignment, 'step', side, place) - momentAt(alignment, 'step', side, place - 1);
  for (let place = 1; place < places; place++)
    knots[place] = (knots[place - 1] ?? 0) + Math.max(lasts('a', place), lasts('b', place), LEAST_STEP_NS);
  const watchedOfPlace = mapOfPlaces(knots);
  return {
    lengthNs: knots[places - 1] ?? 0,
    axisLength: places - 1,
    axisAt: (watchedNs) => mapBack(watchedOfPlace, watchedNs),
    watchedAt: (axis) => mapAlong(watchedOfPlace, axis),
  };
}

/** Places where a step begins, ascending: of both runs at once by step, of either by time. */
export function stepStops(alignment: Alignment, clock: CompareClock): Float64Array {
  if (clock === 'step') return Float64Array.from(alignment.pairs, (_, pair) => pair + 1);
  const starts = [...alignment.a, ...alignment.b].map(({ startNs }) => Math.max(0, startNs));
  return Float64Array.from(new Set(starts)).sort();
}

export interface DivergenceStop {
  readonly axis: number;
  /** Index into the divergences given. */
  readonly divergence: number;
}

/** Where each divergence is seen, ascending. By time the runs come to one and the same at two moments. */
export function divergenceStops(
  alignment: Alignment,
  divergences: readonly Divergence[],
  clock: CompareClock,
): DivergenceStop[] {
  const stops = divergences.flatMap(({ aNs, bNs, kind, pair }, divergence) => {
    if (clock === 'time') return [...new Set([aNs, bNs])].map((axis) => ({ axis, divergence }));
    if (kind === 'step') return [{ axis: pair + 1, divergence }];
    const known = Math.max(axisAt(alignment, 'step', 'a', aNs), axisAt(alignment, 'step', 'b', bNs));
    return [{ axis: Math.min(known + JUST_AFTER, axisLength(alignment, 'step')), divergence }];
  });
  return stops.sort((x, y) => x.axis - y.axis || x.divergence - y.divergence);
}

/**
 * Where a moment of a third run lies on the axis of the first two: by step it stands where the first run
 * stands when both have done as much of what they have in common.
 * @param third the first run aligned with the third
 */
export function extraRunAxisAt(both: Alignment, third: Alignment, clock: CompareClock, tNs: number): number {
  if (clock === 'time') return Math.max(0, tNs);
  const firstNs = momentAt(third, 'step', 'a', axisAt(third, 'step', 'b', tNs));
  return axisAt(both, 'step', 'a', firstNs);
}
