// The store as the rest of the collector sees it: a log, and projections in words of cells, spans,
// tracks, scores and recordings. The only room that knows SQL; it decides no meaning.
import { existsSync } from 'node:fs';
import { StartError } from '../errors.ts';
import { CellStore } from './cells.ts';
import {
  asStartError,
  asStoreError,
  canWriteBeside,
  type OpenOptions,
  openDatabase,
  openReadOnly,
  type Sql,
} from './database.ts';
import { type Head, HeadFile, readHead } from './head-file.ts';
import { DatabaseLock } from './lock.ts';
import { RequestLog } from './log.ts';
import { dropProjections, hasProjections, migrate, SCHEMA } from './migrate.ts';
import { RecordingStore } from './recordings.ts';
import { ScoreStore } from './scores.ts';
import { SpanStore } from './spans.ts';
import { TrackStore } from './tracks.ts';

/** All that holds prepared statements of one connection. */
function partsOf(db: Sql) {
  return {
    log: new RequestLog(db),
    cells: new CellStore(db),
    spans: new SpanStore(db),
    tracks: new TrackStore(db),
    scores: new ScoreStore(db),
    recordings: new RecordingStore(db),
  };
}

const MEMORY = ':memory:';

export class Store {
  readonly #path: string;
  readonly #options: OpenOptions;
  readonly #lock: DatabaseLock | null = null;
  readonly #headFile: HeadFile | null = null;
  /** The disk, or the file's rights, allow reading alone. */
  readonly isReadOnly: boolean;
  #db: Sql;
  #parts: ReturnType<typeof partsOf>;

  /**
   * Opens or creates a database file, brings its schema up to this build, and notes what was
   * acknowledged once and is gone. A file that cannot be written is opened for reading.
   * @throws StartError
   */
  constructor(path: string, options: OpenOptions = {}) {
    this.#path = path;
    this.#options = options;
    const existed = existsSync(path);
    this.isReadOnly = existed && !canWriteBeside(path);
    if (path !== MEMORY && !this.isReadOnly) this.#lock = new DatabaseLock(path);
    try {
      this.#db = this.#open();
      this.#parts = partsOf(this.#db);
      if (!this.#lock) return;
      // A witness without its file is left over from a database that somebody removed.
      const witness = existed ? readHead(path) : 'absent';
      if (typeof witness === 'object' && witness.seq > this.log.head().seq) this.log.addLoss(witness);
      this.#headFile = new HeadFile(path, this.log.head());
    } catch (cause) {
      this.#lock?.release();
      throw asStartError(cause, path);
    }
  }

  get log(): RequestLog {
    return this.#parts.log;
  }

  get cells(): CellStore {
    return this.#parts.cells;
  }

  get spans(): SpanStore {
    return this.#parts.spans;
  }

  get tracks(): TrackStore {
    return this.#parts.tracks;
  }

  get scores(): ScoreStore {
    return this.#parts.scores;
  }

  get recordings(): RecordingStore {
    return this.#parts.recordings;
  }

  /**
   * Runs `work` in one transaction; it is on disk when this returns.
   * @throws UnavailableError when the database cannot be written now; nothing of it was
   */
  transaction<T>(work: () => T): T {
    try {
      return this.#db.transaction(work).immediate();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Tells the witness beside the file what is acknowledged from now on. */
  noteHead(head: Head): void {
    this.#headFile?.write(head);
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
      this.#db = this.#open();
      this.#parts = partsOf(this.#db);
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    } catch (cause) {
      throw asStartError(cause, this.#path);
    }
    if (acknowledged.seq > 0 && !this.log.has(acknowledged) && !isSameHead(this.log.head(), acknowledged))
      throw new StartError('damaged', `log entry ${acknowledged.seq} was acknowledged and is gone`);
  }

  /** Drops all that was derived from the log; projecting it again must give the same answers. */
  dropProjections(): void {
    dropProjections(this.#db);
    this.spans.forget();
  }

  /**
   * Folds the write-ahead log into the database file and closes it. The file then says that it has no
   * such log: SQLite could not read it on a read-only disk otherwise, for want of shared memory.
   */
  close(): void {
    try {
      if (!this.isReadOnly) {
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

  #open(): Sql {
    if (this.isReadOnly) return this.#openReadOnly();
    const db = openDatabase(this.#path, SCHEMA, this.#options);
    try {
      migrate(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  }

  #openReadOnly(): Sql {
    const db = openReadOnly(this.#path, SCHEMA);
    const isCurrent = db.pragma('user_version', { simple: true }) === SCHEMA && hasProjections(db);
    if (isCurrent) return db;
    db.close();
    const message = `${this.#path} is of an older build and cannot be written: make it writable once`;
    throw new StartError('cannot_open', message);
  }
}

function isSameHead(a: Head, b: Head): boolean {
  return a.seq === b.seq && Buffer.compare(a.hash, b.hash) === 0;
}
