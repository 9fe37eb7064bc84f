// One collector a database: an exclusive lock that the operating system gives back however the process
// ends, so that no stale lock file ever keeps anybody out. Knows nothing of what is in the database.
import Database from 'better-sqlite3';
import { StartError } from '../../errors.ts';

/** Holds the right to write one database file. */
export class DatabaseLock {
  readonly #db: Database.Database;

  /**
   * Takes the lock beside `path`: an empty SQLite file with an open exclusive transaction.
   * @throws StartError `in_use` when another process, or another store of this one, holds it
   */
  constructor(path: string) {
    const lockPath = `${path}-lock`;
    try {
      this.#db = new Database(lockPath, { timeout: 0 });
    } catch (cause) {
      throw new StartError('cannot_open', `cannot create ${lockPath}`, { cause });
    }
    try {
      // Nothing is ever written: no journal beside it, which a full disk could refuse.
      this.#db.pragma('journal_mode = MEMORY');
      this.#db.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      this.#db.close();
      const busy = cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
      if (!busy) throw new StartError('cannot_open', `cannot lock ${lockPath}`, { cause });
      throw new StartError('in_use', `another collector is using ${path}`, { cause });
    }
  }

  release(): void {
    this.#db.close();
  }
}
