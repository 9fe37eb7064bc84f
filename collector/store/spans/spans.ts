// Spans of cells: read back as one ordered index, as pages in full, or one by one to compare. Also the spans
// that came again with other content, and what model calls said of usage. Writes none.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { CallCount } from '../../cell/call-ledger.ts';
import { type CellState, clockOf } from '../../cell/cell-state.ts';
import { releaseBytes, unpackBody } from '../../cell/log-entry.ts';
import type { ChunkSpan, DecodeSpans, SpanLinks, Telling, TraceSize } from '../../cell/records.ts';
import { idHalf, idText, SpanTable } from '../../cell/span-table.ts';
import type { TraceReads } from '../../cell/stores.ts';
import type { SpanRecord } from '../../record.ts';
import { asStoreError, type Sql } from '../database/database.ts';
import type { RequestLog } from '../request-log/request-log.ts';
import { decodeSpanColumns, linksOf, type SpanColumns } from './span-columns.ts';
import { ChunkReader, placesOf, type SentSpans, sentSpans } from './span-content.ts';
import { countRows, type ToldRow } from './span-counts.ts';
import { SpanDigests } from './span-digests.ts';
import { buildTraceIndex, type TraceIndex } from './trace-index.ts';

/** Spans a chunk: names and traces are numbered in 16 bits. */
export const MAX_CHUNK_SPANS = 1024;
/** Requests kept decoded hold this many bytes on the wire in all, four times that on the heap. */
const MAX_SENT_BYTES = 4 * 2 ** 20;
/** Indexes kept in memory hold this many spans in all, at about 80 bytes each. */
const MAX_CACHED_SPANS = 1_000_000;
/**
 * Chunks of a cell, newest first, in which a span that came again is compared with what came before. About 20 µs
 * each; beyond, it is taken for the same span.
 */
const LOOK_BACK_CHUNKS = 4096;
interface StoredChunk {
  readonly seq: number;
  readonly columns: Buffer;
}

interface KeptSpans {
  readonly spans: SentSpans;
  readonly bytes: number;
}

export class SpanStore {
  readonly #columns;
  readonly #chunksOf;
  readonly #chunk;
  readonly #log;
  readonly #callsOf;
  readonly #conflictsOf;
  readonly #lastConflictsOf;
  readonly #chunksIn;
  readonly #conflictsIn;
  readonly #bytesOf;
  readonly #cache = new Map<number, CellTrace>();
  readonly #sent = new Map<number, KeptSpans>();
  readonly #digests = new SpanDigests();

  /** @param log the requests that the chunks' spans came in */
  constructor(db: Sql, log: RequestLog) {
    this.#log = log;
    const order = 'WHERE cell = ? ORDER BY chunk';
    this.#columns = db.prepare(`SELECT chunk, columns FROM span_chunks ${order}`);
    this.#chunksOf = db
      .prepare('SELECT chunk FROM span_chunks WHERE cell = ? ORDER BY chunk DESC LIMIT ?')
      .pluck();
    this.#chunk = db.prepare('SELECT seq, columns FROM span_chunks WHERE chunk = ?');

    this.#callsOf = db.prepare(
      'SELECT chunk, calls FROM span_chunks WHERE cell = ? AND calls IS NOT NULL ORDER BY chunk',
    );
    // Each chunk's share of the request that brought it.
    this.#bytesOf = db
      .prepare(
        `SELECT sum(1.0 * log.raw_bytes * count / max(log.accepted, 1))
         FROM span_chunks JOIN log ON log.seq = span_chunks.seq WHERE cell = ?`,
      )
      .pluck();
    this.#conflictsOf = db.prepare(`SELECT seq, columns FROM span_conflicts ${order}`);
    this.#lastConflictsOf = db.prepare(`SELECT seq, columns FROM span_conflicts ${order} DESC LIMIT ?`);
    const inEntry = 'WHERE cell = ? AND seq = ? ORDER BY chunk';
    this.#chunksIn = db.prepare(`SELECT seq, columns FROM span_chunks ${inEntry}`);
    this.#conflictsIn = db.prepare(`SELECT seq, columns FROM span_conflicts ${inEntry}`);
  }

  /**
   * What a cell holds of one of its traces. Where the whole cell is within `enough`, that is what is told: the
   * trace cannot be larger.
   */
  sizeOf(cell: CellState, traceId: string, enough: TraceSize): TraceSize {
    const bytes = Number(this.#bytesOf.get(cell.no) ?? 0);
    const all = cell.spans.count;
    if (all <= enough.spans && bytes <= enough.bytes) return { spans: all, bytes };
    let spans = 0;
    for (const { columns } of this.columnsOf(cell)) {
      const trace = columns.traceIds.indexOf(traceId);
      if (trace < 0) continue;
      for (const at of columns.trace) if (at === trace) spans++;
    }
    return { spans, bytes: (bytes * spans) / all };
  }

  /** The columns of a cell's chunks in order of arrival. */
  *columnsOf(cell: CellState): Iterable<{ chunk: number; columns: SpanColumns }> {
    const rows = this.#columns.all(cell.no) as { chunk: number; columns: Buffer }[];
    for (const row of rows) yield { chunk: row.chunk, columns: decodeSpanColumns(row.columns) };
  }

  /**
   * What a cell's spans of these ids say, and what others that came for the ids later do, newest chunks first: a
   * retry follows soon. Looks no further back than it can in bounded time.
   */
  digests(
    cell: CellState,
    ids: readonly Pick<SpanRecord, 'traceId' | 'spanId'>[],
    decode: DecodeSpans,
  ): Map<string, bigint[]> {
    const wanted = new SpanTable();
    for (const { traceId, spanId } of ids)
      wanted.add(wanted.traceOrdinal(traceId), idHalf(spanId, 0), idHalf(spanId, 8));
    const found = new Map<string, bigint[]>();
    const note = ({ seq, columns: packed }: StoredChunk) => {
      const columns = decodeSpanColumns(packed);
      const rows = rowsIn(columns, wanted);
      if (rows.length === 0) return;
      const digests = this.#digests.of(seq, () => this.#readSent(seq, decode).spans);
      const places = placesOf(columns);
      for (const row of rows) {
        const key = keyAt(columns, row);
        found.set(key, [...(found.get(key) ?? []), digests[places[row] ?? 0] ?? 0n]);
      }
    };
    for (const chunk of this.#chunksOf.all(cell.no, LOOK_BACK_CHUNKS) as number[]) {
      if (found.size === wanted.count) break;
      note(this.#chunk.get(chunk) as StoredChunk);
    }
    for (const conflict of this.#lastConflictsOf.all(cell.no, LOOK_BACK_CHUNKS) as StoredChunk[])
      note(conflict);
    return found;
  }

  /** A cell's trace as it is now; what arrives later does not change it. Cached until the cell changes. */
  trace(cell: CellState): CellTrace {
    const known = this.#cache.get(cell.no);
    if (known) this.#cache.delete(cell.no);
    const trace = known?.revision === cell.revision ? known : this.#build(cell);
    this.#cache.set(cell.no, trace);
    let spans = 0;
    for (const { columns } of this.#cache.values()) spans += columns.count;
    for (const [no, { columns }] of this.#cache) {
      if (spans <= MAX_CACHED_SPANS || no === cell.no) break;
      spans -= columns.count;
      this.#cache.delete(no);
    }
    return trace;
  }

  /** Spans whose id was taken, with what they said instead, in order of arrival. */
  conflicts(cell: CellState, decode: DecodeSpans): ChunkSpan[] {
    const rows = this.#conflictsOf.all(cell.no) as StoredChunk[];
    return rows.flatMap((row) => {
      const reader = new ChunkReader(decodeSpanColumns(row.columns), this.#sentIn(row.seq, decode));
      return Array.from({ length: reader.count }, (_, at) => reader.span(at));
    });
  }

  /**
   * The spans of a cell that came in one log entry, those whose id was taken too, in order of arrival.
   * @param isWorth says from the inflated body, and the ids in it, whether it need be decoded
   */
  inEntry(
    cell: CellState,
    seq: number,
    decode: DecodeSpans,
    isWorth: (body: Uint8Array, ids: () => string[]) => boolean,
  ): Iterable<ChunkSpan> {
    const rows = [...this.#chunksIn.all(cell.no, seq), ...this.#conflictsIn.all(cell.no, seq)];
    const chunks = (rows as StoredChunk[]).map(({ columns }) => decodeSpanColumns(columns));
    if (!this.#sent.has(seq)) {
      const entry = this.#log.entry(seq);
      const body = unpackBody(entry);
      if (!isWorth(body, () => chunks.flatMap(idsOf))) {
        // A search inflates a gigabyte a second and keeps nothing of most of it.
        if (entry.coding !== 'identity') releaseBytes(body);
        return [];
      }
      this.#keepSent(seq, { spans: sentSpans(entry, decode, body), bytes: entry.rawBytes });
    }
    return spansOf(chunks, this.#sentIn(seq, decode));
  }

  /** Forgets what is cached: the rows were dropped. */
  forget(): void {
    this.#cache.clear();
    this.#sent.clear();
    this.#digests.forget();
  }

  /** Ids and parents of a cell's spans, and what its model calls say, in order of arrival. */
  *links(cell: CellState): Generator<SpanLinks> {
    const stored = this.#callsOf.all(cell.no) as { chunk: number; calls: string }[];
    const calls = new Map(stored.map(({ chunk, calls: text }) => [chunk, text]));
    for (const { chunk, columns } of this.columnsOf(cell)) {
      const said = calls.get(chunk);
      yield linksOf(columns, new Map(said === undefined ? [] : JSON.parse(said)));
    }
  }

  /** What the model calls come to, by row of the trace, in its order. */
  calls(cell: CellState, trace: CellTrace): CallCount {
    const { columns, tellings } = trace.full ?? { columns: trace, tellings: null };
    const { calls, ...sums } = countRows(columns.columns, tellings ?? this.#tellings(cell, trace));
    if (trace.full === null) return { ...sums, calls };
    const rowOf = (row: number) => trace.rowOf(columns, row);
    const shown = calls.map((call) => ({
      ...call,
      row: rowOf(call.row),
      otherRows: call.otherRows.map(rowOf).filter((row) => row >= 0),
    }));
    return { ...sums, calls: shown };
  }

  /** What a trace's rows tell of usage, in their order. */
  #tellings(cell: CellState, trace: CellTrace): ToldRow[] {
    const stored = this.#callsOf.all(cell.no) as { chunk: number; calls: string }[];
    return stored
      .flatMap(({ chunk, calls }) =>
        (JSON.parse(calls) as [number, Telling][]).map(([at, telling]) => ({
          row: trace.rowAt(chunk, at),
          telling,
        })),
      )
      .filter(({ row }) => row >= 0)
      .sort((a, b) => a.row - b.row);
  }

  #reader(chunk: number, decode: DecodeSpans): ChunkReader {
    const row = this.#chunk.get(chunk) as StoredChunk;
    return new ChunkReader(decodeSpanColumns(row.columns), this.#sentIn(row.seq, decode));
  }

  /** The spans of a log entry, decoded. The last ones asked for are kept: rows of a page lie together. */
  #sentIn(seq: number, decode: DecodeSpans): SentSpans {
    const known = this.#sent.get(seq) ?? this.#readSent(seq, decode);
    this.#keepSent(seq, known);
    return known.spans;
  }

  #readSent(seq: number, decode: DecodeSpans): KeptSpans {
    const entry = this.#log.entry(seq);
    return { spans: sentSpans(entry, decode), bytes: entry.rawBytes };
  }

  /** Keeps it as the last one asked for. */
  #keepSent(seq: number, kept: KeptSpans): void {
    this.#sent.delete(seq);
    this.#sent.set(seq, kept);
    let bytes = 0;
    for (const sent of this.#sent.values()) bytes += sent.bytes;
    for (const [oldest, sent] of this.#sent) {
      if (bytes <= MAX_SENT_BYTES || oldest === seq) break;
      bytes -= sent.bytes;
      this.#sent.delete(oldest);
    }
  }

  #build(cell: CellState): CellTrace {
    const clock = clockOf(cell) ?? { startNs: 0n, endNs: 0n };
    const chunks = [...this.columnsOf(cell)];
    const conflicts = new Set(
      (this.#conflictsOf.all(cell.no) as StoredChunk[]).flatMap((row) =>
        keysOf(decodeSpanColumns(row.columns)),
      ),
    );
    const columns = chunks.map((chunk) => chunk.columns);
    const traceOf = (leftOut: readonly ReadonlySet<number>[], full: CellTrace['full']) =>
      new CellTrace(
        cell.revision,
        buildTraceIndex(columns, clock.startNs, clock.endNs, conflicts, leftOut),
        chunks.map(({ chunk }) => chunk),
        (chunk, decode) => this.#reader(chunk, decode),
        full,
      );
    const trace = traceOf([], null);
    if ((cell.repeatedSpans ?? 0) === 0) return trace;
    // What log records tell and other spans tell as well is not shown, but it is told.
    const tellings = this.#tellings(cell, trace);
    const leftOut = columns.map(() => new Set<number>());
    for (const row of countRows(trace.columns, tellings).repeated) {
      const [chunk, at] = trace.placeOf(row);
      leftOut[chunk]?.add(at);
    }
    return traceOf(leftOut, { columns: trace, tellings });
  }
}

/** One cell's spans in order of start, then of arrival, as they were at one moment. */
export class CellTrace implements TraceReads {
  readonly revision: number;
  readonly columns: TraceColumns;
  /** The same with the rows that are not shown, and what its rows tell; null where all are shown. */
  readonly full: { readonly columns: CellTrace; readonly tellings: readonly ToldRow[] } | null;
  readonly #index: TraceIndex;
  readonly #chunks: readonly number[];
  readonly #open: (chunk: number, decode: DecodeSpans) => ChunkReader;
  #rows: Map<number, number> | null = null;

  constructor(
    revision: number,
    index: TraceIndex,
    chunks: readonly number[],
    open: (chunk: number, decode: DecodeSpans) => ChunkReader,
    full: CellTrace['full'] = null,
  ) {
    this.full = full;
    this.revision = revision;
    this.columns = index.columns;
    this.#index = index;
    this.#chunks = chunks;
    this.#open = open;
  }

  /** @throws UnavailableError when it cannot be read now */
  async read(rows: Iterable<number>, decode: DecodeSpans): Promise<ChunkSpan[]> {
    try {
      return this.#spansOf(rows, decode);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  #spansOf(rows: Iterable<number>, decode: DecodeSpans): ChunkSpan[] {
    const readers = new Map<number, ChunkReader>();
    return Array.from(rows, (row) => {
      const at = this.#index.chunkOf[row] ?? 0;
      let reader = readers.get(at);
      if (!reader) {
        reader = this.#open(this.#chunks[at] ?? 0, decode);
        readers.set(at, reader);
      }
      return reader.span(this.#index.rowOf[row] ?? 0);
    });
  }

  /** A row's chunk, by its number among the cell's, and the row in it. */
  placeOf(row: number): readonly [chunk: number, at: number] {
    return [this.#index.chunkOf[row] ?? 0, this.#index.rowOf[row] ?? 0];
  }

  /** The row of another trace of the same chunks. */
  rowOf(other: CellTrace, row: number): number {
    const [chunk, at] = other.placeOf(row);
    return this.rowAt(this.#chunks[chunk] ?? 0, at);
  }

  /** The row of a chunk's span, or -1 where it arrived after this trace was read. */
  rowAt(chunk: number, at: number): number {
    if (!this.#rows) {
      const { chunkOf, rowOf } = this.#index;
      this.#rows = new Map();
      for (let row = 0; row < chunkOf.length; row++)
        this.#rows.set((this.#chunks[chunkOf[row] ?? 0] ?? 0) * MAX_CHUNK_SPANS + (rowOf[row] ?? 0), row);
    }
    return this.#rows.get(chunk * MAX_CHUNK_SPANS + at) ?? -1;
  }
}

function* spansOf(chunks: readonly SpanColumns[], sent: SentSpans): Generator<ChunkSpan> {
  for (const columns of chunks) {
    const reader = new ChunkReader(columns, sent);
    for (let at = 0; at < reader.count; at++) yield reader.span(at);
  }
}

/** Trace ids, and the span ids of all rows. */
function idsOf(s: SpanColumns): string[] {
  const ids = Array.from({ length: s.count }, (_, row) => idText(s.idHigh[row] ?? 0, s.idLow[row] ?? 0));
  return [...s.traceIds, ...ids];
}

/** `keyOf` of all rows. */
function keysOf(s: SpanColumns): string[] {
  return Array.from({ length: s.count }, (_, row) => keyAt(s, row));
}

function keyAt(s: SpanColumns, row: number): string {
  return (s.traceIds[s.trace[row] ?? 0] ?? '') + idText(s.idHigh[row] ?? 0, s.idLow[row] ?? 0);
}

/** The rows of a chunk whose spans are in the table. */
function rowsIn(columns: SpanColumns, wanted: SpanTable): number[] {
  const traces = columns.traceIds.map((id) => wanted.traces.get(id));
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++) {
    const trace = traces[columns.trace[row] ?? 0];
    if (trace === undefined) continue;
    if (wanted.find(trace, columns.idHigh[row] ?? 0, columns.idLow[row] ?? 0) >= 0) rows.push(row);
  }
  return rows;
}
