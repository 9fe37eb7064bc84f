// How far a mean may be trusted: 95 % intervals. Wilson's score interval for shares (it stays within
// 0..1 and says something even at 0 of 1), Student's t for other means. It refuses to give one for nothing.
// Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's 95 % interval of `successes` in `trials`; fractions of a success count. null for no trials. */
export declare function wilsonInterval(successes: number, trials: number): Interval | null;

/** Student's 95 % interval of a mean; null below two values. */
export declare function meanInterval(sum: number, sumOfSquares: number, count: number): Interval | null;
