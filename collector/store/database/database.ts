// Opens the database file and proves that it is the one we can keep promises with: ours, no newer
// than this build, WAL, and synchronous=FULL read back on every open. Knows no table.
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { ExpectedError, StartError, UnavailableError } from '../../errors.ts';

export type Sql = Database.Database;

/** How a database is opened. The defaults are what a collector promises; no flag reaches the others. */
export interface OpenOptions {
  /** OFF is for scratch databases; NORMAL loses acknowledged commits to a power cut, as a test proves. */
  readonly synchronous?: 'FULL' | 'NORMAL' | 'OFF';
  /** Pages of write-ahead log between two checkpoints. */
  readonly checkpointPages?: number;
  /** Pages that the file may have: SQLite answers "full" beyond, as on a full disk. */
  readonly maxPages?: number;
}

/** "PLAY": tells our files from any other SQLite database. */
const APPLICATION_ID = 0x504c4159;
/** 3.7.0 to 3.51.2 can corrupt a WAL that two connections checkpoint at once. */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** While opening only: afterwards a wait inside SQLite would hold up every other request. */
const OPEN_WAIT_MS = 200;
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
 * @throws StartError when the file is not ours, damaged, too new, or cannot be written durably
 */
export function openDatabase(path: string, newestSchema: number, options: OpenOptions = {}): Sql {
  return open(path, {}, (db) => {
    const empty = checkOurs(db, path, newestSchema);
    if (empty) db.pragma(`page_size = ${PAGE_BYTES}`);
    configure(db, path, options);
    // In the write-ahead log: a rollback journal of its own would be synced four times for it.
    if (empty) db.pragma(`application_id = ${APPLICATION_ID}`);
  });
}

/**
 * Opens a database that may not or cannot be written: nothing of it changes, no file beside it appears
 * on a read-only disk. One that was closed well can be read anywhere; so can one whose process was
 * killed, while its -wal and -shm lie beside it.
 * @throws StartError
 */
export function openReadOnly(path: string, newestSchema: number): Sql {
  return open(path, { readonly: true }, (db) => {
    if (checkOurs(db, path, newestSchema))
      throw new StartError('cannot_open', `${path} is empty and cannot be written`);
  });
}

/** Whether SQLite could write the file and the ones that it keeps beside it. */
export function canWriteBeside(path: string): boolean {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function open(path: string, how: Database.Options, prepare: (db: Sql) => void): Sql {
  let db: Sql;
  try {
    db = new Database(path, { timeout: OPEN_WAIT_MS, ...how });
  } catch (cause) {
    throw asStartError(cause, path);
  }
  try {
    prepare(db);
    // From here on a lock is answered at once; whoever can wait does so between two turns of the loop.
    db.pragma('busy_timeout = 0');
  } catch (cause) {
    db.close();
    throw asStartError(cause, path);
  }
  return db;
}

/** @returns whether the file holds nothing yet */
function checkOurs(db: Sql, path: string, newestSchema: number): boolean {
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
  return empty;
}

const syncLevels = ['OFF', 'NORMAL', 'FULL'];

function configure(db: Sql, path: string, options: OpenOptions): void {
  const level = options.synchronous ?? 'FULL';
  db.pragma('journal_mode = WAL');
  // better-sqlite3 opens a new file at FULL and every later open at NORMAL, which loses acknowledged
  // commits to a power cut: set it always, and believe only what is read back.
  db.pragma(`synchronous = ${level}`);
  db.pragma(`wal_autocheckpoint = ${options.checkpointPages ?? CHECKPOINT_PAGES}`);
  if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`);
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('foreign_keys = ON');
  // kB, for each of four connections. With 16 MB each, 16 MB of new objects more in the projector and a million
  // remembered spans two million spans took 396 MB, with these 343, and as long: the system caches the file.
  db.pragma('cache_size = -2000');
  const mode = db.pragma('journal_mode', { simple: true });
  const sync = Number(db.pragma('synchronous', { simple: true }));
  if (syncLevels[sync] !== level || (mode !== 'wal' && path !== ':memory:'))
    throw new StartError('not_durable', `${path} came up with journal_mode=${mode}, synchronous=${sync}`);
}

/** Why a database cannot be used, with what its owner can do about it. Other errors pass. */
export function asStartError(cause: unknown, path: string): Error {
  if (cause instanceof ExpectedError) return cause;
  const code = sqliteCode(cause) ?? '';
  if (code === 'SQLITE_NOTADB') {
    const message = `${path} is not a database, or its first page is damaged; nothing was changed`;
    return new StartError('not_a_database', message, { cause });
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    const advice = 'nothing was changed; see what `playhead verify` finds, or put a backup in its place';
    return new StartError('damaged', `${path} is damaged: ${advice}`, { cause });
  }
  return new StartError('cannot_open', `cannot use ${path}: ${messageOf(cause)}`, { cause });
}

/** Turns what SQLite says when it cannot write now into an `UnavailableError`; other errors pass. */
export function asStoreError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === null) return error;
  const options = { cause: error };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new UnavailableError('locked', 'the database is locked by another process', options);
  if (code === 'SQLITE_FULL') return new UnavailableError('full', 'the disk is full', options);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new UnavailableError('damaged', `the database is damaged (${code})`, options);
  if (code === 'SQLITE_IOERR_FSYNC' || code === 'SQLITE_IOERR_DIR_FSYNC')
    return new UnavailableError('fsync', `the disk did not keep what was written (${code})`, options);
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
