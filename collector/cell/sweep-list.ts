// What lists ask of all sweeps together: which cells fit, what they come to, and what is asked of a store for it.
// Shapes only.
import type { SweepCursor } from './sweep-cell.ts';

/** Which cells a list of sweeps is narrowed to. */
export interface SweepFilter {
  /** Each of them stands in the cell's id, or names its outcome. */
  readonly words: readonly {
    readonly text: string;
    /** Ordinals of outcomes that the word names. */
    readonly outcomes: readonly number[];
  }[];
  /** Ordinals; null for all. */
  readonly outcomes: readonly number[] | null;
  /** Ordinals of what a run under way is, and of what it is once it fell silent before `nowNs`. */
  readonly running: number;
  readonly interrupted: number;
  readonly nowNs: bigint;
}

export interface SweepMatches extends SweepCursor {
  /** Cells that fit. */
  readonly matches: number;
}

export interface OutcomeSum {
  readonly outcome: number;
  readonly cells: number;
}

export interface SweepRows {
  readonly among: 'any' | 'passed' | 'not passed';
  /** Cells with fewer are passed over. */
  readonly minSpans: number;
  readonly limit: number;
}

/** What a sweep comes to in a line. */
export interface SweepFigures {
  /** Attempts that count, and those that passed. */
  readonly n: number;
  readonly passed: number;
  /** Wall time of a cell; null where none has one. */
  readonly medianMs: number | null;
  /** Of each cell with a known cost, what it is made of and its model's word. */
  readonly costs: readonly (readonly [cost: string, model: number | null])[];
}

/** What lists of sweeps ask of a store. Every method: @throws UnavailableError when it cannot be read now. */
export interface SweepListReads {
  /** Sweeps that hold a cell that fits, the one of the newest cell first. */
  matching(filter: SweepFilter, after: SweepCursor | null, limit: number): Promise<SweepMatches[]>;
  /** What cells that fit came to, over all sweeps. */
  sums(filter: SweepFilter): Promise<OutcomeSum[]>;
  /** Sweeps that hold a cell that fits. */
  sweepsIn(filter: SweepFilter): Promise<number>;
  /** Numbers of a sweep's cells that fit, newest first. */
  newest(sweep: string, filter: SweepFilter, rows: SweepRows): Promise<number[]>;
  /** @param counting ordinals of outcomes that count as attempts */
  figures(sweep: string, counting: readonly number[]): Promise<SweepFigures>;
  rate(sweep: string, counting: readonly number[]): Promise<{ readonly n: number; readonly passed: number }>;
}
