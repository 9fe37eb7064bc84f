// What the projector writes: every kind of change that an entry of the log can make to what is kept of cells.
// A store applies them in order, all of an entry or none. Does not say how a store keeps anything.
import type { ScoreRecord } from '../../shared/score.ts';
import type { UnitKind } from './cell-list.ts';
import type { CellState } from './cell-state.ts';
import type { RecordingHeader } from './recording.ts';
import type {
  ChunkSpan,
  StoredChange,
  StoredLog,
  StoredMetricPoint,
  StoredTerminalEvent,
  Telling,
} from './records.ts';
import type { ScoreSource } from './scores.ts';
import type { SweepCell } from './sweep-cell.ts';

/** A cell is written as it is at the moment at which the change is taken. `seq` is the entry's number. */
export type Change =
  /** The cell is new; it has its number already. */
  | { readonly kind: 'cellAdded'; readonly cell: CellState }
  | { readonly kind: 'cellChanged'; readonly cell: CellState }
  /** A trace or session belongs to the cell, unless it belongs to another one already. */
  | { readonly kind: 'keyBound'; readonly cell: CellState; readonly key: Uint8Array }
  /** All that `from` holds is `into`'s; its id stays as an alias. Where both hold the same, `into`'s stays. */
  | { readonly kind: 'cellMerged'; readonly from: CellState; readonly into: CellState }
  /** Takes all that a deleted cell holds out of every list; its row stays as a tombstone. */
  | { readonly kind: 'cellEmptied'; readonly cell: CellState }
  /** The entry held records of a deleted cell. */
  | { readonly kind: 'deletedRecords'; readonly cell: CellState; readonly seq: number }
  /** What the cell amounts to in its sweep's matrix. */
  | { readonly kind: 'sweepCell'; readonly cell: CellState; readonly row: SweepCell }
  /** The sweep that others of a stem are judged against from now on; null for none. */
  | { readonly kind: 'sweepTagged'; readonly stem: string; readonly sweep: string | null }
  /** The entry changed cells of the sweep. */
  | { readonly kind: 'sweepChanged'; readonly sweep: string; readonly seq: number }
  | SpansAdded
  /** Spans whose id was taken, with what they say instead. */
  | {
      readonly kind: 'conflictsAdded';
      readonly cell: CellState;
      readonly seq: number;
      readonly spans: readonly ChunkSpan[];
    }
  | RecordsAdded<'logs', StoredLog>
  | RecordsAdded<'terminal', StoredTerminalEvent>
  | RecordsAdded<'changes', StoredChange>
  | RecordsAdded<'metrics', StoredMetricPoint>
  /** One axis: a new revision, unless it says the same or a log record would replace a put one. */
  | {
      readonly kind: 'score';
      readonly cell: CellState;
      readonly seq: number;
      /** When it was received. */
      readonly atNs: bigint;
      readonly record: ScoreRecord;
      readonly source: ScoreSource;
    }
  | RecordingPut
  /** What the texts of the entry's records of a kind hold. */
  | {
      readonly kind: 'ngramFilter';
      readonly cell: CellState;
      readonly unit: UnitKind;
      readonly seq: number;
      readonly bits: Uint8Array;
      /** It takes the place of those that the cell has of the kind. */
      readonly replaces: boolean;
    }
  /** A request whose records have no ids was projected: it is known by its digest. */
  | { readonly kind: 'requestSeen'; readonly digest: Uint8Array; readonly seq: number }
  /** The entry could not be projected: it stays in the log, and a rebuild tries it again. */
  /** All of the entry's records of this cell came before. */
  | { readonly kind: 'repeatedRecords'; readonly cell: CellState; readonly seq: number }
  /** The whole request came before. */
  | { readonly kind: 'requestRepeated'; readonly digest: Uint8Array; readonly seq: number }
  | { readonly kind: 'setAside'; readonly seq: number; readonly reason: string }
  /** The last entry whose meaning is written. */
  | { readonly kind: 'projected'; readonly seq: number };

export interface SpansAdded {
  readonly kind: 'spansAdded';
  readonly cell: CellState;
  readonly seq: number;
  readonly spans: readonly ChunkSpan[];
  /** What they tell of usage. */
  readonly tellings: ReadonlyMap<ChunkSpan, Telling>;
}

export interface RecordsAdded<Track, Stored> {
  readonly kind: 'recordsAdded';
  readonly track: Track;
  readonly cell: CellState;
  readonly seq: number;
  readonly records: readonly Stored[];
}

/** A terminal recording; the cell's earlier one goes. */
export interface RecordingPut {
  readonly kind: 'recordingPut';
  readonly cell: CellState;
  readonly seq: number;
  readonly digest: Uint8Array;
  readonly header: RecordingHeader;
  /** asciicast v3 event lines, without a header. */
  readonly lines: string;
}
