// Changes as they travel to the thread that writes: cells by number, spans and texts compressed, so that the
// thread that makes them pays for it and the one that commits does not. Does not write any.
import { constants, zstdCompressSync } from 'node:zlib';
import type { CellParts } from '../../../shared/cell-id.ts';
import { sortNs, unitKinds } from '../../cell/cell-list.ts';
import { type CellState, isListed, modelOf, silentNs, writeState } from '../../cell/cell-state.ts';
import type { Change, RecordingPut, SpansAdded } from '../../cell/changes.ts';
import type { Telling } from '../../cell/records.ts';
import { type ScoreSource, scoreText } from '../../cell/scores.ts';
import type { SweepCell } from '../../cell/sweep-cell.ts';
import { packRecords, type TrackName } from '../cells/track-codecs.ts';
import { encodeSpanColumns } from '../spans/span-columns.ts';
import { MAX_CHUNK_SPANS } from '../spans/spans.ts';

/** A cell's row, as far as lists ask for it. */
interface CellRow {
  readonly cell: number;
  readonly sortNs: bigint;
  readonly outcome: string;
  readonly silentNs: bigint | null;
  /** Whether lists show it. */
  readonly listed: boolean;
  /** JSON of all that is known of it. */
  readonly state: string;
}

export type PackedChange =
  | ({ readonly kind: 'cellAdded'; readonly id: string; readonly parts: CellParts } & CellRow)
  | ({ readonly kind: 'cellChanged' } & CellRow)
  | { readonly kind: 'keyBound'; readonly cell: number; readonly key: Uint8Array }
  | { readonly kind: 'cellMerged'; readonly from: number; readonly into: number }
  | { readonly kind: 'cellEmptied'; readonly cell: number }
  | { readonly kind: 'deletedRecords' | 'repeatedRecords'; readonly cell: number; readonly seq: number }
  | { readonly kind: 'sweepCell'; readonly cell: number; readonly parts: CellParts; readonly row: SweepCell }
  | Extract<
      Change,
      { kind: 'sweepTagged' | 'sweepChanged' | 'requestSeen' | 'requestRepeated' | 'setAside' | 'projected' }
    >
  | {
      readonly kind: 'spanChunk' | 'conflictChunk';
      readonly cell: number;
      readonly seq: number;
      readonly count: number;
      /** JSON of what its spans tell of usage, by row; null where none does. */
      readonly calls: string | null;
      readonly columns: Uint8Array;
    }
  | {
      readonly kind: 'trackChunk';
      readonly cell: number;
      readonly seq: number;
      readonly track: TrackName;
      readonly count: number;
      readonly body: Uint8Array;
    }
  | {
      readonly kind: 'score';
      readonly cell: number;
      readonly seq: number;
      readonly atNs: bigint;
      readonly axis: string;
      readonly record: string;
      readonly source: ScoreSource;
    }
  | {
      readonly kind: 'recordingPut';
      readonly cell: number;
      readonly seq: number;
      readonly digest: Uint8Array;
      readonly header: string;
      readonly events: Uint8Array;
    }
  | {
      readonly kind: 'ngramFilter';
      readonly cell: number;
      /** Ordinal into `unitKinds`. */
      readonly unit: number;
      readonly seq: number;
      readonly bits: Uint8Array;
      readonly replaces: boolean;
    };

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Packs one change: spans become as many chunks as they fill. */
export function* packChange(change: Change): Generator<PackedChange> {
  switch (change.kind) {
    case 'cellAdded':
      yield { kind: 'cellAdded', id: change.cell.id, parts: change.cell.parts, ...rowOf(change.cell) };
      return;
    case 'cellChanged':
      yield { kind: 'cellChanged', ...rowOf(change.cell) };
      return;
    case 'keyBound':
      yield { kind: 'keyBound', cell: change.cell.no, key: change.key };
      return;
    case 'cellMerged':
      yield { kind: 'cellMerged', from: change.from.no, into: change.into.no };
      return;
    case 'cellEmptied':
      yield { kind: 'cellEmptied', cell: change.cell.no };
      return;
    case 'deletedRecords':
    case 'repeatedRecords':
      yield { kind: change.kind, cell: change.cell.no, seq: change.seq };
      return;
    case 'sweepCell':
      yield { kind: 'sweepCell', cell: change.cell.no, parts: partsOf(change.cell), row: change.row };
      return;
    case 'spansAdded':
      yield* spanChunks(change);
      return;
    case 'conflictsAdded': {
      const { cell, seq, spans } = change;
      const columns = encodeSpanColumns(spans);
      yield { kind: 'conflictChunk', cell: cell.no, seq, count: spans.length, calls: null, columns };
      return;
    }
    case 'recordsAdded': {
      const { cell, seq, track, records } = change;
      yield {
        kind: 'trackChunk',
        cell: cell.no,
        seq,
        track,
        count: records.length,
        body: packRecords(track, records),
      };
      return;
    }
    case 'score': {
      const { cell, seq, record, source } = change;
      yield {
        kind: 'score',
        cell: cell.no,
        seq,
        atNs: change.atNs,
        axis: record.axis,
        record: scoreText(record),
        source,
      };
      return;
    }
    case 'recordingPut':
      yield packRecording(change);
      return;
    case 'ngramFilter': {
      const { cell, unit, ...rest } = change;
      yield { ...rest, cell: cell.no, unit: unitKinds.indexOf(unit) };
      return;
    }
    default:
      yield change;
  }
}

/** With the model of its calls, where its id names none. */
function partsOf(cell: CellState): CellParts {
  const model = modelOf(cell);
  return model === cell.parts.model ? cell.parts : { ...cell.parts, model };
}

function rowOf(cell: CellState): CellRow {
  return {
    cell: cell.no,
    sortNs: sortNs(cell),
    outcome: cell.outcome,
    silentNs: silentNs(cell),
    listed: isListed(cell),
    state: writeState(cell),
  };
}

function* spanChunks({ cell, seq, spans, tellings }: SpansAdded): Generator<PackedChange> {
  for (let at = 0; at < spans.length; at += MAX_CHUNK_SPANS) {
    const chunk = spans.slice(at, at + MAX_CHUNK_SPANS);
    const said: [row: number, telling: Telling][] = [];
    chunk.forEach((span, row) => {
      const telling = tellings.get(span);
      if (telling) said.push([row, telling]);
    });
    yield {
      kind: 'spanChunk',
      cell: cell.no,
      seq,
      count: chunk.length,
      calls: said.length > 0 ? JSON.stringify(said) : null,
      columns: encodeSpanColumns(chunk),
    };
  }
}

function packRecording({ cell, seq, digest, header, lines }: RecordingPut): PackedChange {
  const startNs = header.startNs === null ? null : String(header.startNs);
  return {
    kind: 'recordingPut',
    cell: cell.no,
    seq,
    digest,
    header: JSON.stringify({ ...header, startNs }),
    events: zstdCompressSync(lines, ZSTD),
  };
}
