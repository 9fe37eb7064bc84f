// The scores of cells: the newest record of each axis with its revision. Older revisions are in the
// log. What was put by the API outranks what a log record said.
import { axisOrder, type ScoreRecord } from '../../../shared/score.ts';
import type { CellState } from '../../cell/cell-state.ts';
import { type StoredScore, scoreText } from '../../cell/scores.ts';
import type { Sql } from '../database/database.ts';

export class ScoreStore {
  readonly #all;

  constructor(db: Sql) {
    this.#all = db.prepare('SELECT axis, record, source FROM scores WHERE cell = ? ORDER BY axis');
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
    const place = (axis: string) => (axisOrder.indexOf(axis) + axisOrder.length + 1) % (axisOrder.length + 1);
    return rows.sort((a, b) => place(a.axis) - place(b.axis)).map(({ record }) => JSON.parse(record));
  }
}
