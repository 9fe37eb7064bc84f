// How far a share, a mean or a difference may be trusted. Does not give an interval for nothing, and none of no
// width: where all passed, the next attempt may still fail.
import { normalQuantile, studentQuantile } from './distributions.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How much of the time an interval holds the truth, where nothing else is asked for. */
const LEVEL = 0.95;

const quantiles = new Map<number, number>();

/** The normal distribution's quantile of a two-sided level; 1.96 for 0.95. */
function zOf(level: number): number {
  const known = quantiles.get(level) ?? normalQuantile(1 - (1 - level) / 2);
  if (quantiles.size < 100) quantiles.set(level, known);
  return known;
}

/**
 * Wilson's interval of `successes` in `trials`; fractions of a success count. null for no trials. Wilson 1927,
 * "Probable inference, the law of succession, and statistical inference".
 */
export function wilsonInterval(successes: number, trials: number, level = LEVEL): Interval | null {
  if (!(trials > 0)) return null;
  // A scorer may give 2 of 1: still a share.
  const share = Math.min(1, Math.max(0, successes / trials));
  const z = zOf(level);
  const z2 = z * z;
  const middle = share + z2 / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  // At 0 and at all of n the exact bounds are 0 and 1; rounding must not step over them.
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

/** Attempts at one task that count, and those of them that passed. */
export interface Attempts {
  readonly n: number;
  readonly c: number;
}

/**
 * The interval of a pass rate whose attempts come task by task: Wilson's, with as many trials as the attempts are
 * worth. Where the rates of tasks differ, an attempt more at the same task tells less than one at another; the design
 * effect says how much less. Where it cannot be told (all passed, none did, one task) an attempt more is taken to tell
 * nothing. One attempt a task gives Wilson's own. Dean and Pagano 2015, "Evaluating confidence interval methods for
 * binomial proportions in clustered surveys".
 */
export function clusteredInterval(tasks: readonly Attempts[], level = LEVEL): Interval | null {
  let n = 0;
  let c = 0;
  let m = 0;
  for (const task of tasks)
    if (task.n > 0) {
      n += task.n;
      c += task.c;
      m++;
    }
  if (n === 0) return null;
  const share = c / n;
  let squares = 0;
  for (const task of tasks) squares += (task.c - share * task.n) ** 2;
  const simple = (share * (1 - share)) / n;
  const most = n / m;
  const clustered = m < 2 ? Number.POSITIVE_INFINITY : ((m / (m - 1)) * squares) / (n * n);
  const effect = simple === 0 ? most : Math.min(most, Math.max(1, clustered / simple));
  return wilsonInterval(c / effect, n / effect, level);
}

/** Student's interval of a mean; null below two values. */
export function meanInterval(
  sum: number,
  sumOfSquares: number,
  count: number,
  level = LEVEL,
): Interval | null {
  if (count < 2) return null;
  const mean = sum / count;
  // Rounding can make the variance of equal values a little less than nothing.
  const variance = Math.max(0, (sumOfSquares - count * mean * mean) / (count - 1));
  const reach = tOf(level, count - 1) * Math.sqrt(variance / count);
  return { low: mean - reach, high: mean + reach };
}

const tValues = new Map<string, number>();

function tOf(level: number, df: number): number {
  const key = `${level} ${df}`;
  let value = tValues.get(key);
  if (value === undefined) {
    value = studentQuantile(1 - (1 - level) / 2, df);
    if (tValues.size < 10_000) tValues.set(key, value);
  }
  return value;
}

/**
 * The interval of the mean difference of tasks, each from −1 to 1: two tasks are added, one of which won an attempt and
 * one lost one, so that tasks without a difference do not make it a point. Of one attempt a task and side it is Bonett and
 * Price's 2012 "Adjusted Wald confidence interval for a difference of binomial proportions based on paired data".
 *
 * @param attempts a task and side on average: so much less does one of them move a task's difference
 */
export function differenceInterval(
  differences: readonly number[],
  attempts: number,
  level = LEVEL,
): Interval | null {
  if (differences.length === 0) return null;
  const count = differences.length + 2;
  let sum = 0;
  let squares = 2 / attempts ** 2;
  for (const difference of differences) {
    sum += difference;
    squares += difference * difference;
  }
  const middle = sum / count;
  const reach = (zOf(level) * Math.sqrt(Math.max(0, squares - (sum * sum) / count))) / count;
  return { low: Math.max(-1, middle - reach), high: Math.min(1, middle + reach) };
}
