// Smart speed: a run played fast where nothing changes and slow where something does. It is one map between run time
// and watched time, so that the length it announces is the length it takes, and seeking means what it always means.
// A spinner is no change: edits, errors and messages are. Does not find these moments.
import type { IdleMap } from './idle-map.ts';

/** Recorded seconds a second where nothing changes. */
export const FAST_RATE = 60;
/** And around an edit, an error or a message. */
export const SLOW_RATE = 2;
/** How far around a moment it is slow, at most: time to look at what came before and what came of it. */
const MOST_AROUND_NS = 4e9;
/** And at least: a fifth of a second to be watched at the slow rate. */
const LEAST_AROUND_NS = 0.2e9;
/** What a run should take to watch: with many moments each has less around it. The made long run takes as long. */
const WANTED_NS = 120e9;
/** Halvings that find the room around moments to a hundredth of it. */
const HALVINGS = 12;

/**
 * @param momentsNs of edits, errors and messages, in any order
 * @returns the map, whose `watchedLengthNs` is what playing takes; without gaps, for nothing is left out
 */
export function smartMap(momentsNs: ArrayLike<number>, lengthNs: number): IdleMap {
  const moments = Float64Array.from(momentsNs)
    .filter((tNs) => tNs >= 0 && tNs <= lengthNs)
    .sort();
  let aroundNs = MOST_AROUND_NS;
  if (watchedLength(moments, lengthNs, aroundNs) > WANTED_NS) {
    let [low, high] = [LEAST_AROUND_NS, MOST_AROUND_NS];
    for (let step = 0; step < HALVINGS; step++) {
      aroundNs = (low + high) / 2;
      if (watchedLength(moments, lengthNs, aroundNs) > WANTED_NS) high = aroundNs;
      else low = aroundNs;
    }
    aroundNs = low;
  }
  return mapOf(slowStretches(moments, lengthNs, aroundNs), lengthNs);
}

type Stretch = readonly [fromNs: number, toNs: number];

/** Stretches around the moments, those that meet as one. */
function slowStretches(moments: Float64Array, lengthNs: number, aroundNs: number): Stretch[] {
  const stretches: [number, number][] = [];
  for (const tNs of moments) {
    const [fromNs, toNs] = [Math.max(0, tNs - aroundNs), Math.min(lengthNs, tNs + aroundNs)];
    const last = stretches.at(-1);
    if (last && fromNs <= last[1]) last[1] = toNs;
    else stretches.push([fromNs, toNs]);
  }
  return stretches;
}

function watchedLength(moments: Float64Array, lengthNs: number, aroundNs: number): number {
  let slowNs = 0;
  for (const [fromNs, toNs] of slowStretches(moments, lengthNs, aroundNs)) slowNs += toNs - fromNs;
  return slowNs / SLOW_RATE + (lengthNs - slowNs) / FAST_RATE;
}

function mapOf(stretches: readonly Stretch[], lengthNs: number): IdleMap {
  const run: number[] = [0];
  const watched: number[] = [0];
  const bend = (tNs: number, rate: number) => {
    const last = run.at(-1) ?? 0;
    if (tNs <= last) return;
    watched.push((watched.at(-1) ?? 0) + (tNs - last) / rate);
    run.push(tNs);
  };
  for (const [fromNs, toNs] of stretches) {
    bend(fromNs, FAST_RATE);
    bend(toNs, SLOW_RATE);
  }
  bend(lengthNs, FAST_RATE);
  return {
    lengthNs,
    watchedLengthNs: watched.at(-1) ?? 0,
    gaps: [],
    gapWatchedNs: 0,
    watchedOfRun: { from: Float64Array.from(run), to: Float64Array.from(watched) },
  };
}

/** Recorded nanoseconds a watched one at a moment. */
export function smartRateAt({ watchedOfRun: { from, to } }: IdleMap, tNs: number): number {
  let at = from.length - 2;
  while (at > 0 && (from[at] ?? 0) > tNs) at--;
  const passed = (to[at + 1] ?? 0) - (to[at] ?? 0);
  return passed > 0 ? ((from[at + 1] ?? 0) - (from[at] ?? 0)) / passed : SLOW_RATE;
}
