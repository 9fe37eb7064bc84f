// What attempts say of a task, and values of many: pass@k, pass^k, flaky, median. Exact, and null where nothing can
// be said. Does not read cells.

/**
 * The chance that at least one of k attempts passes, from c passes in n: 1 − C(n−c, k) / C(n, k), without bias. null
 * where there are fewer than k attempts. Chen et al. 2021, "Evaluating large language models trained on code", eq. 1.
 */
export function passAtK(n: number, c: number, k: number): number | null {
  if (!(k >= 1) || k > n) return null;
  if (n - c < k) return 1;
  let none = 1;
  for (let i = 0; i < k; i++) none *= (n - c - i) / (n - i);
  return 1 - none;
}

/**
 * The chance that all of k attempts pass: C(c, k) / C(n, k). null where there are fewer than k attempts. Yao et al. 2024,
 * "τ-bench", section 3.
 */
export function passHatK(n: number, c: number, k: number): number | null {
  if (!(k >= 1) || k > n) return null;
  let all = 1;
  for (let i = 0; i < k; i++) all *= Math.max(0, c - i) / (n - i);
  return all;
}

/** Passed at times, failed at others. */
export function isFlaky(n: number, c: number): boolean {
  return c > 0 && c < n;
}

/** The middle value, of two middle ones their mean; null for none. */
export function median(values: Iterable<number>): number | null {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
