// What the collector asks of a store: the seam at which another one can take SQLite's place. Interfaces only;
// does not choose a store.
import type { MessagePort } from 'node:worker_threads';
import type { SpanRecord } from '../record.ts';
import type { CellState } from './cell-state.ts';
import type { Change } from './changes.ts';
import type { StoredLogEntry } from './log-entry.ts';
import type { ChunkSpan, DecodeSpans, SpanLinks } from './records.ts';
import type { StoredScore } from './scores.ts';

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
  /** What a cell's spans of these ids say (`contentOf`), by `keyOf`. */
  spanContents(
    cell: CellState,
    ids: readonly Pick<SpanRecord, 'traceId' | 'spanId'>[],
    decode: DecodeSpans,
  ): Map<string, string>;
  /** Spans whose id was taken, with what they say instead. */
  conflicts(cell: CellState, decode: DecodeSpans): ChunkSpan[];
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
}
