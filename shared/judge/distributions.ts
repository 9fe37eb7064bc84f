// The distributions that judging needs: logarithms of factorials, the binomial's tails, quantiles of the normal and of
// Student's distribution. Exact to 1e-12 where a golden figure of scipy is held against them. Judges nothing.
// Sources: Wichura 1988, algorithm AS 241 (normal); Press et al., Numerical Recipes, section 6.4 (incomplete beta).

const FACTORIALS = 171;
const logFactorials = new Float64Array(FACTORIALS);
for (let n = 2, product = 1; n < FACTORIALS; n++) {
  product *= n;
  logFactorials[n] = Math.log(product);
}

/** ln n!, n a whole number from 0: exact products up to 170, Stirling's series beyond (error below 1e-17). */
export function logFactorial(n: number): number {
  return n < FACTORIALS ? (logFactorials[n] as number) : logGamma(n + 1);
}

/** ln Γ(x), x > 0. */
function logGamma(x: number): number {
  if (x < 15) return logGamma(x + 1) - Math.log(x);
  const square = 1 / (x * x);
  const series = (((-1 / 1680) * square + 1 / 1260) * square - 1 / 360) * square + 1 / 12;
  // The next two terms of the series matter below x = 30.
  const rest = ((-691 / 360_360) * square + 1 / 1188) * square ** 4;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + (series + rest) / x;
}

/** ln of n over k. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** The chance of `k` or fewer heads in `n` throws of a fair coin. */
export function fairTail(k: number, n: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  // The smaller tail is summed: the other one loses its digits.
  if (2 * k >= n) return 1 - fairTail(n - k - 1, n);
  let sum = 0;
  // From the largest term down, until the rest no longer counts.
  for (let at = k, term = Math.exp(logChoose(n, k) - n * Math.LN2); at >= 0 && term > sum * 1e-18; at--) {
    sum += term;
    term *= at / (n - at + 1);
  }
  return Math.min(1, sum);
}

function rational(x: number, above: readonly number[], below: readonly number[]): number {
  const of = (terms: readonly number[]) => terms.reduceRight((sum, term) => sum * x + term, 0);
  return of(above) / of(below);
}

// biome-ignore format: eight coefficients a line, as they are published
const CENTRE = [
  [3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227],
  [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
] as const;
// biome-ignore format: the same
const FLANK = [
  [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414],
  [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09],
] as const;
// biome-ignore format: the same
const TAIL = [
  [6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07],
  [1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15],
] as const;

/** The z below which the standard normal distribution has the share `p`, 0 < p < 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * rational(0.180625 - q * q, CENTRE[0], CENTRE[1]);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? rational(r - 1.6, FLANK[0], FLANK[1]) : rational(r - 5, TAIL[0], TAIL[1]);
  return q < 0 ? -z : z;
}

/** The share of Student's distribution with `df` degrees of freedom that lies above `t` ≥ 0. */
export function studentTail(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
}

/** The t below which Student's distribution with `df` degrees of freedom has the share `p`, 0 < p < 1. */
export function studentQuantile(p: number, df: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, df);
  const tail = 1 - p;
  let low = 0;
  let high = 1;
  while (studentTail(high, df) > tail && high < 1e300) {
    low = high;
    high *= 2;
  }
  // Halving: 60 steps are below the last digit, and nothing can diverge.
  for (let step = 0; step < 60 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  if (x > (a + 1) / (a + b + 2)) return 1 - (Math.exp(front) * betaFraction(1 - x, b, a)) / b;
  return (Math.exp(front) * betaFraction(x, a, b)) / a;
}

/** Its continued fraction, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const TINY = 1e-300;
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction;
}
