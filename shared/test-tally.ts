// The tests that a verifier ran, as its output counts them. Does not judge: outcome.ts holds the rules.

export interface TestTally {
  readonly passed: number;
  readonly failed: number;
  /** Names of the failed tests, in order, as the runner printed them. */
  readonly failures: readonly string[];
  /** "src/lib.rs:12" of the first failure, or null. */
  readonly location: string | null;
}

/**
 * Reads the verifier's output where it is cargo test's, all of its suites together; null where it is
 * not recognised.
 */
export function readTestTally(output: string): TestTally | null {
  const suites = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)];
  if (suites.length === 0) return null;
  const failures = [...output.matchAll(/^test (\S+) \.\.\. FAILED$/gm)].map((match) => match[1] ?? '');
  const panic = /panicked at ([^\s:]+:\d+)/.exec(output);
  return {
    passed: suites.reduce((sum, suite) => sum + Number(suite[1]), 0),
    failed: suites.reduce((sum, suite) => sum + Number(suite[2]), 0),
    failures,
    location: panic?.[1] ?? null,
  };
}
