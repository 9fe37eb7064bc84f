// A piecewise linear map between two ascending axes, and its inverse: idle time against run time, a run's
// moments against the steps of a comparison, steps against the time they take to watch. Knots are where it
// bends. Does not extrapolate: what lies before the first or behind the last knot is held there.
import { lastAtOrBefore } from '../trace/sorted.ts';

export interface PiecewiseMap {
  /** Ascending; equal neighbours make the map jump. */
  readonly from: Float64Array;
  /** The same moments on the other axis, ascending; equal neighbours make the map rest. As long as `from`. */
  readonly to: Float64Array;
}

/** Where a value of `from` lies on `to`. Exact at knots; at a jump its upper end. O(log knots). */
export function mapAlong({ from, to }: PiecewiseMap, value: number): number {
  const at = lastAtOrBefore(from, value);
  if (at < 0) return to[0] ?? 0;
  if (at >= from.length - 1) return to.at(-1) ?? 0;
  const fromLength = (from[at + 1] ?? 0) - (from[at] ?? 0);
  const toLength = (to[at + 1] ?? 0) - (to[at] ?? 0);
  const passed = value - (from[at] ?? 0);
  // Where both axes run at one rate the distance to the knot is kept to the last bit.
  const moved = fromLength === toLength ? passed : (passed / fromLength) * toLength;
  return Math.min((to[at] ?? 0) + moved, to[at + 1] ?? 0);
}

/** `mapAlong` backwards. Where the map rests, the latest value that leads there. */
export function mapBack({ from, to }: PiecewiseMap, value: number): number {
  return mapAlong({ from: to, to: from }, value);
}

/** A map from 0, 1, 2, … to these ascending values: knot `i` is what lies at the whole place `i`. */
export function mapOfPlaces(to: Float64Array): PiecewiseMap {
  return { from: Float64Array.from(to, (_, place) => place), to };
}
