// The schema, in two halves: the log, which is the truth and only ever migrated, and the projections,
// which are derived from it, dropped and built again whenever their shape changes.
import type { Sql } from './database.ts';
import { plantTombstones, TOMBSTONES } from './tombstones.ts';

/** `user_version` of the log's half. */
export const SCHEMA = 6;
/** Raise this when a projection's table, bytes or meaning changes: it is then rebuilt from the log. */
const PROJECTION = 34;

const LOG = `
  CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    received_ns INTEGER NOT NULL,
    signal TEXT NOT NULL,
    cell_id TEXT,
    encoding TEXT NOT NULL,
    coding TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    raw_bytes INTEGER NOT NULL,
    params TEXT,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Entries that were acknowledged and are gone: their numbers are never given again. */
const LOSSES = `
  CREATE TABLE losses (first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, hash BLOB NOT NULL)
`;

/** Entries that were taken out on purpose; and a kind of entry that older builds do not know: `delete`. */
const PRUNED = 'ALTER TABLE losses ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0';

/** No table: `params` that older builds do not know say which records of an entry were refused. They must not read it. */
const SENDERS = '';

/** No table: a kind of entry that older builds do not know: `sweep`. */
const SWEEP_TAGS = '';

/** One step a schema: the one at `i` leads from `user_version` i to i + 1. Never change one, add another. */
const steps: readonly string[] = [LOG, LOSSES, PRUNED, TOMBSTONES, SENDERS, SWEEP_TAGS];

/** Projection tables, children first. */
const projections: readonly { name: string; sql: string }[] = [
  {
    name: 'identity',
    // 't' + 16 bytes of a trace id, 's' + a session id, or 'd' + a digest of one of these where its cell was
    // deleted and pruned: which cell it was first seen in.
    sql: 'CREATE TABLE identity (key BLOB PRIMARY KEY, cell INTEGER NOT NULL) WITHOUT ROWID',
  },
  {
    name: 'span_chunks',
    sql: `CREATE TABLE span_chunks (
        chunk INTEGER PRIMARY KEY, cell INTEGER NOT NULL, seq INTEGER NOT NULL, count INTEGER NOT NULL,
        calls BLOB, columns BLOB NOT NULL
      );
      CREATE INDEX span_chunks_of_cell ON span_chunks (cell)`,
  },
  {
    name: 'span_conflicts',
    sql: `CREATE TABLE span_conflicts (
        chunk INTEGER PRIMARY KEY, cell INTEGER NOT NULL, seq INTEGER NOT NULL, count INTEGER NOT NULL,
        columns BLOB NOT NULL
      );
      CREATE INDEX span_conflicts_of_cell ON span_conflicts (cell)`,
  },
  {
    name: 'track_chunks',
    sql: `CREATE TABLE track_chunks (
        chunk INTEGER PRIMARY KEY, cell INTEGER NOT NULL, seq INTEGER NOT NULL, track TEXT NOT NULL,
        count INTEGER NOT NULL, body BLOB NOT NULL
      );
      CREATE INDEX track_chunks_of_cell ON track_chunks (cell, track)`,
  },
  {
    name: 'log_requests',
    // Digests of whole log requests: records have no ids, so a resent request is known by its bytes.
    sql: 'CREATE TABLE log_requests (digest BLOB PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID',
  },
  {
    name: 'scores',
    // `before`: JSON of the records that the last one replaced, oldest first: [{record, source, at}].
    sql: `CREATE TABLE scores (
        cell INTEGER NOT NULL, axis TEXT NOT NULL, record TEXT NOT NULL, source TEXT NOT NULL,
        revision INTEGER NOT NULL, seq INTEGER NOT NULL, at_ns INTEGER NOT NULL, before TEXT NOT NULL,
        PRIMARY KEY (cell, axis)
      ) WITHOUT ROWID`,
  },
  {
    name: 'recordings',
    sql: `CREATE TABLE recordings (
        cell INTEGER PRIMARY KEY, seq INTEGER NOT NULL, digest BLOB NOT NULL, header TEXT NOT NULL,
        events BLOB NOT NULL
      )`,
  },
  {
    name: 'ngram_filters',
    // What the texts of one entry's records of a cell and kind hold: where a search has to look.
    sql: `CREATE TABLE ngram_filters (
        no INTEGER PRIMARY KEY, cell INTEGER NOT NULL, kind INTEGER NOT NULL, seq INTEGER NOT NULL,
        bits BLOB NOT NULL
      );
      CREATE INDEX ngram_filters_of_cell ON ngram_filters (cell, kind, seq)`,
  },
  {
    name: 'deleted_entries',
    // Log entries with records of deleted cells: what `prune` may take out of the log.
    sql: `CREATE TABLE deleted_entries (
        seq INTEGER NOT NULL, cell INTEGER NOT NULL, PRIMARY KEY (seq, cell)
      ) WITHOUT ROWID`,
  },
  {
    name: 'repeated_entries',
    // Log entries with nothing of a cell but records that came before: they hold its bytes, too.
    sql: `CREATE TABLE repeated_entries (
        seq INTEGER NOT NULL, cell INTEGER NOT NULL, PRIMARY KEY (seq, cell)
      ) WITHOUT ROWID;
      CREATE INDEX repeated_entries_of_cell ON repeated_entries (cell)`,
  },
  {
    name: 'unprojected',
    sql: 'CREATE TABLE unprojected (seq INTEGER PRIMARY KEY, reason TEXT NOT NULL)',
  },
  {
    name: 'cells',
    sql: `CREATE TABLE cells (
        cell INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, merged_into INTEGER,
        sweep TEXT NOT NULL, agent TEXT NOT NULL, model TEXT, family TEXT, task TEXT,
        attempt INTEGER NOT NULL, sort_ns INTEGER NOT NULL, outcome TEXT NOT NULL, state TEXT NOT NULL,
        deleted INTEGER NOT NULL DEFAULT 0, listed INTEGER NOT NULL DEFAULT 1, silent_ns INTEGER
      );
      CREATE INDEX cells_newest ON cells (sort_ns, cell) WHERE merged_into IS NULL;
      CREATE INDEX cells_of_task ON cells (family, task) WHERE merged_into IS NULL;
      CREATE INDEX cells_of_agent ON cells (agent, model, family) WHERE merged_into IS NULL`,
  },
  {
    name: 'sweep_cells',
    // A cell in numbers. A cell's state is some kilobytes of JSON, and so is a verdict's record with what its verifier
    // printed: tens of thousands are not read from those.
    sql: `CREATE TABLE sweep_cells (
        cell INTEGER PRIMARY KEY, sweep TEXT NOT NULL, agent INTEGER NOT NULL, model INTEGER, family INTEGER,
        task INTEGER, attempt INTEGER NOT NULL, odd_id INTEGER, sort_ns INTEGER NOT NULL, start_ns INTEGER,
        end_ns INTEGER, outcome INTEGER NOT NULL, silent_ns INTEGER, spans INTEGER NOT NULL, pass REAL,
        composite REAL, tokens REAL, tokens_in REAL, tokens_out REAL, latency REAL, blast_radius REAL,
        refusal REAL, integrity REAL, did_nothing INTEGER NOT NULL,
        cost TEXT, others TEXT, failure INTEGER, notes INTEGER NOT NULL, version INTEGER, settings INTEGER,
        verifier INTEGER, verdict_ns INTEGER, verdict_replaced INTEGER, former_pass REAL
      );
      CREATE INDEX sweep_cells_newest ON sweep_cells (sweep, sort_ns, cell);
      CREATE INDEX sweep_cells_silent ON sweep_cells (sweep, silent_ns) WHERE silent_ns IS NOT NULL`,
  },
  {
    name: 'words',
    // Agents, models, tasks, failures: texts that many rows of sweep_cells share.
    sql: 'CREATE TABLE words (word INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)',
  },
  {
    name: 'baselines',
    // By the stem of their names, the sweeps that others are judged against.
    sql: 'CREATE TABLE baselines (stem TEXT PRIMARY KEY, sweep TEXT NOT NULL) WITHOUT ROWID',
  },
  {
    name: 'sweeps',
    // The log entry that changed a cell of the sweep last.
    sql: 'CREATE TABLE sweeps (sweep TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID',
  },
];

/** Tables of earlier builds. */
const formerProjections = ['signatures'];

/** The projection tables' names: what `verify` compares with what the log says. */
export const projectionTables: readonly string[] = projections.map(({ name }) => name);

/** Projection tables whose rows say that an entry holds records of a cell. */
export const heldIn: readonly string[] = [
  'span_chunks',
  'span_conflicts',
  'track_chunks',
  'scores',
  'recordings',
  'repeated_entries',
];

/**
 * Brings a database up to this build, in one transaction: a crash leaves the old one or the new one. Each commit waits
 * for the disk, and a new database would wait seven times.
 */
export function migrate(db: Sql): void {
  const from = Number(db.pragma('user_version', { simple: true }));
  if (from >= SCHEMA && hasProjections(db)) return;
  db.transaction(() => {
    for (const step of steps.slice(from)) db.exec(step);
    db.pragma(`user_version = ${SCHEMA}`);
    if (!hasProjections(db)) dropProjections(db);
  }).immediate();
}

/** Whether the projections are of this build. */
export function hasProjections(db: Sql): boolean {
  return db.prepare("SELECT value FROM meta WHERE key = 'projection'").pluck().get() === PROJECTION;
}

/** Empties every projection and sets the cursor before the first log entry. */
export function dropProjections(db: Sql): void {
  db.transaction(() => {
    for (const name of [...projectionTables, ...formerProjections]) db.exec(`DROP TABLE IF EXISTS ${name}`);
    for (const { sql } of projections) db.exec(sql);
    plantTombstones(db);
    const set = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    set.run('projected_seq', 0);
    set.run('projection', PROJECTION);
  }).immediate();
}
