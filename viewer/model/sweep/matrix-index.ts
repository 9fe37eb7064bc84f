// The cells of a sweep as columns of numbers, taken from the wire's columns as they are: what the matrix
// filters, folds and sorts by. A cell becomes an object only where one is looked at. Does not know views.
import { isPass, standings } from '../../../shared/judge/attempts.ts';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes, outcomeWord } from '../../../shared/outcome-words.ts';
import { doingNothingNote } from '../../../shared/score.ts';
import type { FailureGroup, SweepMatrix } from '../../../shared/wire.ts';
import { Groups } from './cell-groups.ts';

export const matrixAxes = ['agent', 'model', 'family', 'task'] as const;
export type MatrixAxis = (typeof matrixAxes)[number];

/** A cell as the matrix reads it. */
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
  /** What must stand beside the composite; absent where nothing must. */
  readonly compositeNote?: string;
  readonly durationMs: number | null;
  readonly costUsd?: number | null;
  /** How the cost is known; null where it is not. */
  readonly costGrade?: CostGrade | null;
  /** Further axes by name, where they are known. */
  readonly values?: readonly (readonly [axis: string, value: number | null])[];
}

/** 'outcome', 'pass', 'composite', 'duration', or the name of a further axis. */
export type MatrixMeasure = string;

export type CostGrade = 'measured' | 'estimated' | 'as posted';
/** Bits of `CellIndex.costs`. */
export const costBit = { estimated: 1, posted: 2, atLeast: 4 } as const;

const UNSCORED = outcomes.indexOf('unscored');

/** Columns of one value a cell: filters and folds then read numbers alone. O(cells + keys · log keys). */
export class CellIndex {
  /** The sweep's name. */
  readonly sweep: string;
  readonly length: number;
  /** Names of the further measures, in order of appearance. */
  readonly measures: readonly MatrixMeasure[];
  readonly failures: readonly FailureGroup[];
  /** Ordinal into `outcomes`, by cell; one that this viewer does not know counts as not scored. */
  readonly outcome: Uint8Array;
  /** Ordinal into `failures`, -1 for none. */
  readonly failure: Int32Array;
  /** Contradictions found, by cell. */
  readonly notes: Uint32Array;
  readonly spans: ArrayLike<number>;
  readonly attempt: Uint32Array;
  /** Bits of `costBit`, by cell: how its cost is known, where no run told it. */
  readonly costs: Uint8Array;
  readonly #wire: SweepMatrix;
  readonly #keys = new Map<MatrixAxis, readonly string[]>();
  readonly #ordinals = new Map<MatrixAxis, Uint32Array>();
  readonly #values = new Map<MatrixMeasure, Float64Array>();
  readonly #ids: ReadonlyMap<number, string>;
  readonly #idle: ReadonlySet<number>;
  #order: Uint32Array | null = null;
  #texts: readonly string[] | null = null;

  constructor(wire: SweepMatrix) {
    this.#wire = wire;
    this.sweep = wire.id;
    this.length = wire.outcome.length;
    for (const axis of matrixAxes) this.#indexAxis(axis, wire.keys[axis], wire[axis]);
    this.outcome = Uint8Array.from(wire.outcome, (ordinal) =>
      outcomes[ordinal] === undefined ? UNSCORED : ordinal,
    );
    this.failures = wire.failures;
    this.failure = Int32Array.from(wire.failure);
    this.notes = Uint32Array.from(wire.notes);
    this.spans = wire.spans;
    this.attempt = Uint32Array.from(wire.attempt);
    this.costs = new Uint8Array(this.length);
    for (const kind of ['estimated', 'posted', 'atLeast'] as const)
      for (const at of wire.costGrades?.[kind] ?? [])
        if (at < this.length) this.costs[at] = (this.costs[at] ?? 0) | costBit[kind];
    this.#ids = new Map(wire.ids);
    this.#idle = new Set(wire.didNothing);
    this.measures = [...new Set(wire.measures.map(({ name }) => name))].filter((name) => !isBase(name));
  }

  /** Cells in order of task, then attempt: the order within a square. */
  get order(): Uint32Array {
    if (!this.#order) {
      const { attempt } = this;
      const task = this.ordinals('task');
      const highest = attempt.reduce((most, one) => Math.max(most, one), 0);
      const given = Uint32Array.from(attempt, (_, at) => at);
      const byAttempt = new Groups(given, attempt, highest + 1).inOrder();
      this.#order = new Groups(byAttempt, task, this.keys('task').length).inOrder();
    }
    return this.#order;
  }

  /** Distinct keys of an axis, sorted; a cell without one has the key "". */
  keys(axis: MatrixAxis): readonly string[] {
    return this.#keys.get(axis) ?? [];
  }

  /** Ordinal into the axis's keys, by cell. */
  ordinals(axis: MatrixAxis): Uint32Array {
    return this.#ordinals.get(axis) ?? new Uint32Array();
  }

  /** NaN where the cell does not know the measure. Of 'outcome': 1 for an attempt that passed, 0 for any other attempt. */
  values(measure: MatrixMeasure): Float64Array {
    const known = this.#values.get(measure);
    if (known) return known;
    const values = measure === 'outcome' ? this.#attempts() : this.#measured(measure);
    this.#values.set(measure, values);
    return values;
  }

  #attempts(): Float64Array {
    const { pass } = this.#wire;
    return Float64Array.from(this.outcome, (outcome, at) =>
      standings[outcome] !== 'attempt' ? Number.NaN : isPass(pass[at] ?? null) ? 1 : 0,
    );
  }

  #measured(name: string): Float64Array {
    const values = new Float64Array(this.length).fill(Number.NaN);
    for (const column of this.#columns(name))
      for (let at = 0; at < values.length; at++)
        if (Number.isNaN(values[at])) values[at] = column[at] ?? Number.NaN;
    return values;
  }

  idOf(at: number): string {
    const told = this.#ids.get(at);
    if (told !== undefined) return told;
    const attempt = this.attempt[at] ?? 1;
    const parts = [
      this.#wire.id,
      this.#keyOf('agent', at),
      this.#keyOf('model', at),
      this.#keyOf('task', at),
    ];
    return parts.join('/') + (attempt > 1 ? `#run${attempt}` : '');
  }

  cell(at: number): MatrixCell {
    const number = (measure: string) => {
      const value = this.values(measure)[at] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    };
    return {
      id: this.idOf(at),
      agent: this.#keyOf('agent', at),
      model: this.#keyOf('model', at) || null,
      family: this.#keyOf('family', at) || null,
      task: this.#keyOf('task', at) || null,
      attempt: this.attempt[at] ?? 1,
      outcome: outcomes[this.outcome[at] ?? UNSCORED] ?? 'unscored',
      pass: number('pass'),
      composite: number('composite'),
      ...(this.#idle.has(at) && { compositeNote: doingNothingNote }),
      durationMs: number('duration'),
      ...(number('cost') !== null && { costUsd: number('cost'), costGrade: this.costGradeOf(at) }),
      values: this.measures.filter((name) => name !== 'cost').map((name) => [name, number(name)] as const),
    };
  }

  costGradeOf(at: number): CostGrade {
    const bits = this.costs[at] ?? 0;
    return bits & costBit.estimated ? 'estimated' : bits & costBit.posted ? 'as posted' : 'measured';
  }

  startMs(at: number): number | null {
    return this.#wire.startMs[at] ?? null;
  }

  /**
   * Takes the mark from cells whose id or outcome lack the word. Most words lie within one part of the id,
   * so the distinct parts are read and not every cell; one with a separator needs the whole text.
   */
  keepWord(word: string, marks: Uint8Array): void {
    if (/[/#]|^r?u?n?\d*$/.test(word)) {
      this.#keepText(word, marks);
      return;
    }
    if (folded(this.#wire.id).includes(word)) return;
    const parts = (['agent', 'model', 'task'] as const).map((axis) => ({
      hits: Uint8Array.from(this.keys(axis), (key) => (folded(key).includes(word) ? 1 : 0)),
      of: this.ordinals(axis),
    }));
    const judged = Uint8Array.from(outcomes, (one) => (folded(outcomeWord(one)).includes(word) ? 1 : 0));
    for (let at = 0; at < marks.length; at++) {
      if (marks[at] === 0 || judged[this.outcome[at] ?? 0] === 1) continue;
      if (parts.some(({ hits, of }) => hits[of[at] ?? 0] === 1)) continue;
      const told = this.#ids.get(at);
      if (told === undefined || !folded(told).includes(word)) marks[at] = 0;
    }
  }

  #keepText(word: string, marks: Uint8Array): void {
    this.#texts ??= Array.from(marks, (_, at) => {
      const outcome = outcomes[this.outcome[at] ?? UNSCORED] ?? 'unscored';
      return folded(`${this.idOf(at)}\n${this.#keyOf('task', at)}\n${outcomeWord(outcome)}`);
    });
    for (const [at, text] of this.#texts.entries()) if (!text.includes(word)) marks[at] = 0;
  }

  #keyOf(axis: MatrixAxis, at: number): string {
    return this.keys(axis)[this.ordinals(axis)[at] ?? 0] ?? '';
  }

  /** Where a measure stands, the better source first: a cell without spans has the scorer's wall time alone. */
  #columns(name: string): (readonly (number | null)[])[] {
    if (name === 'pass') return [this.#wire.pass];
    if (name === 'composite') return [this.#wire.composite];
    const named = this.#wire.measures.filter(
      (measure) => measure.name === (name === 'duration' ? 'latency' : name),
    );
    const columns = named.map(({ values }) => values);
    return name === 'duration' ? [this.#wire.durationMs, ...columns] : columns;
  }

  #indexAxis(axis: MatrixAxis, told: readonly string[], ordinals: readonly number[]): void {
    const places = told.map((_, at) => at).sort((a, b) => byText(told[a] ?? '', told[b] ?? ''));
    const placeOf = new Uint32Array(told.length);
    for (const [place, at] of places.entries()) placeOf[at] = place;
    this.#keys.set(
      axis,
      places.map((at) => told[at] ?? ''),
    );
    this.#ordinals.set(
      axis,
      Uint32Array.from(ordinals, (at) => placeOf[at] ?? 0),
    );
  }
}

function isBase(name: string): boolean {
  return name === 'outcome' || name === 'pass' || name === 'composite' || name === 'duration';
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
