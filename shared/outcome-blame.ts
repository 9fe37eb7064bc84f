// Whose each outcome is: the agent's or its surroundings'. The page "How numbers are counted" prints this table,
// and totals, badges and composites read it. Does not judge: outcome.ts holds the rules.
import { type Outcome, outcomes } from './outcome-words.ts';

export interface Blame {
  readonly whose: 'agent' | 'surroundings' | 'nobody';
  /** What the records must show, for people. */
  readonly when: string;
}

export const blameOf: Readonly<Record<Outcome, Blame>> = {
  passed: { whose: 'agent', when: 'the verifier passed it, whatever else happened' },
  failed: { whose: 'agent', when: 'there is a verdict, and it is not a pass' },
  refused: { whose: 'agent', when: 'the refusal scorer found a refusal' },
  no_op: { whose: 'agent', when: 'there is a verdict, someone looked, and no file had changed' },
  timed_out: { whose: 'agent', when: 'the agent was stopped at its own time limit' },
  agent_error: {
    whose: 'agent',
    when: 'the agent’s exit code is not 0, and no verdict was given on changes that it made; without an exit code, its run ended with an error and there is no verdict',
  },
  incompatible: {
    // Agent and model are what a sweep compares: that they cannot work together is a result of the two.
    whose: 'agent',
    when: 'no model call succeeded, and the last was refused as not understood (400, 404, 405, 415, 422, 501)',
  },
  rate_limited: { whose: 'surroundings', when: 'the last model call was answered with 429' },
  provider_error: {
    whose: 'surroundings',
    when: 'the last model call was answered with 402, 5xx or 529, or not at all',
  },
  verifier_error: {
    whose: 'surroundings',
    when: 'the verifier ran out of its own time, was killed, could not be run (126, 127, ENOENT), or its set-up failed',
  },
  interrupted: {
    whose: 'surroundings',
    when: 'somebody stopped the run (Ctrl-C), or its recorder fell silent',
  },
  running: { whose: 'surroundings', when: 'the run is still going on' },
  unscored: { whose: 'nobody', when: 'there is no verdict, and nothing went wrong' },
};

/** Failures of the surroundings, which say nothing of what the agent can do: no pass, no composite, not in n. */
export const infrastructureOutcomes: ReadonlySet<Outcome> = new Set(
  outcomes.filter((outcome) => blameOf[outcome].whose === 'surroundings'),
);
