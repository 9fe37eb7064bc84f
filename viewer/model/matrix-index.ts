// The cells of a sweep as columns of numbers, made once: what the matrix filters, folds and sorts by. It
// refuses to know views.
import type { Outcome } from '../../shared/cell.ts';
import { outcomes } from '../../shared/cell.ts';
import { outcomeWord } from './outcome-sentence.ts';

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

/** Made once per list of cells. */
export interface MatrixIndex {
  readonly cells: readonly MatrixCell[];
  /** Names of the further axes found, in order of appearance. */
  readonly measures: readonly MatrixMeasure[];
  /** Distinct keys of an axis, sorted; a cell without one has the key "". */
  keys(axis: MatrixAxis): readonly string[];
}

/** Columns of one value a cell: filters and folds then read numbers and one text alone. */
export class CellIndex implements MatrixIndex {
  readonly cells: readonly MatrixCell[];
  readonly measures: readonly MatrixMeasure[];
  readonly #keys = new Map<MatrixAxis, readonly string[]>();
  /** Ordinal into the axis's keys, by cell. */
  readonly #ordinals = new Map<MatrixAxis, Uint32Array>();
  readonly #values = new Map<MatrixMeasure, Float64Array>();
  /** Ordinal into `outcomes`, by cell. */
  readonly outcome: Uint8Array;
  readonly #texts: readonly string[];
  /** Cells in order of task, then id: the order within a square. */
  readonly order: Uint32Array;

  constructor(cells: readonly MatrixCell[]) {
    this.cells = cells;
    for (const axis of matrixAxes) this.#indexAxis(axis);
    this.outcome = Uint8Array.from(cells, (cell) => Math.max(0, outcomes.indexOf(cell.outcome)));
    this.#texts = cells.map((cell) => folded(`${cell.id}\n${cell.task ?? ''}\n${outcomeWord(cell.outcome)}`));
    this.#values.set(
      'pass',
      valuesOf(cells, (cell) => cell.pass),
    );
    this.#values.set(
      'composite',
      valuesOf(cells, (cell) => cell.composite),
    );
    this.#values.set(
      'duration',
      valuesOf(cells, (cell) => cell.durationMs),
    );
    this.measures = this.#indexFurther();
    const task = this.ordinals('task');
    this.order = Uint32Array.from(cells, (_, at) => at).sort(
      (a, b) =>
        (task[a] ?? 0) - (task[b] ?? 0) || (cells[a]?.attempt ?? 0) - (cells[b]?.attempt ?? 0) || a - b,
    );
  }

  keys(axis: MatrixAxis): readonly string[] {
    return this.#keys.get(axis) ?? [];
  }

  ordinals(axis: MatrixAxis): Uint32Array {
    return this.#ordinals.get(axis) ?? new Uint32Array();
  }

  /** NaN where the cell does not know the measure. 'outcome' is judged by pass. */
  values(measure: MatrixMeasure): Float64Array {
    const known = this.#values.get(measure === 'outcome' ? 'pass' : measure);
    return known ?? new Float64Array(this.cells.length).fill(Number.NaN);
  }

  has(at: number, words: readonly string[]): boolean {
    const text = this.#texts[at] ?? '';
    return words.every((word) => text.includes(word));
  }

  #indexAxis(axis: MatrixAxis): void {
    const keyOf = (cell: MatrixCell) => cell[axis] ?? '';
    const keys = [...new Set(this.cells.map(keyOf))].sort(byText);
    const ordinal = new Map(keys.map((key, at) => [key, at]));
    this.#keys.set(axis, keys);
    this.#ordinals.set(
      axis,
      Uint32Array.from(this.cells, (cell) => ordinal.get(keyOf(cell)) ?? 0),
    );
  }

  #indexFurther(): MatrixMeasure[] {
    const further = new Map<string, Float64Array>();
    for (const [at, cell] of this.cells.entries())
      for (const [axis, value] of cell.values ?? []) {
        const column = further.get(axis) ?? new Float64Array(this.cells.length).fill(Number.NaN);
        further.set(axis, column);
        if (value !== null) column[at] = value;
      }
    for (const [axis, column] of further) if (!this.#values.has(axis)) this.#values.set(axis, column);
    return [...further.keys()];
  }
}

function valuesOf(cells: readonly MatrixCell[], of: (cell: MatrixCell) => number | null): Float64Array {
  return Float64Array.from(cells, (cell) => of(cell) ?? Number.NaN);
}

/** As code units do, so that every browser sorts alike; digits within names by their number. */
function byText(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : 1);
}
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Compatibility forms and case folded, so that what looks alike is found alike. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
