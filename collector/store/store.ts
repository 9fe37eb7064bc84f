// The store as the rest of the collector sees it: a log, and projections in words of cells, spans,
// tracks, scores and recordings. The only room that knows SQL; it decides no meaning.
import { existsSync, statSync } from 'node:fs';
import type { Head } from '../cell/log-entry.ts';
import { StartError } from '../errors.ts';
import { CellStore } from './cells/cells.ts';
import { RecordingStore } from './cells/recordings.ts';
import { ScoreStore } from './cells/scores.ts';
import { TrackStore } from './cells/tracks.ts';
import {
  asStartError,
  asStoreError,
  canWriteBeside,
  type OpenOptions,
  openDatabase,
  openReadOnly,
  type Sql,
} from './database/database.ts';
import { DatabaseLock } from './database/lock.ts';
import { dropProjections, hasProjections, migrate, SCHEMA } from './database/migrate.ts';
import { type Change, notingSql } from './database/noted-changes.ts';
import { HeadFile, readHead } from './request-log/head-file.ts';
import { RequestLog } from './request-log/request-log.ts';
import { Retention } from './request-log/retention.ts';
import { foldLog } from './request-log/writing-connection.ts';
import { SignatureStore } from './search-index/ngram-filters.ts';
import { SpanStore } from './spans/spans.ts';

/**
 * All that holds prepared statements of one connection.
 * @param requests the log that projections point into, where it is not the one of this database
 */
function partsOf(db: Sql, requests?: RequestLog) {
  const log = new RequestLog(db);
  return {
    log,
    cells: new CellStore(db),
    spans: new SpanStore(db, requests ?? log),
    tracks: new TrackStore(db),
    scores: new ScoreStore(db),
    recordings: new RecordingStore(db),
    signatures: new SignatureStore(db),
  };
}

const MEMORY = ':memory:';

/** What the projector needs of a store: to read, to write in transactions, to know that it was written. */
export interface ProjectionStore extends Readonly<ReturnType<typeof partsOf>> {
  /** Writes all that `work` changes, or nothing. It may be on disk only after `flush`. */
  transaction<T>(work: () => T): T;
  /** Everything written before is on disk, and can be read, when this returns. */
  flush(): void;
  /** Drops all that was derived from the log. */
  dropProjections(): void;
}

/**
 * A store that reads by itself and leaves writing to another: changes are gathered over any number of
 * transactions and handed over at once.
 */
export class NotingStore implements ProjectionStore {
  readonly #db: Sql;
  readonly #changes: Change[] = [];
  readonly #hand: (changes: readonly Change[]) => void;
  readonly log: RequestLog;
  readonly cells: CellStore;
  readonly spans: SpanStore;
  readonly tracks: TrackStore;
  readonly scores: ScoreStore;
  readonly recordings: RecordingStore;
  readonly signatures: SignatureStore;

  /**
   * @param path a database that a `Store` has open
   * @param hand writes changes in one transaction, and returns when they are on disk
   */
  constructor(path: string, hand: (changes: readonly Change[]) => void) {
    this.#db = openReadOnly(path, SCHEMA);
    this.#hand = hand;
    const parts = partsOf(notingSql(this.#db, this.#changes));
    this.log = parts.log;
    this.cells = parts.cells;
    this.spans = parts.spans;
    this.tracks = parts.tracks;
    this.scores = parts.scores;
    this.recordings = parts.recordings;
    this.signatures = parts.signatures;
  }

  transaction<T>(work: () => T): T {
    const before = this.#changes.length;
    try {
      return work();
    } catch (error) {
      this.#changes.length = before;
      throw error;
    }
  }

  flush(): void {
    if (this.#changes.length > 0) this.#hand(this.#changes.splice(0));
  }

  /** Forgets what was not handed over: it will be worked out again. */
  discard(): void {
    this.#changes.length = 0;
  }

  dropProjections(): void {
    throw new Error('only the store that writes can drop its projections');
  }

  close(): void {
    this.#db.close();
  }
}

/** What is projected, read beside the store that has the database open. */
export class ReadingStore implements Readonly<ReturnType<typeof partsOf>> {
  readonly #db: Sql;
  readonly log: RequestLog;
  readonly cells: CellStore;
  readonly spans: SpanStore;
  readonly tracks: TrackStore;
  readonly scores: ScoreStore;
  readonly recordings: RecordingStore;
  readonly signatures: SignatureStore;

  /** @param path a database that a `Store` has open */
  constructor(path: string) {
    this.#db = openReadOnly(path, SCHEMA);
    const parts = partsOf(this.#db);
    this.log = parts.log;
    this.cells = parts.cells;
    this.spans = parts.spans;
    this.tracks = parts.tracks;
    this.scores = parts.scores;
    this.recordings = parts.recordings;
    this.signatures = parts.signatures;
  }

  close(): void {
    this.#db.close();
  }
}

export class Store implements ProjectionStore {
  readonly #path: string;
  /** As it was opened: what else opens the file to write it opens it so. */
  readonly options: OpenOptions;
  readonly #lock: DatabaseLock | null = null;
  readonly #headFile: HeadFile | null = null;
  /** The disk, or the file's rights, allow reading alone. */
  readonly isReadOnly: boolean;
  readonly #db: Sql;
  readonly #parts: ReturnType<typeof partsOf>;

  /**
   * Opens or creates a database file, brings its schema up to this build, and notes what was
   * acknowledged once and is gone. A file that cannot be written is opened for reading.
   * @param requests the log whose projections it holds, where that is another database's
   * @throws StartError
   */
  constructor(path: string, options: OpenOptions = {}, requests?: RequestLog) {
    this.#path = path;
    this.options = options;
    const existed = existsSync(path);
    this.isReadOnly = existed && !canWriteBeside(path);
    if (path !== MEMORY && !this.isReadOnly) this.#lock = new DatabaseLock(path);
    try {
      this.#db = this.#open();
      this.#parts = partsOf(this.#db, requests);
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

  get signatures(): SignatureStore {
    return this.#parts.signatures;
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

  flush(): void {
    // What a transaction wrote is on disk when it returns.
  }

  /** The file, for connections that read beside this one. */
  get path(): string {
    return this.#path;
  }

  /** Bytes of the database file and of its write-ahead log; 0 where there is none. */
  sizes(): { databaseBytes: number; walBytes: number } {
    const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return { databaseBytes: sizeOf(this.#path), walBytes: sizeOf(`${this.#path}-wal`) };
  }

  /** Tells the witness beside the file what is acknowledged from now on. */
  noteHead(head: Head): void {
    this.#headFile?.write(head);
  }

  /** What is kept for how long. */
  get retention(): Retention {
    return new Retention(this.#db);
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
    const db = openDatabase(this.#path, SCHEMA, this.options);
    try {
      migrate(db);
      foldLog(db);
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
