// A sweep as a matrix: any two of agent, model, task and family against each other, the others as
// filters, attempts folded into one square. Indexed once, pivoted on every change: 50,000 cells within
// 50 ms. Does not colour or fetch.

import type { CompositeWeights } from '../../../shared/composite.ts';
import { type Interval, meanInterval, wilsonInterval } from '../../../shared/judge/intervals.ts';
import { infrastructureOutcomes } from '../../../shared/outcome-blame.ts';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import type { FailureGroup, SweepMatrix } from '../../../shared/wire.ts';
import { Groups } from './cell-groups.ts';
import {
  CellIndex,
  costBit,
  folded,
  type MatrixAxis,
  type MatrixCell,
  type MatrixMeasure,
  matrixAxes,
} from './matrix-index.ts';
import { triedComposite } from './sweep-composite.ts';

export type { MatrixAxis, MatrixCell, MatrixMeasure };

/** Which cells are looked at. */
export interface MatrixFilters {
  /** What each axis is limited to; an absent or empty set limits nothing. */
  readonly only: Readonly<Partial<Record<MatrixAxis, ReadonlySet<string>>>>;
  /** `<agent>/<model>` of those that are looked at; empty for all. */
  readonly pairs: ReadonlySet<string>;
  /** Words, all of which must be found in id or outcome. */
  readonly text: string;
  readonly outcomes: ReadonlySet<Outcome>;
  /** The `failureKey` of the group of failures that is looked at; "" for all cells. */
  readonly failure: string;
  /** Only cells whose records contradict each other. */
  readonly withNotes: boolean;
}

export interface MatrixView extends MatrixFilters {
  readonly rows: MatrixAxis;
  readonly columns: MatrixAxis;
  /** Leaves failures of the surroundings out of means and totals; their squares still show them. */
  readonly withoutInfrastructure: boolean;
  readonly measure: MatrixMeasure;
  /** Weights that the composite is tried by; null leaves it as it was recorded. */
  readonly weights: CompositeWeights | null;
  readonly sort: MatrixSort;
}

export interface MatrixSort {
  /** 'rate': both axes by their means, the highest first; tasks stay by name, among their family. */
  readonly by: 'name' | 'total' | 'column' | 'rate';
  /** Key of the column that sorts; "" is one too. */
  readonly column: string;
  readonly descending: boolean;
}

export const defaultMatrixView: MatrixView = {
  rows: 'agent',
  columns: 'task',
  only: {},
  pairs: new Set(),
  text: '',
  outcomes: new Set(),
  withoutInfrastructure: false,
  failure: '',
  withNotes: false,
  measure: 'outcome',
  weights: null,
  sort: { by: 'name', column: '', descending: false },
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
  /** Of a mean cost: how many of its values are estimated, and how many lack some calls. */
  readonly estimated: number;
  readonly atLeast: number;
  /** How many cells have each outcome, those that occur, most frequent first. */
  readonly outcomes: readonly (readonly [Outcome, number])[];
  /** Whether the records of any of them contradict each other. */
  readonly noted: boolean;
  /** Cells of the index, in order of task, then attempt. A copy each time it is read. */
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
  /** Whether several cells fell into one square anywhere. */
  readonly folds: boolean;
  /** The square, or null where no cell falls. By position in `rows` and `columns`. */
  at(row: number, column: number): MatrixFold | null;
  /** All fitting cells of the index, in the order given: the list view. */
  readonly list: Uint32Array;
}

/** What one axis or measure needs is made when it is first asked for. */
export function indexSweep(wire: SweepMatrix): CellIndex {
  return new CellIndex(wire);
}

/** What a group of failures is known by, in addresses too: its place in the list changes with every run. */
export function failureKey({ test, location, message }: FailureGroup): string {
  // What a test says may differ from cell to cell; it is the same test.
  const parts = test || location ? [test, location] : [message];
  return parts.map((part) => part ?? '').join(' · ');
}

/** Whether an address means this group; earlier ones name the message too. */
function isMeant(group: FailureGroup, address: string): boolean {
  const key = failureKey(group);
  return address === key || address.startsWith(`${key} · `);
}

/**
 * The matrix of a view. Squares are folded when first asked for.
 * @param fitting what `fittingCells` found for the same filters, where that is known
 */
export function pivot(index: CellIndex, view: MatrixView, fitting = fittingCells(index, view)): Matrix {
  return new PivotTable(index, view, fitting);
}

/** The fitting cells in order of task, then attempt. */
function inOrder(index: CellIndex, fitting: Uint32Array): Uint32Array {
  if (fitting.length === index.length) return index.order;
  const fits = new Uint8Array(index.length);
  for (const at of fitting) fits[at] = 1;
  const ordered = new Uint32Array(fitting.length);
  let length = 0;
  for (const at of index.order) if (fits[at] === 1) ordered[length++] = at;
  return ordered;
}

class PivotTable implements Matrix {
  readonly rows: readonly MatrixHeader[];
  readonly columns: readonly MatrixHeader[];
  readonly list: Uint32Array;
  readonly total: MatrixFold;
  readonly #index: CellIndex;
  readonly #view: MatrixView;
  readonly #values: Float64Array;
  readonly #squares: Groups;
  readonly #folds = new Map<number, MatrixFold>();
  readonly #rowKeys: readonly number[];
  readonly #columnKeys: readonly number[];
  readonly #width: number;

  constructor(index: CellIndex, view: MatrixView, fitting: Uint32Array) {
    this.#index = index;
    this.#view = view;
    this.#width = index.keys(view.columns).length;
    this.list = fitting;
    const all = inOrder(index, fitting);
    this.#values =
      view.measure === 'composite' && view.weights
        ? triedComposite(index, view.weights)
        : index.values(view.measure);
    const rowOf = index.ordinals(view.rows);
    const columnOf = index.ordinals(view.columns);
    const width = this.#width;
    const height = index.keys(view.rows).length;
    const inRow = new Groups(all, rowOf, height);
    const inColumn = new Groups(all, columnOf, width);
    // Not a Uint32Array: a sweep of 100,000 agents and tasks has more squares than that can number.
    const squareOf = new Float64Array(index.length);
    for (let at = 0; at < squareOf.length; at++)
      squareOf[at] = (rowOf[at] ?? 0) * width + (columnOf[at] ?? 0);
    this.#squares = new Groups(all, squareOf, height * width);
    this.total = this.#fold(all);
    this.#columnKeys = this.#sorted(inColumn, view.columns, null);
    const by = view.sort.by === 'column' ? index.keys(view.columns).indexOf(view.sort.column) : -1;
    this.#rowKeys = this.#sorted(inRow, view.rows, by >= 0 ? by : null);
    this.rows = this.#headers(this.#rowKeys, inRow, view.rows);
    this.columns = this.#headers(this.#columnKeys, inColumn, view.columns);
  }

  get folds(): boolean {
    return this.#squares.largest > 1;
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
    const { by } = this.#view.sort;
    const keys = groups.keys();
    const isRows = axis === this.#view.rows;
    const byRate = by === 'rate' && (isRows || axis !== 'task');
    const descending = byRate || this.#view.sort.descending;
    if (column === null && !byRate && (by !== 'total' || !isRows))
      return descending && isRows && by === 'name' ? keys.reverse() : keys;
    const meanOf = (key: number) =>
      (column === null ? this.#fold(groups.of(key)) : this.#square(key * this.#width + column))?.mean ?? null;
    const means = new Map(keys.map((key) => [key, meanOf(key)]));
    return keys.sort((a, b) => compareMeans(means.get(a) ?? null, means.get(b) ?? null, descending) || a - b);
  }

  #fold(members: Uint32Array): MatrixFold {
    return foldCells(this.#index, this.#view, this.#values, members);
  }
}

function compareMeans(a: number | null, b: number | null, descending: boolean): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  return descending ? b - a : a - b;
}

/** Cells that pass all filters, in the order given: one pass a filter over a mark a cell. */
export function fittingCells(index: CellIndex, view: MatrixFilters): Uint32Array {
  const marks = new Uint8Array(index.length).fill(1);
  if (view.outcomes.size > 0) {
    const wanted = Uint8Array.from(outcomes, (outcome) => (view.outcomes.has(outcome) ? 1 : 0));
    keep(marks, wanted, index.outcome);
  }
  for (const axis of matrixAxes) {
    const only = view.only[axis];
    if (!only || only.size === 0) continue;
    const wanted = Uint8Array.from(index.keys(axis), (key) => (only.has(key) ? 1 : 0));
    keep(marks, wanted, index.ordinals(axis));
  }
  if (view.pairs.size > 0) {
    const [agents, models] = [index.ordinals('agent'), index.ordinals('model')];
    const [agentKeys, modelKeys] = [index.keys('agent'), index.keys('model')];
    const wanted = agentKeys.map((agent) => modelKeys.map((model) => view.pairs.has(`${agent}/${model}`)));
    for (let at = 0; at < marks.length; at++) if (!wanted[agents[at] ?? 0]?.[models[at] ?? 0]) marks[at] = 0;
  }
  if (view.failure !== '') {
    const wanted = Uint8Array.from(index.failures, (one) => (isMeant(one, view.failure) ? 1 : 0));
    keep(marks, wanted, index.failure);
  }
  if (view.withNotes) for (let at = 0; at < marks.length; at++) if (index.notes[at] === 0) marks[at] = 0;
  for (const word of folded(view.text).split(/\s+/)) if (word !== '') index.keepWord(word, marks);
  const fitting = new Uint32Array(index.length);
  let length = 0;
  for (let at = 0; at < marks.length; at++) if (marks[at] === 1) fitting[length++] = at;
  return fitting.subarray(0, length);
}

/** Takes the mark from cells whose ordinal is not wanted. */
function keep(marks: Uint8Array, wanted: Uint8Array, ordinals: ArrayLike<number>): void {
  for (let at = 0; at < marks.length; at++) if (wanted[ordinals[at] ?? -1] !== 1) marks[at] = 0;
}

const isInfrastructure = Uint8Array.from(outcomes, (outcome) =>
  infrastructureOutcomes.has(outcome) ? 1 : 0,
);

function foldCells(
  index: CellIndex,
  view: MatrixView,
  values: Float64Array,
  members: Uint32Array,
): MatrixFold {
  const isShare = view.measure === 'outcome' || view.measure === 'pass';
  const counts = new Uint32Array(outcomes.length);
  let counted = 0;
  let known = 0;
  let noted = false;
  let sum = 0;
  let squares = 0;
  let estimated = 0;
  let atLeast = 0;
  const costs = view.measure === 'cost' ? index.costs : null;
  for (const at of members) {
    const outcome = index.outcome[at] ?? 0;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if ((index.notes[at] ?? 0) > 0) noted = true;
    if (view.withoutInfrastructure && isInfrastructure[outcome] === 1) continue;
    counted++;
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    known++;
    sum += value;
    squares += value * value;
    const bits = costs?.[at] ?? 0;
    if (bits & costBit.estimated) estimated++;
    if (bits & costBit.atLeast) atLeast++;
  }
  return {
    count: members.length,
    counted,
    known,
    estimated,
    atLeast,
    noted,
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
