// How far a mean may be trusted: 95 % intervals. Wilson's score interval for shares (it stays within
// 0..1 and says something even at 0 of 1), Student's t for other means. Does not give one for nothing.
// Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's 97.5 % quantile. */
const Z = 1.959963984540054;

/** Wilson's 95 % interval of `successes` in `trials`; fractions of a success count. null for no trials. */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (!(trials > 0)) return null;
  // A scorer may give 2 of 1: still a share.
  const share = Math.min(1, Math.max(0, successes / trials));
  const z2 = Z * Z;
  const middle = share + z2 / (2 * trials);
  const reach = Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  // At 0 and at all of n the exact bounds are 0 and 1; rounding must not step over them.
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

/** Student's t, 97.5 %, by degrees of freedom 1…30. */
const T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Student's 95 % interval of a mean; null below two values. Beyond 31 values t is within 0.6 % of 1.96 + 2.4 / n. */
export function meanInterval(sum: number, sumOfSquares: number, count: number): Interval | null {
  if (count < 2) return null;
  const mean = sum / count;
  // Rounding can make the variance of equal values a little less than nothing.
  const variance = Math.max(0, (sumOfSquares - count * mean * mean) / (count - 1));
  const t = T[count - 2] ?? Z + 2.4 / (count - 1);
  const reach = t * Math.sqrt(variance / count);
  return { low: mean - reach, high: mean + reach };
}
