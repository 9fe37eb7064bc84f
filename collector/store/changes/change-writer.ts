// Writes packed changes on the one connection that changes the database, inside its caller's transaction.
// Decides no meaning.
import type { Sql } from '../database/database.ts';
import { CellWriter } from './cell-writer.ts';
import type { PackedChange } from './packed-change.ts';
import { SweepWriter } from './sweep-writer.ts';

const MAX_REASON_CHARS = 1000;

/** Records that one replaced are kept: so many of an axis, each up to this length. */
const MAX_BEFORE = 20;
const MAX_BEFORE_CHARS = 16_384;

export class ChangeWriter {
  readonly #cells: CellWriter;
  readonly #sweeps: SweepWriter;
  readonly #addChunk;
  readonly #addConflicts;
  readonly #addRecords;
  readonly #putScore;
  readonly #putRecording;
  readonly #addFilter;
  readonly #dropFilters;
  readonly #noteRequest;
  readonly #noteRepeated;
  readonly #setAside;
  readonly #setCursor;

  constructor(db: Sql) {
    this.#cells = new CellWriter(db);
    this.#sweeps = new SweepWriter(db);
    this.#addChunk = db.prepare(
      'INSERT INTO span_chunks (cell, seq, count, calls, columns) VALUES (?, ?, ?, ?, ?)',
    );
    this.#addConflicts = db.prepare(
      'INSERT INTO span_conflicts (cell, seq, count, columns) VALUES (?, ?, ?, ?)',
    );
    this.#addRecords = db.prepare(
      'INSERT INTO track_chunks (cell, seq, track, count, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#putScore = db.prepare(
      `INSERT INTO scores (cell, axis, record, source, revision, seq, at_ns, before)
       VALUES (@cell, @axis, @record, @source, 1, @seq, @atNs, '[]')
       ON CONFLICT (cell, axis) DO UPDATE SET record = @record, source = @source, revision = revision + 1, seq = @seq,
         at_ns = excluded.at_ns,
         before = json_insert(
           CASE WHEN json_array_length(before) < ${MAX_BEFORE} THEN before ELSE json_remove(before, '$[0]') END, '$[#]',
           json_object('record', CASE WHEN length(record) <= ${MAX_BEFORE_CHARS} THEN record END,
             'source', source, 'at', CAST(at_ns AS TEXT)))
       WHERE record <> @record AND NOT (source = 'put' AND @source = 'log')`,
    );
    this.#putRecording = db.prepare(
      'INSERT OR REPLACE INTO recordings (cell, seq, digest, header, events) VALUES (?, ?, ?, ?, ?)',
    );
    this.#addFilter = db.prepare('INSERT INTO ngram_filters (cell, kind, seq, bits) VALUES (?, ?, ?, ?)');
    this.#dropFilters = db.prepare('DELETE FROM ngram_filters WHERE cell = ? AND kind = ?');
    this.#noteRequest = db.prepare('INSERT OR IGNORE INTO log_requests (digest, seq) VALUES (?, ?)');
    this.#noteRepeated = ['repeated_entries', 'deleted_entries'].map((table) => {
      const first = '(SELECT seq FROM log_requests WHERE digest = @digest)';
      const source = table === 'repeated_entries' ? 'track_chunks' : table;
      return db.prepare(
        `INSERT OR IGNORE INTO ${table} (seq, cell) SELECT @seq, cell FROM ${source} WHERE seq = ${first}`,
      );
    });
    this.#setAside = db.prepare('INSERT OR REPLACE INTO unprojected (seq, reason) VALUES (?, ?)');
    this.#setCursor = db.prepare("UPDATE meta SET value = ? WHERE key = 'projected_seq'");
  }

  /** Writes one change. Where the transaction fails or the tables are dropped, call `forget`. */
  write(change: PackedChange): void {
    switch (change.kind) {
      case 'cellAdded':
        this.#cells.add(change);
        break;
      case 'cellChanged':
        this.#cells.change(change);
        break;
      case 'keyBound':
        this.#cells.bind(change);
        break;
      case 'cellMerged':
        this.#cells.merge(change);
        break;
      case 'cellEmptied':
        this.#cells.empty(change);
        break;
      case 'deletedRecords':
        this.#cells.noteDeleted(change);
        break;
      case 'repeatedRecords':
        this.#cells.noteRepeated(change);
        break;
      case 'sweepCell':
        this.#sweeps.put(change);
        break;
      case 'sweepTagged':
        this.#sweeps.tag(change);
        break;
      case 'sweepChanged':
        this.#sweeps.touch(change.sweep, change.seq);
        break;
      default:
        this.#writeRecords(change);
    }
  }

  #writeRecords(
    change: Exclude<
      PackedChange,
      { kind: `cell${string}` | `sweep${string}` | 'keyBound' | 'deletedRecords' | 'repeatedRecords' }
    >,
  ): void {
    const { seq } = change;
    switch (change.kind) {
      case 'spanChunk':
        this.#addChunk.run(change.cell, seq, change.count, change.calls, change.columns);
        return;
      case 'conflictChunk':
        this.#addConflicts.run(change.cell, seq, change.count, change.columns);
        return;
      case 'trackChunk':
        this.#addRecords.run(change.cell, seq, change.track, change.count, change.body);
        return;
      case 'score': {
        const { kind: _, ...row } = change;
        this.#putScore.run(row);
        return;
      }
      case 'recordingPut':
        this.#putRecording.run(change.cell, seq, change.digest, change.header, change.events);
        return;
      case 'ngramFilter':
        if (change.replaces) this.#dropFilters.run(change.cell, change.unit);
        this.#addFilter.run(change.cell, change.unit, seq, change.bits);
        return;
      case 'requestSeen':
        this.#noteRequest.run(change.digest, seq);
        return;
      case 'requestRepeated':
        for (const note of this.#noteRepeated) note.run({ digest: change.digest, seq });
        return;
      case 'setAside':
        this.#setAside.run(seq, change.reason.slice(0, MAX_REASON_CHARS));
        return;
      case 'projected':
        this.#setCursor.run(seq);
        return;
      default:
        change satisfies never;
    }
  }

  /** Forgets what it remembers of rows that were not written, or are gone. */
  forget(): void {
    this.#sweeps.forget();
  }
}
