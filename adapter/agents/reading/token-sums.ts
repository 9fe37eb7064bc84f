// Differences of running sums: some agents tell what was used so far, not what a call used.
import type { TokenCounts } from '../step.ts';

/** What was added between two sums. A sum that fell began anew: then all of it was added. */
export function minusTokens(sum: TokenCounts, before: TokenCounts): TokenCounts {
  const fell = (sum.input ?? 0) < (before.input ?? 0) || (sum.output ?? 0) < (before.output ?? 0);
  const minus = (a: number | null, b: number | null): number | null =>
    a === null ? null : fell ? a : Math.max(0, a - (b ?? 0));
  return {
    input: minus(sum.input, before.input),
    cacheRead: minus(sum.cacheRead, before.cacheRead),
    cacheWrite: minus(sum.cacheWrite, before.cacheWrite),
    output: minus(sum.output, before.output),
    reasoning: minus(sum.reasoning, before.reasoning),
  };
}
