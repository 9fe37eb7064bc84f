// What is kept for how long: which log entries hold a cell's records, taking entries out of the log so that
// its chain still holds, and copies of the whole file. Chooses nothing itself.
import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Head } from '../../cell/log-entry.ts';
import { StartError } from '../../errors.ts';
import { asStartError, openReadOnly, type Sql } from '../database/database.ts';
import { heldIn, SCHEMA } from '../database/migrate.ts';
import { keepTombstones } from '../database/tombstones.ts';
import { HeadFile } from './head-file.ts';
import { RequestLog } from './request-log.ts';

const ROWS = heldIn.map((table) => `SELECT seq, cell FROM ${table}`).join(' UNION ');

export class Retention {
  readonly #db: Sql;

  constructor(db: Sql) {
    this.#db = db;
  }

  /** Every cell that is there, newest first, with the bytes of the log entries that hold its records. */
  cells(): { cellId: string; createdNs: bigint; bytes: number }[] {
    const rows = this.#db
      .prepare(
        `SELECT id, state, coalesce(sum(length(log.body)), 0) AS bytes
         FROM cells LEFT JOIN (${ROWS}) AS held ON held.cell = cells.cell LEFT JOIN log ON log.seq = held.seq
         WHERE merged_into IS NULL AND deleted = 0
         GROUP BY cells.cell ORDER BY sort_ns DESC, cells.cell DESC`,
      )
      .all() as { id: string; state: string; bytes: number }[];
    return rows.map(({ id, state, bytes }) => ({
      cellId: id,
      createdNs: BigInt(JSON.parse(state).createdNs),
      bytes,
    }));
  }

  /** Bytes of the file that hold something. */
  usedBytes(): number {
    const pragma = (name: string) => Number(this.#db.pragma(name, { simple: true }));
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  /**
   * Entries that hold nothing but records of deleted cells. The deletions themselves are none of them: they
   * keep out what comes later.
   */
  obsolete(): number[] {
    return this.#db
      .prepare(
        `SELECT seq FROM log
         WHERE signal <> 'delete' AND seq NOT IN (SELECT seq FROM (${ROWS}))
           AND (seq IN (SELECT seq FROM deleted_entries)
             OR (signal IN ('scores', 'terminal')
               AND cell_id IN (SELECT id FROM cells WHERE coalesce(merged_into, cell) IN
                 (SELECT cell FROM cells WHERE deleted = 1))))
         ORDER BY seq`,
      )
      .pluck()
      .all() as number[];
  }

  /**
   * Takes entries out of the log and notes the gaps, inside the caller's transaction. What of deleted cells
   * only these entries said is kept: their ids, traces and sessions.
   */
  take(seqs: readonly number[]): void {
    keepTombstones(this.#db);
    const hashOf = this.#db.prepare('SELECT hash FROM log WHERE seq = ?').pluck();
    const note = this.#db.prepare(
      'INSERT INTO losses (first_seq, last_seq, hash, pruned) VALUES (?, ?, ?, 1)',
    );
    const remove = this.#db.prepare('DELETE FROM log WHERE seq BETWEEN ? AND ?');
    for (const [first, last] of rangesOf(seqs)) {
      note.run(first, last, hashOf.get(last));
      remove.run(first, last);
    }
  }

  /** Writes the file anew without what was taken out of it. */
  vacuum(): void {
    this.#db.exec('VACUUM');
  }
}

function rangesOf(seqs: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const seq of seqs) {
    const range = ranges.at(-1);
    if (range && range[1] === seq - 1) range[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}

/**
 * Copies a database, as it is at one moment, while others write it.
 * @returns the last entry in the copy
 * @throws StartError where it cannot be read, or the target exists
 */
export async function copyDatabase(path: string, target: string): Promise<Head> {
  if (existsSync(target)) throw new StartError('cannot_open', `${target} is there already`);
  const part = `${target}.part`;
  rmSync(part, { force: true });
  const db = openReadOnly(path, SCHEMA);
  try {
    // A copy begins anew whenever another process writes, unless its source stands at one moment.
    db.exec('BEGIN');
    const head = new RequestLog(db).head();
    await db.backup(part);
    renameSync(part, target);
    new HeadFile(target, head).close();
    return head;
  } catch (cause) {
    rmSync(part, { force: true });
    throw asStartError(cause, target);
  } finally {
    db.close();
  }
}
