// Two runs' steps as rows, and which row each run stands on at a moment. It refuses to align: that is
// model/compare/alignment's affair.

import { lastAtOrBefore } from '../trace/sorted.ts';
import type { Alignment } from './alignment.ts';
import type { RunStep } from './run-steps.ts';

/** changed: both took this step, and it came to other lines or another result. */
export type StepRelation = 'same' | 'changed' | 'only-a' | 'only-b';

export interface StepRow {
  readonly a: RunStep | null;
  readonly b: RunStep | null;
  readonly relation: StepRelation;
}

export function stepRows(alignment: Alignment): StepRow[] {
  const begins = new Set(alignment.divergences.map(({ pair }) => pair));
  return alignment.pairs.map((pair, index) => {
    const a = pair.a === null ? null : (alignment.a[pair.a] ?? null);
    const b = pair.b === null ? null : (alignment.b[pair.b] ?? null);
    const parted = begins.has(index) ? 'changed' : 'same';
    return { a, b, relation: a === null ? 'only-b' : b === null ? 'only-a' : parted };
  });
}

/** The pair of the last step that a run began at or before the moment; -1 before all. */
export function presentPair(alignment: Alignment, side: 'a' | 'b', tNs: number): number {
  const { startsNs, pairs } = placesOf(alignment)[side];
  return pairs[lastAtOrBefore(startsNs, tNs)] ?? -1;
}

/**
 * The same where the playhead stands at a pair: a run that waits stands at its last step, though its clock
 * is at the start of its next one.
 */
export function reachedPair(alignment: Alignment, side: 'a' | 'b', pair: number): number {
  return placesOf(alignment)[side].reached[Math.min(pair, alignment.pairs.length - 1)] ?? -1;
}

interface Places {
  /** Ascending, as far as the run's own order goes. */
  readonly startsNs: Float64Array;
  /** Of each step. */
  readonly pairs: Int32Array;
  /** At each pair the last one, this or before, in which the run has a part. */
  readonly reached: Int32Array;
}
const places = new WeakMap<Alignment, Record<'a' | 'b', Places>>();

function placesOf(alignment: Alignment): Record<'a' | 'b', Places> {
  const known = places.get(alignment);
  if (known) return known;
  const of = (side: 'a' | 'b'): Places => {
    const steps = alignment[side];
    const pairs = new Int32Array(steps.length);
    const reached = new Int32Array(alignment.pairs.length);
    let last = -1;
    for (const [index, pair] of alignment.pairs.entries()) {
      const step = pair[side];
      if (step !== null) {
        pairs[step] = index;
        last = index;
      }
      reached[index] = last;
    }
    return { startsNs: Float64Array.from(steps, ({ startNs }) => startNs), pairs, reached };
  };
  const both = { a: of('a'), b: of('b') };
  places.set(alignment, both);
  return both;
}
