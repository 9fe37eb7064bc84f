// Writes the rows of cells: new ones, changed ones, merged and emptied ones, and the keys that lead to them.
// Does not decide which cells merge.
import type { Sql } from '../database/database.ts';
import { heldIn } from '../database/migrate.ts';
import type { PackedChange } from './packed-change.ts';

type Packed<Kind extends PackedChange['kind']> = Extract<PackedChange, { kind: Kind }>;

type RecordsNoted = Packed<'deletedRecords' | 'repeatedRecords'>;

export class CellWriter {
  readonly #insert;
  readonly #update;
  readonly #bind;
  readonly #moves;
  readonly #purges;
  readonly #noteDeleted;
  readonly #noteRepeated;

  constructor(db: Sql) {
    this.#insert = db.prepare(
      `INSERT INTO cells (cell, id, sweep, agent, model, family, task, attempt, sort_ns, outcome, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = db.prepare(
      'UPDATE cells SET sort_ns = ?, outcome = ?, silent_ns = ?, listed = ?, state = ? WHERE cell = ?',
    );
    this.#bind = db.prepare('INSERT OR IGNORE INTO identity (key, cell) VALUES (?, ?)');
    this.#moves = [
      ...['span_chunks', 'span_conflicts', 'track_chunks', 'ngram_filters'].map((table) =>
        db.prepare(`UPDATE ${table} SET cell = @into WHERE cell = @from`),
      ),
      ...['scores', 'recordings', 'repeated_entries'].flatMap((table) => [
        db.prepare(`UPDATE OR IGNORE ${table} SET cell = @into WHERE cell = @from`),
        db.prepare(`DELETE FROM ${table} WHERE cell = @from`),
      ]),
      db.prepare('UPDATE cells SET merged_into = @into WHERE cell = @from OR merged_into = @from'),
      db.prepare('DELETE FROM sweep_cells WHERE cell = @from'),
    ];
    this.#purges = [
      ...heldIn.flatMap((table) => [
        db.prepare(
          `INSERT OR IGNORE INTO deleted_entries (seq, cell) SELECT seq, cell FROM ${table} WHERE cell = ?`,
        ),
        db.prepare(`DELETE FROM ${table} WHERE cell = ?`),
      ]),
      db.prepare('DELETE FROM ngram_filters WHERE cell = ?'),
      db.prepare('UPDATE cells SET deleted = 1 WHERE cell = ?'),
      db.prepare('DELETE FROM sweep_cells WHERE cell = ?'),
    ];
    this.#noteRepeated = db.prepare('INSERT OR IGNORE INTO repeated_entries (seq, cell) VALUES (?, ?)');
    this.#noteDeleted = db.prepare('INSERT OR IGNORE INTO deleted_entries (seq, cell) VALUES (?, ?)');
  }

  add({ cell, id, parts, sortNs, outcome, state }: Packed<'cellAdded'>): void {
    const { sweep, agent, model, family, task, attempt } = parts;
    this.#insert.run(cell, id, sweep, agent, model, family, task, attempt, sortNs, outcome, state);
  }

  change({ cell, sortNs, outcome, silentNs, listed, state }: Packed<'cellChanged'>): void {
    this.#update.run(sortNs, outcome, silentNs, listed ? 1 : 0, state, cell);
  }

  bind({ key, cell }: Packed<'keyBound'>): void {
    this.#bind.run(key, cell);
  }

  merge({ from, into }: Packed<'cellMerged'>): void {
    for (const move of this.#moves) move.run({ from, into });
  }

  empty({ cell }: Packed<'cellEmptied'>): void {
    for (const purge of this.#purges) purge.run(cell);
  }

  noteRepeated({ seq, cell }: RecordsNoted): void {
    this.#noteRepeated.run(seq, cell);
  }

  noteDeleted({ seq, cell }: RecordsNoted): void {
    this.#noteDeleted.run(seq, cell);
  }
}
