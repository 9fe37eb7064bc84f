// What the collector asks of a store: the seam at which another one can take SQLite's place. Interfaces only;
// does not choose a store.
import type { MessagePort } from 'node:worker_threads';
import type { ScoreRecord } from '../../shared/score.ts';
import type { TraceColumns } from '../../shared/trace-columns.ts';
import type { StartError } from '../errors.ts';
import type { SpanRecord } from '../record.ts';
import type { CallCount } from './call-ledger.ts';
import type { CellCursor, CellFilter, CellUnits, SearchUnit } from './cell-list.ts';
import type { CellState } from './cell-state.ts';
import type { Change } from './changes.ts';
import type { Head, Loss, StoredLogEntry, UnpackedEntry } from './log-entry.ts';
import type { RecordingHeader } from './recording.ts';
import type {
  ChunkSpan,
  DecodeSpans,
  SpanLinks,
  StoredChange,
  StoredLog,
  StoredMetricPoint,
  StoredTerminalEvent,
  TraceSize,
  TrackExtent,
} from './records.ts';
import type { ScoreHistory, StoredScore } from './scores.ts';
import type { JudgedColumns, SweepColumns, SweepCount, SweepCursor, SweepPasses } from './sweep-cell.ts';
import type { SweepListReads } from './sweep-list.ts';

/** What routes and searches read of cells. Every method: @throws UnavailableError when it cannot be read now. */
export interface CellReads {
  count(): Promise<number>;
  /** Whether any cell was deleted. */
  hasDeleted(): Promise<boolean>;
  /** The cell of an id, unless it was deleted; an alias leads to the cell that its own became a part of. */
  find(id: string): Promise<CellState | undefined>;
  /** The same, deleted or not. */
  findEver(id: string): Promise<CellState | undefined>;
  /** The cell of a number, through merges. */
  get(no: number): Promise<CellState>;
  /** The cell that a trace was first seen in, through merges. */
  ofTrace(traceId: string): Promise<CellState | undefined>;
  /** Cells newest first. @param limit rows at most */
  list(filter: CellFilter, after: CellCursor | null, limit: number): Promise<CellState[]>;
  /** Cells to compare with, a fair share of each kind. @param limit cells of a kind at most */
  related(cell: CellState, limit: number): Promise<CellState[]>;
  readonly sweeps: SweepReads;
}

export interface SweepReads {
  /** Which log entry changed the sweep last; undefined where there is no such sweep. */
  revision(sweep: string): Promise<number | undefined>;
  /** Whether the sweep holds a cell. */
  has(sweep: string): Promise<boolean>;
  /** Sweeps that hold a cell, the one of the newest cell first. */
  page(after: SweepCursor | null, limit: number): Promise<SweepCursor[]>;
  /** How many cells came to what. @param nowNs tells runs that fell silent from those under way */
  counts(sweep: string, nowNs: bigint): Promise<SweepCount[]>;
  /** Distinct values over a sweep's cells. */
  distinct(
    sweep: string,
  ): Promise<{ readonly agents: number; readonly models: number; readonly tasks: number }>;
  /** When the next run under way falls silent unless more is heard of it; null where none is awaited. */
  nextSilence(sweep: string, nowNs: bigint): Promise<bigint | null>;
  columns(sweep: string): Promise<SweepColumns>;
  /** The same with the verdicts that stand. */
  judgedColumns(sweep: string): Promise<JudgedColumns>;
  /** The sweep that others of the stem are judged against; null where none is tagged. */
  baselineOf(stem: string): Promise<string | null>;
  /** Ids of sweeps that hold a cell and begin with this text, newest first. @param limit ids at most */
  beginningWith(start: string, limit: number): Promise<string[]>;
  /** What a sweep's tasks came to. @param counting ordinals of outcomes that count as attempts */
  passes(sweep: string, counting: readonly number[]): Promise<SweepPasses>;
  /** The texts of the numbers that stand in columns. */
  words(numbers: Iterable<number>): Promise<ReadonlyMap<number, string>>;
  readonly lists: SweepListReads;
}

/** One cell's spans in order of start, then of arrival, as they were at one moment. */
export interface TraceReads {
  readonly revision: number;
  readonly columns: TraceColumns;
  /** The spans of some rows, whole. */
  read(rows: Iterable<number>, decode: DecodeSpans): Promise<ChunkSpan[]>;
}

export interface SpanReads {
  trace(cell: CellState): Promise<TraceReads>;
  /** What the cell's model calls come to, by rows of a trace that this store gave. */
  calls(cell: CellState, trace: TraceReads): Promise<CallCount>;
  /** Spans whose id was taken, with what they said instead, in order of arrival. */
  conflicts(cell: CellState, decode: DecodeSpans): Promise<ChunkSpan[]>;
  /** What a cell holds of one of its traces, exact only where it is more than `enough`. */
  sizeOf(cell: CellState, traceId: string, enough: TraceSize): Promise<TraceSize>;
  /**
   * The spans of a cell that came in one log entry, in order of arrival.
   * @param isWorth says from the inflated body, and the ids in it, whether it need be decoded
   */
  inEntry(
    cell: CellState,
    seq: number,
    decode: DecodeSpans,
    isWorth: (body: Uint8Array, ids: () => string[]) => boolean,
  ): Promise<Iterable<ChunkSpan>>;
}

export interface TrackReads<Stored> {
  /** @param upTo chunks no later than this alone */
  extent(cell: CellState, upTo?: number): Promise<TrackExtent>;
  /** Every record of a cell, in order of arrival. @param after those of later chunks than this alone */
  read(cell: CellState, after?: number): Promise<Stored[]>;
  /** Those that came in one log entry. */
  readEntry(cell: CellState, seq: number): Promise<Stored[]>;
}

export interface ScoreReads {
  /** A cell's scores: known axes in reading order, then the others by name. */
  of(cell: CellState): Promise<ScoreRecord[]>;
  /** The same with what they replaced. */
  history(cell: CellState): Promise<ScoreHistory[]>;
  /** Whether putting these records would change nothing. */
  holds(cell: CellState, records: readonly ScoreRecord[]): Promise<boolean>;
}

export interface RecordingReads {
  /** What `recordingDigest` says of the body and address that the recording came by. */
  digest(cell: CellState): Promise<Uint8Array | undefined>;
  header(cell: CellState): Promise<RecordingHeader | undefined>;
  /** asciicast v3 event lines. */
  lines(cell: CellState): Promise<string>;
}

/** Where a search has to look. */
export interface FilterReads {
  /** The bits, or undefined where they went away. */
  bits(unit: SearchUnit): Promise<Uint8Array | undefined>;
  /**
   * What there is to search, newest cells first, of each kind in order of arrival.
   * @param from the cell to begin with, or null for the newest
   * @param cells at most; those of which nothing is searched are left out of the answer
   * @returns `last` is the last cell that was looked at, null behind the last one of all
   */
  units(
    filter: CellFilter,
    from: CellCursor | null,
    cells: number,
  ): Promise<{ cells: CellUnits[]; last: CellCursor | null }>;
}

/** A log entry that could not be projected: kept, and passed over. */
export interface SetAsideEntry {
  readonly seq: number;
  readonly reason: string;
}

export interface LogReads {
  setAsideEntries(): Promise<SetAsideEntry[]>;
}

/** What routes and searches read. It may lie elsewhere: every read is waited for. */
export interface StoreReads {
  readonly cells: CellReads;
  readonly spans: SpanReads;
  readonly tracks: {
    readonly logs: TrackReads<StoredLog>;
    readonly terminal: TrackReads<StoredTerminalEvent>;
    readonly changes: TrackReads<StoredChange>;
    readonly metrics: TrackReads<StoredMetricPoint>;
  };
  readonly scores: ScoreReads;
  readonly recordings: RecordingReads;
  readonly ngramFilters: FilterReads;
  readonly log: LogReads;
}

/** A store as the search's thread opens it. */
export interface SearchStore extends StoreReads {
  close(): void;
}

/** What the projector reads. @throws UnavailableError when the store cannot be read now */
export interface ProjectionReads {
  /** The last entry whose meaning is written. */
  projectedSeq(): number;
  /** The first entry of the log behind `seq`, or undefined at the end. */
  entryAfter(seq: number): StoredLogEntry | undefined;
  /** Whether the same request was projected before. */
  sawRequest(digest: Uint8Array): boolean;
  /** The cell of an id, deleted or not; an alias leads to the cell that its own became a part of. */
  cellOfId(id: string): CellState | undefined;
  /** The cell of a number, through merges. */
  cell(no: number): CellState;
  /** The number of the cell that a trace or session was first seen in. It may have been merged since. */
  ownerOf(key: Uint8Array): number | undefined;
  /** The highest number that a cell was given; 0 at first. */
  lastCellNo(): number;
  /**
   * What a cell's spans of these ids say, and what others that came for the ids later do (`contentDigest`), by
   * `keyOf`; of the requests that came last.
   */
  spanDigests(
    cell: CellState,
    ids: readonly Pick<SpanRecord, 'traceId' | 'spanId'>[],
    decode: DecodeSpans,
  ): Map<string, bigint[]>;
  /** Ids and parents of a cell's spans, in order of arrival. */
  spanLinks(cell: CellState): Iterable<SpanLinks>;
  /** A cell's scores, in no order. */
  scores(cell: CellState): StoredScore[];
}

/**
 * What the projector writes to. A change can be read back only behind a `flush`: until then it may lie in
 * memory, and whoever needs to know of it has to remember it.
 */
export interface ProjectionStore {
  /** What was flushed. What was written since is not in it. */
  readonly flushed: ProjectionReads;
  /** Takes all of these changes in their order, or none of them where it throws. */
  write(changes: Iterable<Change>): void;
  /** All that was written before is on disk when this returns, and in what it returns. */
  flush(): ProjectionReads;
}

/** A store that nothing else has open, to replay the log into. */
export interface ReplayStore extends ProjectionStore {
  /** Writes all that `work` does, or nothing. */
  transaction<T>(work: () => T): T;
  /** Drops all that was derived from the log. */
  dropProjections(): void;
}

/** A store as the projector's thread opens it: another thread writes what it hands over. */
export interface ProjectorStore extends ProjectionStore {
  /** Changes are of this run from now on: those of earlier ones are refused once the projections were dropped. */
  beginRun(run: number): void;
  /** Forgets what was written and not flushed. */
  discard(): void;
  close(): void;
}

/** How a thread opens the store for itself: a module that is a `StoreModule`, and what that is given. */
export interface StoreOpener {
  readonly module: string;
  readonly params: unknown;
  /** What of it moves to the thread. */
  readonly transfer: readonly MessagePort[];
}

/** What a store's module for threads exports. */
export interface StoreModule {
  openForProjector(params: unknown): ProjectorStore;
  openForSearch(params: unknown): SearchStore;
}

/** What is said of the log while it is written. */
export interface LogEvents {
  /** Told before those are who appended: the log ends at `head`, on disk. */
  committed(head: Head): void;
  /** The store was opened for writing, at first or after a failed fsync, and the log ends at `head`. */
  opened(head: Head, isDurable: boolean): void;
  /** Nothing is written any more, and everything that is asked is refused. */
  failed(error: StartError): void;
}

/** Appends to the log, and writes what the projector hands over. */
export interface LogWriter {
  /**
   * Appends one entry. Its body must not change until this is settled.
   * @throws UnavailableError when nothing of it was written
   */
  append(receivedNs: bigint, entry: UnpackedEntry): Promise<void>;
  openerForProjector(): StoreOpener;
  /**
   * Drops all that was derived from the log. Changes of runs before this one are not written afterwards.
   * @throws UnavailableError when it cannot be written now
   */
  dropProjections(run: number): Promise<void>;
  /** Resolves when nobody waits for an append any more. */
  drain(): Promise<void>;
  /** Writes nothing more. */
  stop(): Promise<void>;
}

/** How the log stood when the store was opened. */
export interface FoundLog {
  readonly head: Head;
  readonly projectedSeq: number;
  /** What was acknowledged once and is gone. */
  readonly losses: readonly Loss[];
  /** Entries of a database that is not there any more: this one was made in its place. */
  readonly forgotten: number;
}

/** A store as the running collector has it open. */
export interface CollectorStore {
  readonly reads: StoreReads;
  /** It can be read alone. */
  readonly isReadOnly: boolean;
  /** The log as it is before anything is written to it. */
  foundLog(): FoundLog;
  /** @returns null where it can be read alone */
  startWriting(events: LogEvents): LogWriter | null;
  openerForSearch(): StoreOpener;
  /** Why nothing can be kept now, as far as a look from outside tells; or null. */
  problem(): Promise<string | null>;
  /** Bytes of the database, and of what is not folded into it yet. */
  sizes(): Promise<{ readonly databaseBytes: number; readonly walBytes: number }>;
  /** Forgets what reads keep of the projections: they were dropped. */
  forgetProjections(): void;
  close(): void | Promise<void>;
}
