// From the log to the projections, one entry after the other: decode, work out in memory, then write all
// of it with the cursor in one transaction, so that a crash at any moment resumes exactly. Works off the
// acknowledgement path. Does not drop anything that was acknowledged.

import type { ScoreRecord } from '../../shared/score.ts';
import { withVerdict } from '../../shared/verdict.ts';
import { type CellState, isListed } from '../cell/cell-state.ts';
import type { Change } from '../cell/changes.ts';
import { releaseBytes, type StoredLogEntry, unpackBody } from '../cell/log-entry.ts';
import type { RecordingParams } from '../cell/recording.ts';
import type { RecordParams } from '../cell/records.ts';
import type { ProjectionStore } from '../cell/stores.ts';
import type { SweepTagEntry } from '../cell/sweep-cell.ts';
import { spansOfLogs } from '../cell/told-in-logs.ts';
import { decodeLogs } from '../decode-spans.ts';
import { RefusedChanges, UnavailableError } from '../errors.ts';
import { decodeMetricsJson } from '../otlp/json.ts';
import { decodeMetricsProtobuf } from '../otlp/protobuf.ts';
import { decodeTraces } from '../otlp/traces.ts';
import { CellDirectory } from './cell-directory.ts';
import type { NumberedCounts, RecordCounts } from './entry-counts.ts';
import { judgeCell, sweepCellOf } from './judgement.ts';
import { LogProjection, requestDigest } from './log-projection.ts';
import { MetricProjection } from './metric-projection.ts';
import { readRecording, recordingTally } from './recording.ts';
import { ScoreBoard } from './score-board.ts';
import { SearchIndexing } from './search-indexing.ts';
import { SpanMemories, tellUsage } from './telling/span-memories.ts';
import { TraceProjection } from './trace-projection.ts';

/** What a request of records without ids comes to. */
type RequestProjection = Pick<LogProjection, 'changes' | 'recordCounts'>;

export class Projector {
  readonly #store: ProjectionStore;
  readonly #directory: CellDirectory;
  readonly #memories: SpanMemories;
  readonly #scoreBoard: ScoreBoard;
  readonly #indexing = new SearchIndexing();
  readonly #entryCounts: NumberedCounts[] = [];

  constructor(store: ProjectionStore) {
    this.#store = store;
    this.#directory = new CellDirectory(store);
    this.#memories = new SpanMemories(store);
    this.#scoreBoard = new ScoreBoard(store, this.#indexing);
  }

  /** The last entry that is in the projections. */
  projectedSeq(): number {
    return this.#store.flushed.projectedSeq();
  }

  /**
   * Projects one entry.
   * @param raw its inflated body where it is still in memory
   * @returns the rows of the cells that it changed
   * @throws UnavailableError when the database cannot be written now: ask again
   */
  project(entry: StoredLogEntry, raw?: Uint8Array): ReadonlySet<number> {
    let changed: ReadonlySet<number> = new Set();
    try {
      const body = raw ?? unpackBody(entry);
      changed = this.#projectOne(entry, body);
      // What is kept of a request is copied from it: 40 MB less are resident while a long log is projected.
      if (!raw && entry.coding !== 'identity') releaseBytes(body);
    } catch (cause) {
      this.forget();
      // What the database could not read or write now says nothing of the entry.
      if (cause instanceof UnavailableError || cause instanceof RefusedChanges) throw cause;
      this.#store.flush();
      this.setAside(entry, cause);
    }
    this.#memories.trim();
    return changed;
  }

  /** Forgets what it keeps in memory of the store: it was opened again. */
  forget(): void {
    this.#directory.forget();
    this.#memories.forget();
    this.#scoreBoard.forget();
    this.#indexing.forget();
  }

  #projectOne(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    this.#directory.begin(entry.receivedNs);
    this.#scoreBoard.begin(entry.receivedNs);
    this.#indexing.expect(entry.rawBytes);
    if (isRefusedWhole(entry)) return this.#noteRefused(entry);
    switch (entry.signal) {
      case 'traces':
        return this.#traces(entry, body);
      case 'logs':
        return this.#logs(entry, body);
      case 'scores':
        return this.#scores(entry, body);
      case 'terminal':
        return this.#terminal(entry, body);
      case 'metrics':
        return this.#metrics(entry, body);
      case 'delete':
        return this.#delete(entry);
      case 'sweep':
        return this.#tagSweep(entry, body);
    }
  }

  #traces(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    const decoded = decodeTraces(body, entry.encoding === 'json' ? 'json' : 'protobuf');
    const projection = this.#traceProjection();
    const params = recordParams(entry);
    projection.prepare(decoded, entry.cellId, entry.receivedNs, params);
    this.#countRefused(entry, params);
    return this.#write(entry, projection.changes(entry.seq), projection.recordCounts);
  }

  #traceProjection(): TraceProjection {
    return new TraceProjection(
      this.#store,
      this.#directory,
      this.#memories,
      this.#indexing,
      this.#scoreBoard,
    );
  }

  #logs(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    return this.#once(entry, body, () => {
      const decoded = decodeLogs(body, entry.encoding === 'json' ? 'json' : 'protobuf');
      const logs = new LogProjection(this.#directory, this.#scoreBoard, this.#indexing);
      logs.prepare(decoded, entry.cellId, entry.receivedNs, recordParams(entry));
      this.#memories.follow(this.#directory.merges());
      const told = spansOfLogs(decoded);
      if (told.sources.length === 0) return logs;
      const spans = this.#traceProjection();
      const cells = told.sources.map((record) => logs.cellOf(record));
      spans.prepareTold(told.decoded, cells, entry.receivedNs, recordParams(entry));
      return {
        recordCounts: logs.recordCounts,
        *changes(seq: number) {
          yield* logs.changes(seq);
          yield* spans.changes(seq);
        },
      };
    });
  }

  #metrics(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    return this.#once(entry, body, () => {
      const decoded = entry.encoding === 'json' ? decodeMetricsJson(body) : decodeMetricsProtobuf(body);
      const projection = new MetricProjection(this.#directory);
      projection.prepare(decoded, entry.cellId, entry.receivedNs, recordParams(entry));
      this.#memories.follow(this.#directory.merges());
      return projection;
    });
  }

  /** Log records and data points have no ids: a request that was projected before is known by its bytes. */
  #once(entry: StoredLogEntry, body: Uint8Array, prepare: () => RequestProjection): ReadonlySet<number> {
    const digest = requestDigest(entry, body);
    if (this.#store.flush().sawRequest(digest)) return this.#passRepeated(entry, digest);
    const projection = prepare();
    this.#countRefused(entry, recordParams(entry));
    return this.#write(entry, requestChanges(entry.seq, digest, projection), projection.recordCounts);
  }

  /** A request of which nothing was kept but that it came. */
  #noteRefused(entry: StoredLogEntry): ReadonlySet<number> {
    const cell = this.#cellOf(entry);
    if (cell.deletedNs !== undefined) return this.#passDeleted(entry, cell);
    this.#countRefused(entry, recordParams(entry));
    return this.#write(entry, [{ kind: 'repeatedRecords', cell, seq: entry.seq }]);
  }

  /** The cell whose address it came to says on its page what was refused. */
  #countRefused(entry: StoredLogEntry, { refused = 0 }: RecordParams): void {
    if (refused === 0 || entry.cellId === null) return;
    const cell = this.#cellOf(entry);
    if (cell.deletedNs !== undefined) return;
    cell.refused = (cell.refused ?? 0) + refused;
    this.#directory.touch(cell);
  }

  #scores(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    const { scores }: { scores: ScoreRecord[] } = JSON.parse(new TextDecoder().decode(body));
    const cell = this.#cellOf(entry);
    if (cell.deletedNs !== undefined) return this.#passDeleted(entry, cell);
    this.#directory.touch(cell);
    return this.#write(entry, this.#scoreBoard.put(cell, entry.seq, scores.map(withVerdict), 'put'));
  }

  #terminal(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    const params: RecordingParams = JSON.parse(entry.params ?? '{}');
    const { header, lines, digest, events } = readRecording(body, params);
    const cell = this.#cellOf(entry);
    if (cell.deletedNs !== undefined) return this.#passDeleted(entry, cell);
    this.#directory.touch(cell);
    cell.hasRecording = true;
    cell.recording = recordingTally(header);
    const bits = this.#indexing.recording(events);
    const { seq } = entry;
    return this.#write(entry, [
      { kind: 'recordingPut', cell, seq, digest, header, lines },
      { kind: 'ngramFilter', cell, unit: 'recording', seq, bits, replaces: true },
    ]);
  }

  /** Empties the cell; its row stays, so that what comes for it later is known to be of a deleted one. */
  #delete(entry: StoredLogEntry): ReadonlySet<number> {
    const cell = this.#cellOf(entry);
    this.#memories.drop(cell);
    this.#scoreBoard.drop(cell);
    this.#directory.makeTombstone(cell, entry.receivedNs);
    const changed = this.#write(entry, []);
    // Nothing may be read that is noted to be gone.
    this.#store.flush();
    return changed;
  }

  /** Both the old and the new baseline are told otherwise from now on. */
  #tagSweep(entry: StoredLogEntry, body: Uint8Array): ReadonlySet<number> {
    const { seq } = entry;
    const { stem, sweep, former }: SweepTagEntry = JSON.parse(new TextDecoder().decode(body));
    const touched = [sweep, former].filter((one) => one !== null);
    return this.#write(entry, [
      { kind: 'sweepTagged', stem, sweep },
      ...touched.map((one) => ({ kind: 'sweepChanged' as const, sweep: one, seq })),
    ]);
  }

  #cellOf(entry: StoredLogEntry): CellState {
    if (entry.cellId === null) throw new Error(`log entry ${entry.seq} names no cell`);
    return this.#directory.cell(entry.cellId);
  }

  /** Passes over a request that came before. */
  #passRepeated(entry: StoredLogEntry, digest: Uint8Array): ReadonlySet<number> {
    const counts = { accepted: 0, duplicate: entry.accepted, conflicting: 0 };
    return this.#write(entry, [{ kind: 'requestRepeated', digest, seq: entry.seq }], counts);
  }

  /** Passes over what was put to a deleted cell. */
  #passDeleted(entry: StoredLogEntry, cell: CellState): ReadonlySet<number> {
    const nothing = { accepted: 0, duplicate: 0, conflicting: 0 };
    return this.#write(entry, [{ kind: 'deletedRecords', cell, seq: entry.seq }], nothing);
  }

  /** What became of the records of the entries projected since this was last asked. */
  takeEntryCounts(): NumberedCounts[] {
    return this.#entryCounts.splice(0);
  }

  /**
   * Writes the entry: all of it or nothing.
   * @param changes of its records; taken when its cells have their numbers
   * @returns the rows of the cells that it changed
   */
  #write(entry: StoredLogEntry, changes: Iterable<Change>, recordCounts?: RecordCounts): ReadonlySet<number> {
    for (const [, into] of this.#directory.merges()) {
      const cell = this.#directory.resolve(into);
      tellUsage(cell, this.#memories.of(cell));
    }
    this.#store.write(this.#changesOf(entry.seq, changes));
    const changed = new Set([...this.#directory.touched()].map(({ no }) => no));
    this.#directory.commit();
    this.#noteCounts(entry, recordCounts);
    return changed;
  }

  /** Cells first, then their records, then what these make of the cells, and the cursor last. */
  *#changesOf(seq: number, changes: Iterable<Change>): Generator<Change> {
    for (const [from, into] of this.#directory.merges()) this.#scoreBoard.follow(from, into);
    yield* this.#directory.cellChanges(seq);
    yield* changes;
    yield* this.#judgeTouched(seq);
    yield* this.#directory.stateChanges();
    yield { kind: 'projected', seq };
  }

  /** @param recordCounts where it is left out, all that was accepted is new */
  #noteCounts(entry: StoredLogEntry, recordCounts: RecordCounts | undefined): void {
    const { seq, signal, accepted, rejected } = entry;
    const found = recordCounts ?? { accepted, duplicate: 0, conflicting: 0 };
    const dropped = accepted - found.accepted - found.duplicate;
    this.#entryCounts.push({ seq, signal, received: accepted + rejected, dropped, ...found });
  }

  /** What became of the cells, now that their scores and their runs' ends are written. */
  *#judgeTouched(seq: number): Generator<Change> {
    const touched = new Set<string>();
    for (const cell of this.#directory.touched()) {
      touched.add(cell.parts.sweep);
      if (this.#directory.resolve(cell) !== cell || cell.deletedNs !== undefined) continue;
      const scores = this.#scoreBoard.of(cell);
      judgeCell(cell, scores);
      if (!isListed(cell) && scores.length === 0) continue;
      yield { kind: 'sweepCell', cell, row: sweepCellOf(cell, scores) };
    }
    for (const sweep of touched) yield { kind: 'sweepChanged', sweep, seq };
  }

  /** An entry that cannot be projected must not hold up those behind it: noted, kept, passed over. */
  setAside(entry: StoredLogEntry, error: unknown): void {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const { seq } = entry;
    this.#store.write([
      { kind: 'setAside', seq, reason },
      { kind: 'projected', seq },
    ]);
    this.#noteCounts(entry, undefined);
  }
}

function recordParams({ params }: StoredLogEntry): RecordParams {
  return JSON.parse(params ?? '{}');
}

/** Whether all of an entry's records were rejected because of who sent them: its body was left out. */
function isRefusedWhole(entry: StoredLogEntry): boolean {
  return entry.rawBytes === 0 && entry.accepted === 0 && recordParams(entry).refused !== undefined;
}

function* requestChanges(seq: number, digest: Uint8Array, projection: RequestProjection): Generator<Change> {
  yield { kind: 'requestSeen', digest, seq };
  yield* projection.changes(seq);
}
