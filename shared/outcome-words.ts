// The words for what became of a cell and whether its run is under way. Does not judge: outcome.ts holds the rules.

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
  /** The model's provider was out at the end: 402, 5xx, 529 or no answer. Here, for ordinals are sent. */
  'provider_error',
] as const;
export type Outcome = (typeof outcomes)[number];

const words: Record<Outcome, string> = {
  passed: 'Passed',
  failed: 'Failed',
  refused: 'Refused',
  no_op: 'Did nothing',
  timed_out: 'Timed out',
  agent_error: 'Agent error',
  incompatible: 'Incompatible',
  rate_limited: 'Rate limited',
  provider_error: 'Provider error',
  verifier_error: 'Verifier error',
  interrupted: 'Interrupted',
  running: 'Running',
  unscored: 'No verdict',
};

/** The outcome in one word or two: "Passed", "Timed out", "Agent error", "No verdict". */
export function outcomeWord(outcome: Outcome): string {
  return words[outcome];
}

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
