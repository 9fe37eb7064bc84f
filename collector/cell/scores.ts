// A cell's score as it is kept: its text and where it came from. Does not judge any.
import type { ScoreRecord } from '../../shared/score.ts';

/** Where a record came from: what was put by the API outranks what a log record said. */
export type ScoreSource = 'put' | 'log';

export interface StoredScore {
  readonly axis: string;
  /** `scoreText` of the record. */
  readonly record: string;
  readonly source: ScoreSource;
}

/** A record of the past, as it was told. */
export interface FormerScore {
  /** Null where it was too long to be kept. */
  readonly record: ScoreRecord | null;
  readonly source: ScoreSource;
  /** When it was received. */
  readonly atNs: bigint;
}

/** The record of an axis that stands, and those that it replaced, newest first. */
export interface ScoreHistory extends FormerScore {
  readonly record: ScoreRecord;
  /** How many there were in all, this one too. */
  readonly revision: number;
  readonly before: readonly FormerScore[];
}

/** A record's own fields in one order: equal texts are equal records. */
export function scoreText({ axis, values, scorer, scored_at }: ScoreRecord): string {
  return JSON.stringify({ axis, values, scorer, scored_at });
}
