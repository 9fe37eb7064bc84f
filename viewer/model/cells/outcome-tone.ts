// The one tone of each outcome, wherever it is shown: list, pill, sheet, frame. Shapes and words tell outcomes apart;
// tones say whose they are. Does not judge.
import type { Outcome } from '../../../shared/outcome-words.ts';

/**
 * good: passed; bad: a verifier failed it; warn: the agent ended otherwise than it was asked to; quiet: its surroundings
 * failed, or there is no verdict.
 */
export type OutcomeTone = 'good' | 'bad' | 'warn' | 'quiet';

const tones: Readonly<Record<Outcome, OutcomeTone>> = {
  passed: 'good',
  failed: 'bad',
  refused: 'warn',
  no_op: 'warn',
  timed_out: 'warn',
  agent_error: 'warn',
  incompatible: 'quiet',
  rate_limited: 'quiet',
  provider_error: 'quiet',
  verifier_error: 'quiet',
  interrupted: 'quiet',
  running: 'quiet',
  unscored: 'quiet',
};

export function outcomeTone(outcome: Outcome): OutcomeTone {
  return tones[outcome];
}

/** Whether one asks of such a run why it did not pass. */
export function hasReasons(outcome: Outcome): boolean {
  return outcome !== 'passed' && outcome !== 'running' && outcome !== 'unscored';
}
