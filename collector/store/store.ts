// The store as the rest of the collector sees it: a log, and projections in words of cells, spans,
// tracks, scores and recordings. The only room that knows SQL; it decides no meaning.
import { CellStore } from './cells.ts';
import { asStoreError, openDatabase, type Sql } from './database.ts';
import { RequestLog } from './log.ts';
import { dropProjections, migrate, SCHEMA } from './migrate.ts';
import { RecordingStore } from './recordings.ts';
import { ScoreStore } from './scores.ts';
import { SpanStore } from './spans.ts';
import { TrackStore } from './tracks.ts';

export class Store {
  readonly #db: Sql;
  readonly log: RequestLog;
  readonly cells: CellStore;
  readonly spans: SpanStore;
  readonly tracks: TrackStore;
  readonly scores: ScoreStore;
  readonly recordings: RecordingStore;

  /**
   * Opens or creates a database file and brings its schema up to this build.
   * @throws StartError
   */
  constructor(path: string) {
    this.#db = openDatabase(path, SCHEMA);
    migrate(this.#db);
    this.log = new RequestLog(this.#db);
    this.cells = new CellStore(this.#db);
    this.spans = new SpanStore(this.#db);
    this.tracks = new TrackStore(this.#db);
    this.scores = new ScoreStore(this.#db);
    this.recordings = new RecordingStore(this.#db);
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

  /** Drops all that was derived from the log; projecting it again must give the same answers. */
  dropProjections(): void {
    dropProjections(this.#db);
    this.spans.forget();
  }

  /** Folds the write-ahead log into the database file and closes it. */
  close(): void {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }
}
