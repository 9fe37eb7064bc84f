// What a cell is to a judgement: an attempt, one that passed, or none. The one rule for pages, lists, judgement and gate.
// Does not say what a cell came to: shared/outcome.ts does.
import { blameOf } from '../outcome-blame.ts';
import { type Outcome, outcomes } from '../outcome-words.ts';

/**
 * `attempt`: what it came to is the agent's, also where no verdict says so. `left out`: its surroundings failed.
 * `open`: it goes on, or nobody judged it.
 */
export type Standing = 'attempt' | 'left out' | 'open';

export function standingOf(outcome: Outcome): Standing {
  const { whose } = blameOf[outcome];
  if (whose === 'agent') return 'attempt';
  return whose === 'nobody' || outcome === 'running' ? 'open' : 'left out';
}

/** By ordinal of the outcome. */
export const standings: readonly Standing[] = outcomes.map(standingOf);

/** Whether an attempt passed: a verdict between 0 and 1 is no pass. */
export function isPass(pass: number | null): boolean {
  return pass !== null && pass >= 1;
}
