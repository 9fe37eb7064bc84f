// A sweep as a matrix: any two of agent, model, task and family against each other, the others as
// filters, attempts folded into one square. Indexed once, pivoted on every change: 50,000 cells within
// 50 ms. It refuses to colour and to fetch.
import type { Outcome } from '../../shared/cell.ts';
import { outcomes } from '../../shared/cell.ts';
import { infrastructureOutcomes } from '../../shared/outcome.ts';
import type { Interval } from './interval.ts';
import { meanInterval, wilsonInterval } from './interval.ts';
import {
  CellIndex,
  folded,
  type MatrixAxis,
  type MatrixCell,
  type MatrixIndex,
  type MatrixMeasure,
  matrixAxes,
} from './matrix-index.ts';

export type { MatrixAxis, MatrixCell, MatrixIndex, MatrixMeasure };

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

export const defaultMatrixView: MatrixView = {
  rows: 'agent',
  columns: 'task',
  only: {},
  text: '',
  outcomes: new Set(),
  withoutInfrastructure: false,
  measure: 'outcome',
  sort: { by: 'name', descending: false },
};

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
  /** Indices into `MatrixIndex.cells`, in order of task, then attempt. A copy each time it is read. */
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

/** Keys, folded texts and values of all cells. O(cells): about 0.1 s at 50,000. */
export function indexCells(cells: readonly MatrixCell[]): MatrixIndex {
  return new CellIndex(cells);
}

/** The matrix of a view. Squares are folded when first asked for. */
export function pivot(index: MatrixIndex, view: MatrixView): Matrix {
  if (!(index instanceof CellIndex)) throw new TypeError('matrix: not an index made by indexCells');
  return new PivotTable(index, view);
}

class PivotTable implements Matrix {
  readonly rows: readonly MatrixHeader[];
  readonly columns: readonly MatrixHeader[];
  readonly list: Uint32Array;
  readonly total: MatrixFold;
  readonly #index: CellIndex;
  readonly #view: MatrixView;
  readonly #squares: Groups;
  readonly #folds = new Map<number, MatrixFold>();
  readonly #rowKeys: readonly number[];
  readonly #columnKeys: readonly number[];
  readonly #width: number;

  constructor(index: CellIndex, view: MatrixView) {
    this.#index = index;
    this.#view = view;
    this.#width = index.keys(view.columns).length;
    this.list = fittingCells(index, view);
    const fits = new Uint8Array(index.cells.length);
    for (const at of this.list) fits[at] = 1;
    const all = index.order.filter((at) => fits[at] === 1);
    const rowOf = index.ordinals(view.rows);
    const columnOf = index.ordinals(view.columns);
    const width = this.#width;
    const inRow = new Groups(all, (at) => rowOf[at] ?? 0, index.keys(view.rows).length);
    const inColumn = new Groups(all, (at) => columnOf[at] ?? 0, width);
    const squareOf = (at: number) => (rowOf[at] ?? 0) * width + (columnOf[at] ?? 0);
    this.#squares = new Groups(all, squareOf, index.keys(view.rows).length * width);
    this.total = this.#fold(all);
    this.#columnKeys = this.#sorted(inColumn, view.columns, null);
    const by = index.keys(view.columns).indexOf(view.sort.by);
    this.#rowKeys = this.#sorted(inRow, view.rows, by >= 0 ? by : null);
    this.rows = this.#headers(this.#rowKeys, inRow, view.rows);
    this.columns = this.#headers(this.#columnKeys, inColumn, view.columns);
  }

  get count(): number {
    return this.list.length;
  }

  at(row: number, column: number): MatrixFold | null {
    const rowKey = this.#rowKeys[row];
    const columnKey = this.#columnKeys[column];
    return rowKey === undefined || columnKey === undefined
      ? null
      : this.#square(rowKey * this.#width + columnKey);
  }

  #square(key: number): MatrixFold | null {
    const known = this.#folds.get(key);
    if (known) return known;
    const members = this.#squares.of(key);
    if (members.length === 0) return null;
    const fold = this.#fold(members);
    this.#folds.set(key, fold);
    return fold;
  }

  #headers(keys: readonly number[], groups: Groups, axis: MatrixAxis): MatrixHeader[] {
    const names = this.#index.keys(axis);
    return keys.map((key) => ({ key: names[key] ?? '', total: this.#fold(groups.of(key)) }));
  }

  /** Ordinals in the view's order. Rows may be sorted by a column's squares; what has no mean comes last. */
  #sorted(groups: Groups, axis: MatrixAxis, column: number | null): number[] {
    const { by, descending } = this.#view.sort;
    const keys = groups.keys();
    const isRows = axis === this.#view.rows;
    if (column === null && (by !== 'total' || !isRows))
      return descending && isRows && by === 'name' ? keys.reverse() : keys;
    const meanOf = (key: number) =>
      (column === null ? this.#fold(groups.of(key)) : this.#square(key * this.#width + column))?.mean ?? null;
    const means = new Map(keys.map((key) => [key, meanOf(key)]));
    return keys.sort((a, b) => compareMeans(means.get(a) ?? null, means.get(b) ?? null, descending) || a - b);
  }

  #fold(members: Uint32Array): MatrixFold {
    return foldCells(this.#index, this.#view, members);
  }
}

/** Up to so many groups are counted in an array; a matrix of more squares than this is mostly empty. */
const MAX_DENSE = 1_000_000;

/** Cells by group, those of one group beside each other and in the order given: two passes, no lists. */
class Groups {
  readonly #from: Uint32Array;
  readonly #members: Uint32Array;
  /** Group to its place where there are too many to count them all; null where the group is the place. */
  readonly #places: Map<number, number> | null;

  constructor(cells: Uint32Array, groupOf: (cell: number) => number, groups: number) {
    this.#places = groups > MAX_DENSE ? new Map() : null;
    const placeOf = (cell: number) => this.#place(groupOf(cell));
    if (this.#places) for (const cell of cells) placeOf(cell);
    const from = new Uint32Array((this.#places?.size ?? groups) + 1);
    for (const cell of cells) from[placeOf(cell) + 1] = (from[placeOf(cell) + 1] ?? 0) + 1;
    for (let at = 1; at < from.length; at++) from[at] = (from[at] ?? 0) + (from[at - 1] ?? 0);
    const next = from.slice();
    const members = new Uint32Array(cells.length);
    for (const cell of cells) {
      const place = placeOf(cell);
      const at = next[place] ?? 0;
      members[at] = cell;
      next[place] = at + 1;
    }
    this.#from = from;
    this.#members = members;
  }

  of(group: number): Uint32Array {
    const place = this.#places ? this.#places.get(group) : group;
    if (place === undefined) return this.#members.subarray(0, 0);
    return this.#members.subarray(this.#from[place] ?? 0, this.#from[place + 1] ?? 0);
  }

  /** Groups that hold a cell, ascending. */
  keys(): number[] {
    const keys = this.#places ? [...this.#places.keys()] : Array.from(this.#from.keys()).slice(0, -1);
    return keys.filter((key) => this.of(key).length > 0).sort((a, b) => a - b);
  }

  #place(group: number): number {
    if (!this.#places) return group;
    const known = this.#places.get(group);
    if (known !== undefined) return known;
    this.#places.set(group, this.#places.size);
    return this.#places.size - 1;
  }
}

function compareMeans(a: number | null, b: number | null, descending: boolean): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  return descending ? b - a : a - b;
}

/** Cells that pass all filters, in the order given. */
function fittingCells(index: CellIndex, view: MatrixView): Uint32Array {
  const tests: ((at: number) => boolean)[] = [];
  if (view.outcomes.size > 0) {
    const wanted = Uint8Array.from(outcomes, (outcome) => (view.outcomes.has(outcome) ? 1 : 0));
    tests.push((at) => wanted[index.outcome[at] ?? 0] === 1);
  }
  for (const axis of matrixAxes) {
    const only = view.only[axis];
    if (!only || only.size === 0) continue;
    const wanted = Uint8Array.from(index.keys(axis), (key) => (only.has(key) ? 1 : 0));
    const ordinals = index.ordinals(axis);
    tests.push((at) => wanted[ordinals[at] ?? 0] === 1);
  }
  const words = folded(view.text)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > 0) tests.push((at) => index.has(at, words));
  const fitting = new Uint32Array(index.cells.length);
  let length = 0;
  for (let at = 0; at < fitting.length; at++) if (tests.every((test) => test(at))) fitting[length++] = at;
  return fitting.subarray(0, length);
}

const isInfrastructure = Uint8Array.from(outcomes, (outcome) =>
  infrastructureOutcomes.has(outcome) ? 1 : 0,
);

function foldCells(index: CellIndex, view: MatrixView, members: Uint32Array): MatrixFold {
  const values = index.values(view.measure);
  const isShare = view.measure === 'outcome' || view.measure === 'pass';
  const counts = new Uint32Array(outcomes.length);
  let counted = 0;
  let known = 0;
  let sum = 0;
  let squares = 0;
  for (const at of members) {
    const outcome = index.outcome[at] ?? 0;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (view.withoutInfrastructure && isInfrastructure[outcome] === 1) continue;
    counted++;
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    known++;
    sum += value;
    squares += value * value;
  }
  return {
    count: members.length,
    counted,
    known,
    mean: known === 0 ? null : sum / known,
    interval: isShare ? wilsonInterval(sum, known) : meanInterval(sum, squares, known),
    outcomes: outcomes
      .flatMap((outcome, at): [Outcome, number][] =>
        (counts[at] ?? 0) > 0 ? [[outcome, counts[at] ?? 0]] : [],
      )
      .sort((a, b) => b[1] - a[1]),
    get members() {
      return Array.from(members);
    },
  };
}
