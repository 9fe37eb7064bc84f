// Where the records of a cell contradict each other, as sentences: two scorers that disagree, a zero
// beside a recorded number, a composite that its own components do not yield. It refuses to decide who
// is right.
import type { RunEnd } from './cell.ts';
import type { RecordedFacts, ScoreRecord } from './score.ts';

export type ContradictionKind =
  | 'refusal'
  | 'integrity'
  | 'tokens'
  | 'wall'
  | 'timeout'
  | 'composite'
  | 'blast_radius'
  | 'exit_code';

export interface Contradiction {
  readonly kind: ContradictionKind;
  /** One sentence for people. */
  readonly sentence: string;
  /** The axes whose records are meant, for links. */
  readonly axes: readonly string[];
}

export interface ContradictionFacts {
  readonly scores: readonly ScoreRecord[];
  readonly recorded: RecordedFacts;
  readonly end: RunEnd;
  /** What the harness itself said of the run's end; null where nothing. */
  readonly banner: string | null;
}

/** In the order of `ContradictionKind`; [] where all agree. */
export declare function findContradictions(facts: ContradictionFacts): Contradiction[];
