// The one connection that changes a running collector's database: transactions, changes, and opening
// it again after a failed fsync. Says what SQLite refused in words of the store; acknowledges nothing.

import type { Head } from '../../cell/log-entry.ts';
import { StartError, UnavailableError } from '../../errors.ts';
import { ChangeWriter } from '../changes/change-writer.ts';
import type { PackedChange } from '../changes/packed-change.ts';
import {
  asStartError,
  asStoreError,
  type OpenOptions,
  openDatabase,
  type Sql,
} from '../database/database.ts';
import { FileIdentity } from '../database/file-identity.ts';
import { dropProjections, SCHEMA } from '../database/migrate.ts';
import { RequestLog } from './request-log.ts';

/** How often and how long a reader is waited for that keeps the log from being folded: a read takes less. */
const FOLD_ATTEMPTS = 50;
const FOLD_RETRY_MS = 5;

export class WritingConnection {
  readonly #path: string;
  readonly #options: OpenOptions;
  #file: FileIdentity;
  /** What was committed into files that nobody will read; null while there is no such. */
  #lost: string | null = null;
  #db: Sql;
  #log: RequestLog;
  #changes: ChangeWriter;

  /**
   * @param path a database that a `Store` of this process brought up to this build
   * @throws StartError
   */
  constructor(path: string, options: OpenOptions) {
    this.#path = path;
    this.#options = options;
    this.#db = openDatabase(path, SCHEMA, options);
    this.#file = new FileIdentity(path, this.#db);
    this.#log = new RequestLog(this.#db);
    this.#changes = new ChangeWriter(this.#db);
  }

  get log(): RequestLog {
    return this.#log;
  }

  /** Whether it syncs what it commits, read back from SQLite. */
  get isDurable(): boolean {
    return Number(this.#db.pragma('synchronous', { simple: true })) >= 2;
  }

  /**
   * Runs `work` in one transaction; it is on disk when this returns.
   * @throws UnavailableError when the database cannot be written now; nothing of it was
   */
  transaction(work: () => void): void {
    const problem = this.#lost ?? this.#file.problem();
    if (problem !== null) throw goneError(problem);
    try {
      this.#db.transaction(work).immediate();
    } catch (error) {
      throw asStoreError(error);
    }
    // What went away meanwhile took this with it, and where the log ends is not known any more.
    this.#lost = this.#file.problem();
    if (this.#lost !== null) throw goneError(this.#lost);
  }

  /**
   * Writes changes in one transaction.
   * @throws UnavailableError when the database cannot be written now; nothing of it was
   */
  write(changes: readonly PackedChange[]): void {
    try {
      this.transaction(() => {
        for (const change of changes) this.#changes.write(change);
      });
    } catch (error) {
      this.#changes.forget();
      throw error;
    }
  }

  /** @throws UnavailableError when the database cannot be written now; they are as they were */
  dropProjections(): void {
    try {
      dropProjections(this.#db);
      this.#changes.forget();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /**
   * Drops the connection after a failed fsync and opens another. The kernel has marked the pages that
   * it could not write as clean: what follows them in the write-ahead log would be lost with them, so
   * the log is folded into the file before anything new is written.
   * @param acknowledged what must be there
   * @throws StartError when it is not, or the disk still refuses
   */
  reopen(acknowledged: Head): void {
    try {
      this.#db.close();
      this.#db = openDatabase(this.#path, SCHEMA, this.#options);
      this.#log = new RequestLog(this.#db);
      this.#changes = new ChangeWriter(this.#db);
      this.#file = new FileIdentity(this.#path, this.#db);
      foldLogPatiently(this.#db);
    } catch (cause) {
      throw asStartError(cause, this.#path);
    }
    if (acknowledged.seq > 0 && !this.log.has(acknowledged) && !isSameHead(this.log.head(), acknowledged))
      throw new StartError('damaged', `log entry ${acknowledged.seq} was acknowledged and is gone`);
  }

  close(): void {
    this.#db.close();
  }
}

/**
 * Folds what an earlier connection left in the write-ahead log into the file. After a failed fsync that log
 * can hold what the kernel will never write: read back it looks whole, and what is appended behind it
 * would be lost with it. In the file it is written anew.
 * @returns whether it is empty now; not so while somebody reads in it
 */
export function foldLog(db: Sql): boolean {
  try {
    const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return result?.busy === 0;
  } catch (error) {
    // A full disk has no room for it, and must not keep anybody from reading.
    const failure = asStoreError(error);
    if (!(failure instanceof UnavailableError && failure.code === 'full')) throw error;
    return true;
  }
}

/** Stands still meanwhile: in the thread that writes nobody waits for anything else. */
function foldLogPatiently(db: Sql): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < FOLD_ATTEMPTS && !foldLog(db); attempt++)
    Atomics.wait(never, 0, 0, FOLD_RETRY_MS);
}

function goneError(problem: string): UnavailableError {
  return new UnavailableError('io', `${problem}: nothing is kept`);
}

function isSameHead(a: Head, b: Head): boolean {
  return a.seq === b.seq && Buffer.compare(a.hash, b.hash) === 0;
}
