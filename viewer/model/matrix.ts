// A sweep as a matrix: any two of agent, model, task and family against each other, the others as
// filters, attempts folded into one square. Indexed once, pivoted on every change: 50,000 cells within
// 50 ms. It refuses to colour and to fetch.
import type { Outcome } from '../../shared/cell.ts';
import type { Interval } from './interval.ts';

export const matrixAxes = ['agent', 'model', 'family', 'task'] as const;
export type MatrixAxis = (typeof matrixAxes)[number];

/** A cell as the matrix reads it; `CellSummary` is one. */
export interface MatrixCell {
  readonly id: string;
  readonly agent: string;
  readonly model: string | null;
  readonly family: string | null;
  readonly task: string | null;
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly pass: number | null;
  readonly composite: number | null;
  readonly durationMs: number | null;
  /** Further axes by name, where they are known. */
  readonly values?: readonly (readonly [axis: string, value: number | null])[];
}

/** 'outcome', 'pass', 'composite', 'duration', or the name of a further axis. */
export type MatrixMeasure = string;

export interface MatrixView {
  readonly rows: MatrixAxis;
  readonly columns: MatrixAxis;
  /** What each axis is limited to; an absent or empty set limits nothing. */
  readonly only: Readonly<Partial<Record<MatrixAxis, ReadonlySet<string>>>>;
  /** Words, all of which must be found in id or outcome. */
  readonly text: string;
  readonly outcomes: ReadonlySet<Outcome>;
  /** Leaves failures of the surroundings out of means and totals; their squares still show them. */
  readonly withoutInfrastructure: boolean;
  readonly measure: MatrixMeasure;
  readonly sort: MatrixSort;
}

export interface MatrixSort {
  /** 'name', 'total', or the key of a column. */
  readonly by: string;
  readonly descending: boolean;
}

export declare const defaultMatrixView: MatrixView;

/** Made once per list of cells. */
export interface MatrixIndex {
  readonly cells: readonly MatrixCell[];
  /** Names of the further axes found, in order of appearance. */
  readonly measures: readonly MatrixMeasure[];
  /** Distinct keys of an axis, sorted; a cell without one has the key "". */
  keys(axis: MatrixAxis): readonly string[];
}

/** Attempts (and everything else that falls together) in one square. */
export interface MatrixFold {
  /** Cells in it, infrastructure failures included. */
  readonly count: number;
  /** Cells that the mean counts. */
  readonly counted: number;
  /** Mean of the measure over the counted cells that know it; null where none does. For 'outcome': of pass. */
  readonly mean: number | null;
  /** 95 %: Wilson for pass, Student's t for the others; null below two values (Wilson: below one). */
  readonly interval: Interval | null;
  /** Values that the mean rests on. */
  readonly known: number;
  /** How many cells have each outcome, those that occur, most frequent first. */
  readonly outcomes: readonly (readonly [Outcome, number])[];
  /** Indices into `MatrixIndex.cells`, in order of task, then attempt. */
  readonly members: readonly number[];
}

export interface MatrixHeader {
  /** "" for cells without one. */
  readonly key: string;
  readonly total: MatrixFold;
}

export interface Matrix {
  readonly rows: readonly MatrixHeader[];
  readonly columns: readonly MatrixHeader[];
  /** Cells that fit the filters. */
  readonly count: number;
  readonly total: MatrixFold;
  /** The square, or null where no cell falls. By position in `rows` and `columns`. */
  at(row: number, column: number): MatrixFold | null;
  /** All fitting cells, indices into `MatrixIndex.cells`, in the order given: the list view. */
  readonly list: Uint32Array;
}

export declare function indexCells(cells: readonly MatrixCell[]): MatrixIndex;

/** The matrix of a view. Squares are folded when first asked for. */
export declare function pivot(index: MatrixIndex, view: MatrixView): Matrix;
