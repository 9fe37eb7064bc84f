// What one connection reads of the database, by kind of record: all that holds its prepared statements.
// Writes nothing but the log.
import { CellStore } from './cells/cells.ts';
import { RecordingStore } from './cells/recordings.ts';
import { ScoreStore } from './cells/scores.ts';
import { TrackStore } from './cells/tracks.ts';
import { openReadOnly, type Sql } from './database/database.ts';
import { SCHEMA } from './database/migrate.ts';
import { RequestLog } from './request-log/request-log.ts';
import { NgramFilterStore } from './search-index/ngram-filters.ts';
import { SpanStore } from './spans/spans.ts';

export class StoreParts {
  readonly log: RequestLog;
  readonly cells: CellStore;
  readonly spans: SpanStore;
  readonly tracks: TrackStore;
  readonly scores: ScoreStore;
  readonly recordings: RecordingStore;
  readonly ngramFilters: NgramFilterStore;

  /** @param requests the log that projections point into, where it is not the one of this database */
  constructor(db: Sql, requests?: RequestLog) {
    this.log = new RequestLog(db);
    this.cells = new CellStore(db);
    this.spans = new SpanStore(db, requests ?? this.log);
    this.tracks = new TrackStore(db);
    this.scores = new ScoreStore(db);
    this.recordings = new RecordingStore(db);
    this.ngramFilters = new NgramFilterStore(db);
  }
}

/** What is projected, read beside the store that has the database open. */
export class ReadingStore extends StoreParts {
  readonly #db: Sql;

  /** @param path a database that a `Store` has open */
  constructor(path: string) {
    const db = openReadOnly(path, SCHEMA);
    super(db);
    this.#db = db;
  }

  close(): void {
    this.#db.close();
  }
}
