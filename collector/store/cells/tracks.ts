// The tracks beside the spans: logs, terminal output, file changes and metrics, one compressed chunk a request,
// read back whole, in order of arrival. Writes none.
import type { CellState } from '../../cell/cell-state.ts';
import type { TrackExtent } from '../../cell/records.ts';
import type { Sql } from '../database/database.ts';
import { type TrackName, type TrackRecords, unpackRecords } from './track-codecs.ts';

/** One track of all cells. */
class Track<Name extends TrackName> {
  readonly #name;
  readonly #select;
  readonly #extent;
  readonly #selectEntry;

  constructor(db: Sql, name: Name) {
    this.#name = name;
    this.#extent = db
      .prepare(
        'SELECT count(*), max(chunk), seq FROM track_chunks WHERE cell = ? AND track = ? AND chunk <= ?',
      )
      .raw();
    this.#select = db
      .prepare('SELECT body FROM track_chunks WHERE cell = ? AND track = ? AND chunk > ? ORDER BY chunk')
      .pluck();
    this.#selectEntry = db
      .prepare('SELECT body FROM track_chunks WHERE cell = ? AND track = ? AND seq = ? ORDER BY chunk')
      .pluck();
  }

  /** @param upTo chunks no later than this alone */
  extent(cell: CellState, upTo = Number.MAX_SAFE_INTEGER): TrackExtent {
    // Of a row with max() SQLite takes the other columns too.
    const row = this.#extent.get(cell.no, this.#name, upTo) as [number, number | null, number | null];
    return { chunks: row[0], last: row[1] ?? 0, seq: row[2] ?? 0 };
  }

  /** Every record of a cell, in order of arrival. @param after those of later chunks than this alone */
  read(cell: CellState, after = 0): TrackRecords[Name][] {
    return this.#recordsIn(this.#select.all(cell.no, this.#name, after) as Buffer[]);
  }

  /** Those that came in one log entry. */
  readEntry(cell: CellState, seq: number): TrackRecords[Name][] {
    return this.#recordsIn(this.#selectEntry.all(cell.no, this.#name, seq) as Buffer[]);
  }

  #recordsIn(bodies: readonly Buffer[]): TrackRecords[Name][] {
    return bodies.flatMap((body) => unpackRecords(this.#name, body));
  }
}

export class TrackStore {
  readonly logs: Track<'logs'>;
  readonly terminal: Track<'terminal'>;
  readonly changes: Track<'changes'>;
  readonly metrics: Track<'metrics'>;

  constructor(db: Sql) {
    this.logs = new Track(db, 'logs');
    this.terminal = new Track(db, 'terminal');
    this.changes = new Track(db, 'changes');
    this.metrics = new Track(db, 'metrics');
  }
}
