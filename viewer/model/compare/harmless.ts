// Differences that do not matter, counted by kind: who read first, what only one looked at, tries made again, commands
// and edits that no failed test has to do with. Does not decide which matter: `parting` does.
import type { Alignment, Divergence } from './alignment.ts';
import type { RunStep } from './run-steps.ts';
import { isLooking } from './step-key.ts';

export type HarmlessKind = 'order' | 'looking' | 'retry' | 'edit' | 'command';

export interface HarmlessCount {
  readonly total: number;
  /** Of those, how many lie before the first difference that matters; all where none does. */
  readonly before: number;
  /** What more than half of them are; null where nothing is. */
  readonly mostly: HarmlessKind | null;
}

/** @param mattering pairs at which the runs differ in something that matters */
export function countHarmless(alignment: Alignment, mattering: ReadonlySet<number>): HarmlessCount {
  const first = Math.min(...mattering, Number.POSITIVE_INFINITY);
  const inBoth = keysOfBoth(alignment);
  const kinds: HarmlessKind[] = [];
  let before = 0;
  for (const divergence of alignment.divergences) {
    const { a, b, pairs } = stretchOf(alignment, divergence);
    if (pairs.some((pair) => mattering.has(pair))) continue;
    const kind = kindOf([...a, ...b], inBoth, divergence.kind);
    // What both did in another order stands once in each run: it is counted where the first did it.
    if (kind === 'order' && a.length === 0) continue;
    kinds.push(kind);
    if (divergence.pair < first) before++;
  }
  const most = (['order', 'looking', 'retry', 'edit', 'command'] as const).find(
    (kind) => kinds.filter((one) => one === kind).length * 2 > kinds.length,
  );
  return { total: kinds.length, before, mostly: most ?? null };
}

function stretchOf({ pairs, a, b }: Alignment, { pair: from, kind }: Divergence) {
  const stretch: number[] = [];
  const [inA, inB]: [RunStep[], RunStep[]] = [[], []];
  for (let at = from; at < pairs.length; at++) {
    const pair = pairs[at];
    const isShared = pair !== undefined && pair.a !== null && pair.b !== null;
    if (kind === 'step' && isShared) break;
    stretch.push(at);
    const [stepA, stepB] = [a[pair?.a ?? -1], b[pair?.b ?? -1]];
    if (stepA) inA.push(stepA);
    if (stepB) inB.push(stepB);
    if (kind === 'result') break;
  }
  return { a: inA, b: inB, pairs: stretch };
}

/** The weightiest kind of what was done there. */
function kindOf(
  steps: readonly RunStep[],
  inBoth: ReadonlySet<string>,
  kind: Divergence['kind'],
): HarmlessKind {
  const untold = steps.filter(({ isRetried }) => !isRetried);
  if (untold.length === 0) return 'retry';
  if (untold.some(({ key, changed }) => key.startsWith('edit\n') || changed !== '')) return 'edit';
  if (!untold.every(({ key }) => isLooking(key))) return 'command';
  return kind === 'step' && untold.every(({ key }) => inBoth.has(key)) ? 'order' : 'looking';
}

function keysOfBoth({ a, b }: Alignment): Set<string> {
  const inA = new Set(a.map(({ key }) => key));
  return new Set(b.map(({ key }) => key).filter((key) => inA.has(key)));
}
