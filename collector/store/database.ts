// Opens the database file and proves that it is the one we can keep promises with: ours, no newer
// than this build, WAL, and synchronous=FULL read back on every open. Knows no table.
import Database from 'better-sqlite3';
import { StartError, UnavailableError } from '../errors.ts';

export type Sql = Database.Database;

/** "PLAY": tells our files from any other SQLite database. */
const APPLICATION_ID = 0x504c4159;
/** 3.7.0 to 3.51.2 can corrupt a WAL that two connections checkpoint at once. */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** A lock wait blocks the event loop: long enough for a reader's moment, short enough to answer 503. */
const LOCK_WAIT_MS = 200;
/** Bodies and chunks are kilobytes: at 4 KiB a page most of them would be overflow chains. */
const PAGE_BYTES = 8192;
/**
 * 4 MiB of WAL between checkpoints, each of which holds up a commit: the slowest hundredth of
 * acknowledgements took 40-85 ms at 512 pages and 100-110 ms at 4096 (two busy cores, 8 clients).
 */
const CHECKPOINT_PAGES = 512;

/**
 * Opens or creates a database.
 * @param newestSchema the highest `user_version` that this build can read
 * @throws StartError when the file is not ours, too new, or cannot be written durably
 */
export function openDatabase(path: string, newestSchema: number): Sql {
  let db: Sql;
  try {
    db = new Database(path, { timeout: LOCK_WAIT_MS });
  } catch (cause) {
    throw new StartError('cannot_open', `cannot open ${path}: ${messageOf(cause)}`, { cause });
  }
  try {
    prepare(db, path, newestSchema);
  } catch (cause) {
    db.close();
    if (cause instanceof StartError) throw cause;
    const code = sqliteCode(cause) === 'SQLITE_NOTADB' ? 'not_a_database' : 'cannot_open';
    throw new StartError(code, `cannot use ${path}: ${messageOf(cause)}`, { cause });
  }
  return db;
}

function prepare(db: Sql, path: string, newestSchema: number): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  if (isOlder(version.split('.').map(Number), OLDEST_SQLITE))
    throw new StartError('old_sqlite', `SQLite ${version} is older than ${OLDEST_SQLITE.join('.')}`);
  const applicationId = db.pragma('application_id', { simple: true });
  const schema = Number(db.pragma('user_version', { simple: true }));
  const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (!empty && applicationId !== APPLICATION_ID)
    throw new StartError('not_a_database', `${path} is a database, but not one of Playhead`);
  if (schema > newestSchema)
    throw new StartError('newer_schema', `${path} has schema ${schema}, this build knows ${newestSchema}`);
  if (empty) {
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
  }
  db.pragma('journal_mode = WAL');
  // better-sqlite3 opens a new file at FULL and every later open at NORMAL, which loses acknowledged
  // commits to a power cut: set it always, and believe only what is read back.
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('foreign_keys = ON');
  db.pragma('cache_size = -16000');
  const mode = db.pragma('journal_mode', { simple: true });
  const sync = db.pragma('synchronous', { simple: true });
  if (sync !== 2 || (mode !== 'wal' && path !== ':memory:'))
    throw new StartError('not_durable', `${path} came up with journal_mode=${mode}, synchronous=${sync}`);
}

/** Turns what SQLite says when it cannot write now into an `UnavailableError`; other errors pass. */
export function asStoreError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === null) return error;
  const options = { cause: error };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new UnavailableError('locked', 'the database is locked by another process', options);
  if (code === 'SQLITE_FULL') return new UnavailableError('full', 'the disk is full', options);
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN')
    return new UnavailableError('io', `the database cannot be written (${code})`, options);
  return error;
}

function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null;
}

function isOlder(version: readonly number[], oldest: readonly number[]): boolean {
  for (let i = 0; i < oldest.length; i++) {
    const difference = (version[i] ?? 0) - (oldest[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
