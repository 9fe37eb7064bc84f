// Two cells as a table of differences: outcome, scores, tokens, time, steps, files. What one of them never
// recorded is a word, and has no difference. It refuses to call a difference significant.
import type { CellDetail, FileChangeJson } from '../../shared/wire.ts';

export interface ComparedCell {
  readonly detail: CellDetail;
  readonly changes: readonly FileChangeJson[];
  /** Steps taken, where the transcript is here. */
  readonly steps: number | null;
}

export type ComparisonGroup = 'outcome' | 'scores' | 'tokens' | 'time' | 'files';

export interface ComparisonRow {
  readonly group: ComparisonGroup;
  /** "Pass", "Input tokens", "Wall", "src/lib.rs". */
  readonly label: string;
  /** As shown: a number with its unit, or the grade's word. */
  readonly a: string;
  readonly b: string;
  /** b − a in words: "+1,204", "−6.0 s", "other lines"; null where equal or not comparable. */
  readonly difference: string | null;
  /** Whether both sides are known and equal; null where one is not known. */
  readonly equal: boolean | null;
}

/** Rows in reading order. */
export declare function compareCells(a: ComparedCell, b: ComparedCell): ComparisonRow[];
