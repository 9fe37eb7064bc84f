// The scores of cells: the newest record of each axis, with those that it replaced. What was put by the API outranks what a log record said.
import { axisOrder, type ScoreRecord } from '../../../shared/score.ts';
import type { CellState } from '../../cell/cell-state.ts';
import { type ScoreHistory, type ScoreSource, type StoredScore, scoreText } from '../../cell/scores.ts';
import type { Sql } from '../database/database.ts';

export class ScoreStore {
  readonly #all;
  readonly #history;

  constructor(db: Sql) {
    this.#all = db.prepare('SELECT axis, record, source FROM scores WHERE cell = ? ORDER BY axis');
    this.#history = db
      .prepare('SELECT axis, record, source, revision, at_ns, before FROM scores WHERE cell = ?')
      .safeIntegers();
  }

  /** Whether putting these records would change nothing. */
  holds(cell: CellState, records: readonly ScoreRecord[]): boolean {
    const rows = this.#all.all(cell.no) as { axis: string; record: string }[];
    const known = new Map(rows.map(({ axis, record }) => [axis, record]));
    return records.every((record) => known.get(record.axis) === scoreText(record));
  }

  /** A cell's records with their sources, in no order. */
  rows(cell: CellState): StoredScore[] {
    return this.#all.all(cell.no) as StoredScore[];
  }

  /** A cell's scores: known axes in reading order, then the others by name. */
  of(cell: CellState): ScoreRecord[] {
    const rows = this.#all.all(cell.no) as { axis: string; record: string }[];
    return inReadingOrder(rows).map(({ record }) => JSON.parse(record));
  }

  /** The same with what they replaced. */
  history(cell: CellState): ScoreHistory[] {
    return inReadingOrder(this.#history.all(cell.no) as HistoryRow[]).map((row) => ({
      record: JSON.parse(row.record),
      source: row.source,
      revision: Number(row.revision),
      atNs: row.at_ns,
      before: (JSON.parse(row.before) as StoredFormer[]).reverse().map(({ record, source, at }) => ({
        record: record === null ? null : JSON.parse(record),
        source,
        atNs: BigInt(at),
      })),
    }));
  }
}

interface HistoryRow {
  readonly axis: string;
  readonly record: string;
  readonly source: ScoreSource;
  readonly revision: bigint;
  readonly at_ns: bigint;
  readonly before: string;
}

interface StoredFormer {
  readonly record: string | null;
  readonly source: ScoreSource;
  readonly at: string;
}

function inReadingOrder<Row extends { readonly axis: string }>(rows: Row[]): Row[] {
  const place = (axis: string) => (axisOrder.indexOf(axis) + axisOrder.length + 1) % (axisOrder.length + 1);
  return rows.sort((a, b) => place(a.axis) - place(b.axis) || (a.axis < b.axis ? -1 : 1));
}
