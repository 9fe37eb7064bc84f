// What became of a cell and how one knows: stated rules, in order, each with its evidence. The rules tell
// a refusal from a no-op and an infrastructure failure from a failure of the agent; a verdict of "pass"
// outranks them all. It refuses to guess: where no rule fits, the verdict or "not scored" stands.
import type { Outcome, RunEnd } from './cell.ts';
import type { ScoreRecord } from './score.ts';

/** A span as far as the rules read it. */
export interface EvidenceSpan {
  /** Whatever finds the span again, e.g. traceId + spanId. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly statusMessage: string | null;
  readonly errorType: string | null;
  readonly httpStatus: number | null;
  readonly exitCode: number | null;
  /** What a verifier printed. */
  readonly output: string | null;
}

export interface OutcomeFacts {
  readonly scores: readonly ScoreRecord[];
  readonly end: RunEnd;
  /** In order of time; [] where none are at hand: fewer rules then find evidence. */
  readonly spans: readonly EvidenceSpan[];
  /** Recorded file changes; null where no one looked. */
  readonly changes: number | null;
  /** What the harness itself said of the run's end; null where nothing. */
  readonly banner: string | null;
  /** ended unless a run was opened: then it goes on, or stopped without an end. */
  readonly life: 'running' | 'interrupted' | 'ended';
}

export interface Judgement {
  readonly outcome: Outcome;
  /** One sentence without a link: why. */
  readonly sentence: string;
  /** The span that shows it, where one does. */
  readonly spanKey: string | null;
}

/** The first rule that fits decides. */
export declare function judgeOutcome(facts: OutcomeFacts): Judgement;

/** Failures of the surroundings, which say nothing of what the agent can do: may be left out of totals. */
export declare const infrastructureOutcomes: ReadonlySet<Outcome>;
