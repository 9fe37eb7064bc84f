// What became of a cell, in one word, and the tally of a verifier's tests. It judges nothing: outcome.ts holds
// the rules.

/** In the order in which people read them: verdicts, the agent's failures, the surroundings', no verdict. */
export const outcomes = [
  'passed',
  'failed',
  /** The agent declined the task. */
  'refused',
  /** It ended by itself, changed nothing and did not pass. */
  'no_op',
  'timed_out',
  'agent_error',
  /** Agent and model cannot work together. */
  'incompatible',
  'rate_limited',
  'verifier_error',
  /** The run began and stopped without an end. */
  'interrupted',
  'running',
  'unscored',
] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * Whether a run is under way: its recorder says so; its own span has ended; its recorder fell silent before
 * that; or nothing tells ("unknown"), which is every trace of a plain OpenTelemetry SDK.
 */
export const runStates = ['running', 'ended', 'interrupted', 'unknown'] as const;
export type RunState = (typeof runStates)[number];

export interface RunEnd {
  /** The agent's exit code, or null where none was recorded. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
}

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
