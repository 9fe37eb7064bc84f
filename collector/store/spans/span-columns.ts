// The columns of a chunk of spans: what a trace is drawn from. Exact for every time that OTLP can carry.
//
// zstd of  uint32 header bytes · header JSON, padded to 8 · columns, 37 bytes a span before compression.
// Times are offsets from the header's base, halved into 32-bit columns: the upper halves compress away.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { spanFlag } from '../../../shared/span.ts';
import type { ChunkSpan, SpanLinks, Telling } from '../../cell/records.ts';
import { idHalf, idText, SpanTable } from '../../cell/span-table.ts';

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const HALF = 2 ** 32;

/** Columns in storing order, widest first, so that each is aligned. */
export interface SpanColumns {
  readonly count: number;
  readonly baseNs: bigint;
  readonly names: readonly string[];
  readonly traceIds: readonly string[];
  /** Rows whose times are further than 2^53 ns apart, with both times in full. */
  readonly far: readonly (readonly [row: number, startNs: bigint, endNs: bigint])[];
  /** Where the rows stand among the accepted spans of the request: runs of neighbours, in order of rows. */
  readonly places: readonly (readonly [first: number, count: number])[];
  readonly startLow: Uint32Array;
  readonly startHigh: Int32Array;
  readonly lengthLow: Uint32Array;
  readonly lengthHigh: Int32Array;
  readonly idHigh: Uint32Array;
  readonly idLow: Uint32Array;
  /** Row in this chunk; -1 for a root; else -2 - index into the outer parents. */
  readonly parent: Int32Array;
  /** Ids of parents that are not in this chunk: high and low half in turn. */
  readonly outerParents: Uint32Array;
  readonly name: Uint16Array;
  readonly trace: Uint16Array;
  readonly flags: Uint16Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly timing: Uint8Array;
}

export function encodeSpanColumns(spans: readonly ChunkSpan[]): Uint8Array {
  const count = spans.length;
  const parents = parentsOf(spans);
  const outer = parents.outer;
  const names = new Map<string, number>();
  const traceIds = new Map<string, number>();
  const far: [number, string, string][] = [];
  const baseNs = spans.find(({ flags }) => (flags & UNPLACED) === 0)?.record.startNs ?? 0n;
  const columns = columnsOf(
    new ArrayBuffer(columnBytes(count, outer.length / 2)),
    0,
    count,
    outer.length / 2,
  );
  for (let row = 0; row < count; row++) {
    const span = spans[row] as ChunkSpan;
    const { record } = span;
    const start = record.startNs - baseNs;
    const length = (span.flags & spanFlag.unfinished) !== 0 ? 0n : record.endNs - record.startNs;
    if (isFar(start) || isFar(length)) far.push([row, String(record.startNs), String(record.endNs)]);
    else {
      put(columns.startLow, columns.startHigh, row, Number(start));
      put(columns.lengthLow, columns.lengthHigh, row, Number(length));
    }
    columns.idHigh[row] = idHalf(record.spanId, 0);
    columns.idLow[row] = idHalf(record.spanId, 8);
    columns.name[row] = ordinalOf(names, record.name);
    columns.trace[row] = ordinalOf(traceIds, record.traceId);
    columns.flags[row] = span.flags;
    columns.kind[row] = span.kind;
    columns.status[row] = record.statusCode === 1 || record.statusCode === 2 ? record.statusCode : 0;
    columns.timing[row] = span.timing;
  }
  columns.parent.set(parents.codes);
  columns.outerParents.set(outer);
  const header = {
    count,
    outer: outer.length / 2,
    base: String(baseNs),
    names: [...names.keys()],
    traces: [...traceIds.keys()],
    far,
    places: placesOf(spans),
  };
  return pack(JSON.stringify(header), new Uint8Array(columns.startLow.buffer));
}

const UNPLACED = spanFlag.noStart | spanFlag.clockSuspect;

function isFar(value: bigint): boolean {
  return value > EXACT || value < -EXACT;
}

function put(low: Uint32Array, high: Int32Array, row: number, value: number): void {
  const upper = Math.floor(value / HALF);
  high[row] = upper;
  low[row] = value - upper * HALF;
}

/** The rows' parents as codes of the column, and the ids of those outside the chunk, halves in turn. */
function parentsOf(spans: readonly ChunkSpan[]): { codes: Int32Array; outer: number[] } {
  const inside = new SpanTable();
  /** Rows by their number in the table: one id may stand in several, of which the first counts. */
  const rows: number[] = [];
  spans.forEach(({ record }, row) => {
    const trace = inside.traceOrdinal(record.traceId);
    if (inside.add(trace, idHalf(record.spanId, 0), idHalf(record.spanId, 8)) >= 0) rows.push(row);
  });
  const outside = new SpanTable();
  const outer: number[] = [];
  const codes = Int32Array.from(spans, ({ record: { traceId, parentSpanId } }) => {
    if (parentSpanId === '') return -1;
    const high = idHalf(parentSpanId, 0);
    const low = idHalf(parentSpanId, 8);
    const found = inside.find(inside.traceOrdinal(traceId), high, low);
    if (found >= 0) return rows[found] ?? -1;
    const added = outside.add(0, high, low);
    if (added >= 0) outer.push(high, low);
    return -2 - (added >= 0 ? added : -1 - added);
  });
  return { codes, outer };
}

function placesOf(spans: readonly ChunkSpan[]): [first: number, count: number][] {
  const runs: [number, number][] = [];
  for (const { place } of spans) {
    const run = runs.at(-1);
    if (run && run[0] + run[1] === place) run[1]++;
    else runs.push([place, 1]);
  }
  return runs;
}

function ordinalOf(table: Map<string, number>, text: string): number {
  let ordinal = table.get(text);
  if (ordinal === undefined) {
    ordinal = table.size;
    table.set(text, ordinal);
  }
  return ordinal;
}

function columnBytes(count: number, outer: number): number {
  return count * (7 * 4 + 3 * 2 + 3) + outer * 8;
}

type Columns = Omit<SpanColumns, 'count' | 'baseNs' | 'names' | 'traceIds' | 'far' | 'places'>;

function columnsOf(buffer: ArrayBuffer, start: number, count: number, outer: number): Columns {
  let at = start;
  const take = <T>(type: new (b: ArrayBuffer, o: number, n: number) => T, width: number, n = count): T => {
    const column = new type(buffer, at, n);
    at += n * width;
    return column;
  };
  return {
    startLow: take(Uint32Array, 4),
    startHigh: take(Int32Array, 4),
    lengthLow: take(Uint32Array, 4),
    lengthHigh: take(Int32Array, 4),
    idHigh: take(Uint32Array, 4),
    idLow: take(Uint32Array, 4),
    parent: take(Int32Array, 4),
    outerParents: take(Uint32Array, 4, outer * 2),
    name: take(Uint16Array, 2),
    trace: take(Uint16Array, 2),
    flags: take(Uint16Array, 2),
    kind: take(Uint8Array, 1),
    status: take(Uint8Array, 1),
    timing: take(Uint8Array, 1),
  };
}

function pack(header: string, columns: Uint8Array): Uint8Array {
  const head = Buffer.from(header);
  const start = (4 + head.length + 7) & ~7;
  const bytes = Buffer.alloc(start + columns.length);
  bytes.writeUInt32LE(head.length, 0);
  head.copy(bytes, 4);
  bytes.set(columns, start);
  // zlib answers with a view of 16 kB or more, which thousands of small chunks would keep.
  return new Uint8Array(zstdCompressSync(bytes, ZSTD));
}

export function decodeSpanColumns(blob: Uint8Array): SpanColumns {
  const packed = zstdDecompressSync(blob);
  // zlib may hand out a view into a shared pool: copy to start at an aligned zero.
  const bytes = new Uint8Array(packed);
  const headLength = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headLength)));
  const start = (4 + headLength + 7) & ~7;
  return {
    count: header.count,
    baseNs: BigInt(header.base),
    names: header.names,
    traceIds: header.traces,
    far: header.far.map(([row, from, to]: [number, string, string]) => [row, BigInt(from), BigInt(to)]),
    places: header.places,
    ...columnsOf(bytes.buffer, start, header.count, header.outer),
  };
}

/** Nanoseconds from the chunk's base to the span's start. Meaningless for rows in `far`. */
export function startOffset(s: SpanColumns, row: number): number {
  return (s.startHigh[row] ?? 0) * HALF + (s.startLow[row] ?? 0);
}

/** Nanoseconds from start to end. Meaningless for rows in `far` and for unfinished spans. */
export function lengthAt(s: SpanColumns, row: number): number {
  return (s.lengthHigh[row] ?? 0) * HALF + (s.lengthLow[row] ?? 0);
}

/** The parent's id, '' for a root. */
export function parentIdAt(s: SpanColumns, row: number): string {
  const code = s.parent[row] ?? -1;
  if (code === -1) return '';
  if (code >= 0) return idText(s.idHigh[code] ?? 0, s.idLow[code] ?? 0);
  const index = -2 - code;
  return idText(s.outerParents[2 * index] ?? 0, s.outerParents[2 * index + 1] ?? 0);
}

/** Ids and parents of the rows. @param tellings what they tell of usage, by row */
export function linksOf(s: SpanColumns, tellings: ReadonlyMap<number, Telling>): SpanLinks {
  const parentHigh = new Uint32Array(s.count);
  const parentLow = new Uint32Array(s.count);
  for (let row = 0; row < s.count; row++) {
    const code = s.parent[row] ?? -1;
    if (code === -1) continue;
    const outer = 2 * (-2 - code);
    parentHigh[row] = (code >= 0 ? s.idHigh[code] : s.outerParents[outer]) ?? 0;
    parentLow[row] = (code >= 0 ? s.idLow[code] : s.outerParents[outer + 1]) ?? 0;
  }
  const { count, traceIds, trace, idHigh, idLow, flags, status, timing } = s;
  const ids = { count, traceIds, trace, idHigh, idLow, parentHigh, parentLow };
  return { ...ids, flags, status, timing, times: (row) => timesAt(s, row), tellings };
}

/** Milliseconds since the epoch; an end before the start, or unknown, is the start. */
function timesAt(s: SpanColumns, row: number): { startMs: number; endMs: number } {
  const far = s.far.find(([at]) => at === row);
  const unfinished = ((s.flags[row] ?? 0) & spanFlag.unfinished) !== 0;
  const startNs = far ? far[1] : s.baseNs + BigInt(startOffset(s, row));
  const endNs = far ? far[2] : startNs + BigInt(unfinished ? 0 : lengthAt(s, row));
  return { startMs: Number(startNs) / 1e6, endMs: Number(endNs < startNs ? startNs : endNs) / 1e6 };
}
