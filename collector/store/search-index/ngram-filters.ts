// Where a search has to look: of each log entry's records of one cell and kind the n-gram filter of their texts,
// newest cells first. Finds no text and reads no record.

import {
  type CellCursor,
  type CellFilter,
  type CellUnits,
  type SearchUnit,
  unitKinds,
} from '../../cell/cell-list.ts';
import { whereOf } from '../cells/cells.ts';
import type { Sql } from '../database/database.ts';

type UnitRow = [sortNs: bigint, cell: bigint, kind: bigint, seq: bigint, filter: bigint];

export class NgramFilterStore {
  readonly #db;
  readonly #bits;

  constructor(db: Sql) {
    this.#db = db;
    this.#bits = db.prepare('SELECT bits FROM ngram_filters WHERE no = ? AND seq = ?').pluck();
  }

  /** The bits, or undefined where the row went away. */
  bits({ filter, seq }: SearchUnit): Uint8Array | undefined {
    return this.#bits.get(filter, seq) as Buffer | undefined;
  }

  /**
   * What there is to search, newest cells first, of each kind in order of arrival.
   * @param from the cell to begin with, or null for the newest
   * @param cells at most; those of which nothing is searched are left out of the answer
   * @returns `last` is the last cell that was looked at, null behind the last one of all
   */
  units(
    filter: CellFilter,
    from: CellCursor | null,
    cells: number,
  ): { cells: CellUnits[]; last: CellCursor | null } {
    const { clauses, values } = whereOf(filter);
    if (from) {
      clauses.push('(sort_ns, cell) <= (?, ?)');
      values.push(from.sortNs, from.no);
    }
    const where = ['merged_into IS NULL', 'deleted = 0', ...clauses].join(' AND ');
    const rows = this.#db
      .prepare(
        `SELECT sort_ns, page.cell, kind, seq, no
         FROM (SELECT sort_ns, cell FROM cells WHERE ${where} ORDER BY sort_ns DESC, cell DESC LIMIT ?) AS page
           LEFT JOIN ngram_filters ON ngram_filters.cell = page.cell
         ORDER BY sort_ns DESC, page.cell DESC, kind, seq, no`,
      )
      .raw()
      .safeIntegers()
      .all(...values, cells) as UnitRow[];
    const found: { cursor: CellCursor; units: SearchUnit[] }[] = [];
    for (const [sortNs, cell, kind, seq, filter] of rows) {
      const no = Number(cell);
      let last = found.at(-1);
      if (last?.cursor.no !== no) {
        last = { cursor: { sortNs, no }, units: [] };
        found.push(last);
      }
      const name = unitKinds[Number(kind)];
      if (filter !== null && name !== undefined)
        last.units.push({ kind: name, seq: Number(seq), filter: Number(filter) });
    }
    const last = found.length < cells ? null : (found.at(-1)?.cursor ?? null);
    return { cells: found.filter(({ units }) => units.length > 0), last };
  }
}
