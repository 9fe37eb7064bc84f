// Whether a difference is beyond chance: exact McNemar, its like for tasks that were tried more than once, Fisher's test
// of one task, Holm's correction for many. Each says its p-values in both directions. Does not decide anything.
import { fairTail, logChoose, studentTail } from './distributions.ts';

/** Chances to see what was seen, or more of it, if there were no difference. */
export interface PValues {
  /** Of as much worse, or more. */
  readonly worse: number;
  readonly better: number;
  /** Of as much in either direction: twice the smaller one. */
  readonly either: number;
}

function pValues(worse: number, better: number): PValues {
  return { worse, better, either: Math.min(1, 2 * Math.min(worse, better)) };
}

/**
 * Exact McNemar: of pairs that differ, as many are won as lost where there is no difference. McNemar 1947, "Note on the
 * sampling error of the difference between correlated proportions".
 */
export function exactMcNemar(won: number, lost: number): PValues {
  return pValues(fairTail(won, won + lost), fairTail(lost, won + lost));
}

/** Steps of the exact distribution; beyond, Student's takes its place. 2e7 take about 20 ms. */
const MAX_STEPS = 2e7;
/** Differences are fractions of attempts: with up to 10 attempts a side they have such a denominator. */
const MAX_DENOMINATOR = 5040;

export interface PairedTest extends PValues {
  readonly method: 'exact' | 'approximate';
  /** The smallest p that these pairs can give at all: beyond the level asked for, nothing can be told. */
  readonly smallest: number;
}

/**
 * The test of tasks by the sign of their differences (after less before, −1 to 1): where there is no difference each
 * could as well have come out the other way round, so all 2^m ways are counted. A task is one unit however often it was
 * tried, so attempts that go together do not count as so much more evidence. One attempt a side gives exact McNemar.
 * Fisher 1935, "The design of experiments", section 21.
 * @param denominator that makes all of them whole numbers; null where there is none of use
 */
export function signFlipTest(differences: readonly number[], denominator: number | null): PairedTest {
  const moved = differences.filter((difference) => difference !== 0);
  const m = moved.length;
  const smallest = 2 ** -differences.length;
  if (m === 0) return { worse: 1, better: 1, either: 1, method: 'exact', smallest };
  const whole = denominator === null ? null : moved.map((one) => Math.round(one * denominator));
  const reach = whole?.reduce((sum, one) => sum + Math.abs(one), 0) ?? Number.POSITIVE_INFINITY;
  if (whole?.every((one) => Math.abs(one) === Math.abs(whole[0] ?? 0))) {
    const won = whole.filter((one) => one > 0).length;
    return { ...exactMcNemar(won, m - won), method: 'exact', smallest };
  }
  if (whole === null || reach * m > MAX_STEPS)
    return { ...approximate(differences), method: 'approximate', smallest };
  return { ...counted(whole, reach), method: 'exact', smallest };
}

/** The distribution of the sum, each number once with either sign. */
function counted(whole: readonly number[], reach: number): PValues {
  // Of those with a plus: all sums of subsets, each as likely.
  let chances = new Float64Array(reach + 1);
  chances[0] = 1;
  let filled = 0;
  for (const one of whole) {
    const size = Math.abs(one);
    filled += size;
    const next = new Float64Array(reach + 1);
    for (let at = 0; at <= filled; at++)
      next[at] = ((chances[at] as number) + (at >= size ? (chances[at - size] as number) : 0)) / 2;
    chances = next;
  }
  const observed = whole.reduce((sum, one) => sum + Math.max(0, one), 0);
  let worse = 0;
  let better = 0;
  for (let at = 0; at <= reach; at++) {
    if (at <= observed) worse += chances[at] as number;
    if (at >= observed) better += chances[at] as number;
  }
  return pValues(Math.min(1, worse), Math.min(1, better));
}

function approximate(differences: readonly number[]): PValues {
  const count = differences.length;
  const sum = differences.reduce((total, one) => total + one, 0);
  const squares = differences.reduce((total, one) => total + one * one, 0);
  const variance = Math.max(0, squares - (sum * sum) / count) / (count - 1);
  if (count < 2 || variance === 0) {
    const sure = 2 ** -count;
    return sum < 0 ? pValues(sure, 1) : pValues(1, sure);
  }
  const t = sum / Math.sqrt(count * variance);
  const tail = studentTail(Math.abs(t), count - 1);
  return t < 0 ? pValues(tail, 1 - tail) : pValues(1 - tail, tail);
}

/** What makes all differences of pass rates whole: the least common multiple of the attempts; null where it is large. */
export function denominatorOf(attempts: Iterable<number>): number | null {
  let multiple = 1;
  for (const n of attempts) {
    multiple = (multiple / commonDivisor(multiple, n)) * n;
    if (multiple > MAX_DENOMINATOR) return null;
  }
  return multiple;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Fisher's exact test of one task: c passes of n before and after, either direction doubled. */
export function fisherTest(
  before: { readonly n: number; readonly c: number },
  after: { readonly n: number; readonly c: number },
): PValues {
  const passes = before.c + after.c;
  const all = before.n + after.n;
  const chance = (c: number) =>
    Math.exp(logChoose(after.n, c) + logChoose(before.n, passes - c) - logChoose(all, passes));
  let worse = 0;
  let better = 0;
  for (let c = Math.max(0, passes - before.n); c <= Math.min(after.n, passes); c++) {
    const one = chance(c);
    if (c <= after.c) worse += one;
    if (c >= after.c) better += one;
  }
  return pValues(Math.min(1, worse), Math.min(1, better));
}

/**
 * p-values of many questions asked at once, corrected so that one of them is wrongly answered no more often than the level
 * says. Holm 1979, "A simple sequentially rejective multiple test procedure".
 * @param asked how many there are, where those with p = 1 are left out
 */
export function holm(values: readonly number[], asked = values.length): number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] as number) - (values[b] as number));
  const corrected = new Array<number>(values.length);
  let highest = 0;
  for (const [rank, at] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (asked - rank) * (values[at] as number)));
    corrected[at] = highest;
  }
  return corrected;
}
