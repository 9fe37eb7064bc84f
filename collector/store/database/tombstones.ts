// What is kept for ever of deleted cells: their ids, and digests of the traces and sessions that lead to them.
// It belongs to the log's half of the schema, for the entries that said it leave the log. Holds nothing of
// their records.
import { createHash } from 'node:crypto';
import { newCell, toTombstone, writeState } from '../../cell/cell-state.ts';
import type { Sql } from './database.ts';

export const TOMBSTONES = `
  CREATE TABLE tombstones (
    id TEXT PRIMARY KEY, part_of TEXT, created_ns INTEGER NOT NULL, deleted_ns INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE tombstone_keys (key BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
`;

interface Tombstone {
  readonly id: string;
  /** The deleted cell that it had become a part of, or null. */
  readonly part_of: string | null;
  readonly created_ns: bigint;
  readonly deleted_ns: bigint;
}

const DIGEST_BYTES = 16;
/** First byte of the digest of a key. */
const DIGEST = 0x64;

/** What is kept of the key of a deleted cell's trace or session; of a digest itself. */
export function keyDigest(key: Uint8Array): Uint8Array {
  if (key[0] === DIGEST) return key;
  const digest = createHash('sha256').update(key).digest().subarray(0, DIGEST_BYTES);
  return Buffer.concat([Buffer.of(DIGEST), digest]);
}

/** Notes what the projections know of deleted cells. */
export function keepTombstones(db: Sql): void {
  db.exec(`
    INSERT OR IGNORE INTO tombstones (id, part_of, created_ns, deleted_ns)
      SELECT part.id, iif(part.cell = whole.cell, NULL, whole.id),
        CAST(part.state ->> 'createdNs' AS INTEGER), CAST(whole.state ->> 'deletedNs' AS INTEGER)
      FROM cells AS whole JOIN cells AS part ON part.cell = whole.cell OR part.merged_into = whole.cell
      WHERE whole.deleted = 1;
  `);
  const keys = db
    .prepare(
      `SELECT identity.key, whole.id
       FROM identity JOIN cells AS part ON part.cell = identity.cell
         JOIN cells AS whole ON whole.cell = coalesce(part.merged_into, part.cell)
       WHERE whole.deleted = 1 ORDER BY identity.key`,
    )
    .all() as { key: Uint8Array; id: string }[];
  const insert = db.prepare('INSERT OR IGNORE INTO tombstone_keys (key, id) VALUES (?, ?)');
  for (const { key, id } of keys) insert.run(keyDigest(key), id);
}

/** Begins empty projections with the deleted cells. */
export function plantTombstones(db: Sql): void {
  const insert = db.prepare(
    `INSERT INTO cells
       (cell, id, merged_into, sweep, agent, model, family, task, attempt, sort_ns, outcome, state, deleted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const rows = db
    .prepare('SELECT * FROM tombstones ORDER BY part_of IS NOT NULL, id')
    .safeIntegers()
    .all() as Tombstone[];
  const numbers = new Map<string, number>();
  for (const { id, part_of, created_ns, deleted_ns } of rows) {
    const cell = newCell(id, created_ns);
    if (part_of === null) toTombstone(cell, deleted_ns);
    const no = numbers.size + 1;
    numbers.set(id, no);
    const { sweep, agent, model, family, task, attempt } = cell.parts;
    const into = part_of === null ? null : numbers.get(part_of);
    const state = writeState(cell);
    insert.run(
      ...[no, id, into, sweep, agent, model, family, task, attempt, created_ns, cell.outcome, state],
      part_of === null ? 1 : 0,
    );
  }
  db.exec(`INSERT INTO identity (key, cell)
    SELECT key, cells.cell FROM tombstone_keys JOIN cells ON cells.id = tombstone_keys.id`);
}

/** Takes over the tombstones of another database. */
export function copyTombstones(from: Sql, to: Sql): void {
  for (const table of ['tombstones', 'tombstone_keys']) {
    const rows = from.prepare(`SELECT * FROM ${table}`).raw().safeIntegers();
    let insert: { run(...values: unknown[]): unknown } | null = null;
    for (const row of rows.iterate() as Iterable<unknown[]>) {
      insert ??= to.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`);
      insert.run(...row);
    }
  }
}
