// Two runs of one task side by side: their steps aligned by a longest common subsequence over tool and
// argument, the first place where they part, and one axis on which both can be played. It refuses to
// judge which way was better.
import { shownLine } from '../display/display-text.ts';
import { mapAlong, mapBack, mapOfPlaces, type PiecewiseMap } from '../timeline/piecewise.ts';
import type { RunStep } from './run-steps.ts';
import { matchSequences } from './sequence-match.ts';

export interface AlignedPair {
  /** Index into the steps of a, or null where only b took this step. */
  readonly a: number | null;
  readonly b: number | null;
}

export interface Divergence {
  /** Index into `pairs`. */
  readonly pair: number;
  /** step: one did what the other did not; result: the same step came to another result. */
  readonly kind: 'step' | 'result';
  /** Where to seek in each run; the run's end where it has no further step. */
  readonly aNs: number;
  readonly bNs: number;
  /** "pi ran cargo test, opencode edited src/lib.rs." */
  readonly sentence: string;
}

export interface Alignment {
  readonly a: readonly RunStep[];
  readonly b: readonly RunStep[];
  readonly aLengthNs: number;
  readonly bLengthNs: number;
  /** In order of both runs; matched steps share a pair. */
  readonly pairs: readonly AlignedPair[];
  /** Pairs with both sides. */
  readonly matched: number;
  /** Every place where they part, in order; consecutive unmatched pairs are one. */
  readonly divergences: readonly Divergence[];
}

interface AlignedRun {
  readonly steps: readonly RunStep[];
  readonly lengthNs: number;
  /** What to call it in sentences. */
  readonly name: string;
}

export function alignRuns(a: AlignedRun, b: AlignedRun): Alignment {
  const pairs: AlignedPair[] = [];
  const matches = matchSequences(a.steps.map(matchKey), b.steps.map(matchKey));
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of [...matches, [a.steps.length, b.steps.length] as const]) {
    while (i < nextA) pairs.push({ a: i++, b: null });
    while (j < nextB) pairs.push({ a: null, b: j++ });
    if (i < a.steps.length && j < b.steps.length) pairs.push({ a: i++, b: j++ });
  }
  return {
    a: a.steps,
    b: b.steps,
    aLengthNs: a.lengthNs,
    bLengthNs: b.lengthNs,
    pairs,
    matched: matches.length,
    divergences: findDivergences(a, b, pairs),
  };
}

/** A try that was made again is compared with such a try alone. */
function matchKey({ key, isRetried }: RunStep): string {
  return isRetried ? `retried\n${key}` : key;
}

function findDivergences(a: AlignedRun, b: AlignedRun, pairs: readonly AlignedPair[]): Divergence[] {
  const found: Divergence[] = [];
  for (let at = 0; at < pairs.length; ) {
    const end = unmatchedEnd(pairs, at);
    if (end > at) {
      found.push(stepDivergence(a, b, pairs, at, end));
      at = end;
      continue;
    }
    const pair = pairs[at];
    const aStep = a.steps[pair?.a ?? -1];
    const bStep = b.steps[pair?.b ?? -1];
    const how = aStep && bStep ? howTheyDiffer(aStep, bStep) : null;
    if (aStep && bStep && how !== null) {
      const sentence = `Both ${doneWords(aStep)}, ${how}.`;
      found.push({ pair: at, kind: 'result', aNs: seenNs(aStep), bNs: seenNs(bStep), sentence });
    }
    at++;
  }
  return found;
}

/** null where they agree, or where one side is not known. */
function howTheyDiffer(a: RunStep, b: RunStep): string | null {
  if (a.isRetried && b.isRetried) return null;
  const differ = (key: 'result' | 'changed') => a[key] !== '' && b[key] !== '' && a[key] !== b[key];
  if (differ('changed')) return 'but changed other lines';
  return differ('result') ? 'but it came to another result' : null;
}

function unmatchedEnd(pairs: readonly AlignedPair[], from: number): number {
  let end = from;
  for (let pair = pairs[end]; pair && (pair.a === null || pair.b === null); pair = pairs[end]) end++;
  return end;
}

/** Of the unmatched steps on each side the first is named; a side without one waits for its next step. */
function stepDivergence(
  a: AlignedRun,
  b: AlignedRun,
  pairs: readonly AlignedPair[],
  from: number,
  end: number,
): Divergence {
  const stretch = pairs.slice(from, end);
  const stepOf = (run: AlignedRun, side: 'a' | 'b') => {
    const own = stretch.find((pair) => pair[side] !== null)?.[side] ?? null;
    const step = own === null ? null : (run.steps[own] ?? null);
    const isAgain = own !== null && step !== null && (firsts(run.steps).get(step.key) ?? own) < own;
    const next = run.steps[pairs[end]?.[side] ?? -1];
    return {
      step,
      isAgain,
      tNs: (step ?? next)?.startNs ?? run.lengthNs,
      isOver: step === null && next === undefined,
    };
  };
  const inA = stepOf(a, 'a');
  const inB = stepOf(b, 'b');
  const did = (run: AlignedRun, { step, isAgain, isOver }: typeof inA) =>
    step
      ? `${run.name} ${doneWords(step)}${isAgain ? ' again' : ''}`
      : isOver
        ? `${run.name} was done`
        : `${run.name} did not`;
  const [first, second] = inA.step ? [did(a, inA), did(b, inB)] : [did(b, inB), did(a, inA)];
  return { pair: from, kind: 'step', aNs: inA.tNs, bNs: inB.tNs, sentence: `${first}, ${second}.` };
}

/** Where each key stands first. */
function firsts(steps: readonly RunStep[]): ReadonlyMap<string, number> {
  let known = firstsOf.get(steps);
  if (!known) {
    known = new Map(steps.map(({ key }, index) => [key, index] as const).reverse());
    firstsOf.set(steps, known);
  }
  return known;
}
const firstsOf = new WeakMap<readonly RunStep[], ReadonlyMap<string, number>>();

const verbs = new Map([
  ['shell', 'ran'],
  ['read', 'read'],
  ['edit', 'edited'],
  ['list', 'listed'],
  ['search', 'searched for'],
  ['find', 'looked for'],
]);

/** "edited src/lib.rs"; "did" before the label of a tool that no family knows. */
export function doneWords({ key, label }: RunStep): string {
  if (key === 'verify') return 'ran the verifier';
  const [family = '', words = ''] = key.split('\n');
  const verb = verbs.get(family);
  return verb === undefined || words === '' ? `did ${cut(label)}` : `${verb} ${cut(words)}`;
}

/** A result is seen when the step ends. */
function seenNs(step: RunStep): number {
  return step.endNs ?? step.startNs;
}

function cut(text: string): string {
  return shownLine(text, 80);
}

/** time: both from their own zero; step: both at the same pair. */
export type CompareClock = 'time' | 'step';

/** The common axis's length: nanoseconds by time, pairs + 1 by step. */
export function axisLength(alignment: Alignment, clock: CompareClock): number {
  if (clock === 'step') return alignment.pairs.length + 1;
  return Math.max(alignment.aLengthNs, alignment.bLengthNs);
}

/** Where on the common axis a moment of one run lies; ascending with the moment. */
export function axisAt(alignment: Alignment, clock: CompareClock, side: 'a' | 'b', tNs: number): number {
  if (clock === 'time') return Math.min(Math.max(0, tNs), lengthOf(alignment, side));
  return mapBack(momentsOf(alignment)[side], Math.max(0, tNs));
}

/** The moment of one run at a place on the common axis; by step a run waits while the other does more. */
export function momentAt(alignment: Alignment, clock: CompareClock, side: 'a' | 'b', axis: number): number {
  if (clock === 'time') return Math.min(Math.max(0, axis), lengthOf(alignment, side));
  return mapAlong(momentsOf(alignment)[side], axis);
}

function lengthOf(alignment: Alignment, side: 'a' | 'b'): number {
  return side === 'a' ? alignment.aLengthNs : alignment.bLengthNs;
}

/**
 * From a whole place of the axis to a run's moment: 0 is its start, i + 1 where pair i begins, pairs + 1 its
 * end. A run that has no part in a pair is at the start of its next step: there the map rests.
 */
function momentsOf(alignment: Alignment): Record<'a' | 'b', PiecewiseMap> {
  const known = momentsByAlignment.get(alignment);
  if (known) return known;
  const moments = { a: sideMoments(alignment, 'a'), b: sideMoments(alignment, 'b') };
  momentsByAlignment.set(alignment, moments);
  return moments;
}
const momentsByAlignment = new WeakMap<Alignment, Record<'a' | 'b', PiecewiseMap>>();

function sideMoments(alignment: Alignment, side: 'a' | 'b'): PiecewiseMap {
  const { pairs } = alignment;
  const steps = alignment[side];
  const lengthNs = lengthOf(alignment, side);
  const knots = new Float64Array(pairs.length + 2);
  knots[pairs.length + 1] = lengthNs;
  let nextNs = lengthNs;
  for (let at = pairs.length - 1; at >= 0; at--) {
    const index = pairs[at]?.[side] ?? null;
    // Steps may overlap or begin beyond the length that is known; the axis only ever goes on.
    if (index !== null) nextNs = Math.min(nextNs, Math.max(0, steps[index]?.startNs ?? 0));
    knots[at + 1] = nextNs;
  }
  return mapOfPlaces(knots);
}
