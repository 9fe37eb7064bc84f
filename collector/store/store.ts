// The store as the rest of the collector sees it: a log, and projections in words of cells, spans,
// tracks, scores and recordings. The only room that knows SQL; it decides no meaning.
import { existsSync, statSync } from 'node:fs';
import type { Change } from '../cell/changes.ts';
import type { Head } from '../cell/log-entry.ts';
import type {
  CollectorStore,
  FoundLog,
  LogEvents,
  ProjectionReads,
  ReplayStore,
  StoreOpener,
  StoreReads,
} from '../cell/stores.ts';
import { StartError } from '../errors.ts';
import { ChangeWriter } from './changes/change-writer.ts';
import { packChange } from './changes/packed-change.ts';
import {
  asStartError,
  asStoreError,
  canWriteBeside,
  type OpenOptions,
  openDatabase,
  openReadOnly,
  type Sql,
} from './database/database.ts';
import { FileIdentity } from './database/file-identity.ts';
import { DatabaseLock } from './database/lock.ts';
import { dropProjections, hasProjections, migrate, SCHEMA } from './database/migrate.ts';
import { StoreParts } from './parts.ts';
import { SqliteProjectionReads } from './projection-reads.ts';
import { promised } from './promised.ts';
import { HeadFile, readHead } from './request-log/head-file.ts';
import type { RequestLog } from './request-log/request-log.ts';
import { Retention } from './request-log/retention.ts';
import type { Snapshot } from './request-log/verify.ts';
import { Appender } from './request-log/write-thread-host.ts';
import { foldLog } from './request-log/writing-connection.ts';
import type { ReadingParams } from './threads.ts';

const MEMORY = ':memory:';

interface Opened {
  readonly db: Sql;
  readonly lock: DatabaseLock | null;
  readonly isReadOnly: boolean;
  /** Whether the file was there. */
  readonly existed: boolean;
}

export class Store extends StoreParts implements ReplayStore, CollectorStore {
  readonly #path: string;
  /** As it was opened: what else opens the file to write it opens it so. */
  readonly options: OpenOptions;
  readonly #lock: DatabaseLock | null;
  readonly #headFile: HeadFile | null = null;
  /** The disk, or the file's rights, allow reading alone. */
  readonly isReadOnly: boolean;
  readonly #db: Sql;
  readonly #changes: ChangeWriter;
  readonly #file: FileIdentity;
  /** Entries that a database which is not there any more held, as its head file says. */
  #forgotten = 0;
  readonly flushed: ProjectionReads;
  /** What routes read. */
  readonly reads: StoreReads;

  /**
   * Opens or creates a database file, brings its schema up to this build, and notes what was
   * acknowledged once and is gone. A file that cannot be written is opened for reading.
   * @param requests the log whose projections it holds, where that is another database's
   * @throws StartError
   */
  constructor(path: string, options: OpenOptions = {}, requests?: RequestLog) {
    const { db, lock, isReadOnly, existed } = openFile(path, options);
    super(db, requests);
    this.#db = db;
    this.#lock = lock;
    this.#path = path;
    this.options = options;
    this.isReadOnly = isReadOnly;
    this.#changes = new ChangeWriter(db);
    this.#file = new FileIdentity(path, isReadOnly ? null : db);
    this.flushed = new SqliteProjectionReads(this);
    this.reads = promised<StoreParts>(this);
    if (!lock) return;
    try {
      // A head file without its database is left over from a database that somebody removed.
      const found = readHead(path);
      const headFile = existed ? found : 'absent';
      if (!existed && typeof found === 'object') this.#forgotten = found.seq;
      if (typeof headFile === 'object' && headFile.seq > this.log.head().seq) this.log.addLoss(headFile);
      this.#headFile = new HeadFile(path, this.log.head());
    } catch (cause) {
      lock.release();
      throw asStartError(cause, path);
    }
  }

  /**
   * Runs `work` in one transaction; it is on disk when this returns.
   * @throws UnavailableError when the database cannot be written now; nothing of it was
   */
  transaction<T>(work: () => T): T {
    try {
      return this.#db.transaction(work).immediate();
    } catch (error) {
      this.#changes.forget();
      throw asStoreError(error);
    }
  }

  write(changes: Iterable<Change>): void {
    this.transaction(() => {
      for (const change of changes) for (const packed of packChange(change)) this.#changes.write(packed);
    });
  }

  /** What a transaction wrote is on disk when it returns. */
  flush(): ProjectionReads {
    return this.flushed;
  }

  /** The file, for connections that read beside this one. */
  get path(): string {
    return this.#path;
  }

  foundLog(): FoundLog {
    return {
      head: this.log.head(),
      projectedSeq: this.log.projectedSeq(),
      losses: this.log.losses(),
      forgotten: this.#forgotten,
    };
  }

  /** This connection changes nothing from now on: a thread does. */
  startWriting(events: LogEvents): Appender | null {
    if (this.isReadOnly) return null;
    return new Appender(this.#path, this.options, {
      ...events,
      committed: (head) => {
        this.noteHead(head);
        events.committed(head);
      },
    });
  }

  /** How the search's thread opens the store. */
  openerForSearch(): StoreOpener {
    const params: ReadingParams = { path: this.#path };
    return { module: new URL('./threads.ts', import.meta.url).href, params, transfer: [] };
  }

  async problem(): Promise<string | null> {
    return this.#file.problem();
  }

  /** Bytes of the database file and of its write-ahead log; 0 where there is none. */
  async sizes(): Promise<{ databaseBytes: number; walBytes: number }> {
    const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return { databaseBytes: sizeOf(this.#path), walBytes: sizeOf(`${this.#path}-wal`) };
  }

  /** Writes into the head file what is acknowledged from now on. */
  noteHead(head: Head): void {
    this.#headFile?.write(head);
  }

  /** Begins with the deleted cells of another database, whose log is to be projected here. */
  plantTombstonesOf(from: Snapshot): void {
    this.transaction(() => from.copyTombstonesTo(this.#db));
    this.dropProjections();
  }

  /** What is kept for how long. */
  get retention(): Retention {
    return new Retention(this.#db);
  }

  /** Drops all that was derived from the log; projecting it again must give the same answers. */
  dropProjections(): void {
    dropProjections(this.#db);
    this.#changes.forget();
    this.forgetProjections();
  }

  forgetProjections(): void {
    this.spans.forget();
  }

  /**
   * Folds the write-ahead log into the database file and closes it. The file then says that it has no
   * such log: SQLite could not read it on a read-only disk otherwise, for want of shared memory.
   */
  close(): void {
    try {
      // Files that are not ours, or not whole, are left as they are found.
      if (!this.isReadOnly && this.#file.problem() === null) {
        this.#db.pragma('wal_checkpoint(TRUNCATE)');
        this.#db.pragma('journal_mode = DELETE');
      }
    } catch (error) {
      // A full or failing disk: the write-ahead log stays beside the file, and the next open reads it.
      if (asStoreError(error) === error) throw error;
    } finally {
      this.#db.close();
      this.#headFile?.close();
      this.#lock?.release();
    }
  }
}

/** @throws StartError */
function openFile(path: string, options: OpenOptions): Opened {
  const existed = existsSync(path);
  const isReadOnly = existed && !canWriteBeside(path);
  const lock = path !== MEMORY && !isReadOnly ? new DatabaseLock(path) : null;
  try {
    const db = isReadOnly ? openCurrent(path) : openWritable(path, options);
    return { db, lock, isReadOnly, existed };
  } catch (cause) {
    lock?.release();
    throw asStartError(cause, path);
  }
}

function openWritable(path: string, options: OpenOptions): Sql {
  const db = openDatabase(path, SCHEMA, options);
  try {
    migrate(db);
    foldLog(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** One that cannot be written, and so cannot be brought up to this build. */
function openCurrent(path: string): Sql {
  const db = openReadOnly(path, SCHEMA);
  const isCurrent = db.pragma('user_version', { simple: true }) === SCHEMA && hasProjections(db);
  if (isCurrent) return db;
  db.close();
  const message = `${path} is of an older build and cannot be written: make it writable once`;
  throw new StartError('cannot_open', message);
}
