// The columns of a chunk of spans: what a trace is drawn from. Exact for every time that OTLP can carry.
//
// zstd of  uint32 header bytes · header JSON, padded to 8 · columns, 37 bytes a span before compression.
// Times are offsets from the header's base, halved into 32-bit columns: the upper halves compress away.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { spanFlag } from '../../shared/span.ts';
import type { ResourceRecord, ScopeRecord, SpanRecord } from '../record.ts';

/** A span with what the projector found out about it. */
export interface ChunkSpan {
  readonly record: SpanRecord;
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
  /** Ordinal into `spanKinds`. */
  readonly kind: number;
  /** Ordinal into `timingGrades`. */
  readonly timing: number;
  /** Bits of `spanFlag`. */
  readonly flags: number;
}

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const HALF = 2 ** 32;

/** Columns in storing order, widest first, so that each is aligned. */
export interface Skeleton {
  readonly count: number;
  readonly baseNs: bigint;
  readonly names: readonly string[];
  readonly traceIds: readonly string[];
  /** Rows whose times are further than 2^53 ns apart, with both times in full. */
  readonly far: readonly (readonly [row: number, startNs: bigint, endNs: bigint])[];
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

export function idHalf(id: string, at: 0 | 8): number {
  return Number.parseInt(id.slice(at, at + 8), 16);
}

export function idText(high: number, low: number): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

export function encodeSkeleton(spans: readonly ChunkSpan[]): Uint8Array {
  const count = spans.length;
  const rows = new Map<string, number>();
  spans.forEach(({ record }, row) => {
    rows.set(record.traceId + record.spanId, row);
  });
  const outer = outerParentsOf(spans, rows);
  const names = new Map<string, number>();
  const traceIds = new Map<string, number>();
  const far: [number, string, string][] = [];
  const baseNs = spans.find(({ flags }) => (flags & UNPLACED) === 0)?.record.startNs ?? 0n;
  const columns = columnsOf(new ArrayBuffer(columnBytes(count, outer.size)), 0, count, outer.size);
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
    columns.parent[row] = parentCode(record, rows, outer);
    columns.name[row] = ordinalOf(names, record.name);
    columns.trace[row] = ordinalOf(traceIds, record.traceId);
    columns.flags[row] = span.flags;
    columns.kind[row] = span.kind;
    columns.status[row] = record.statusCode === 1 || record.statusCode === 2 ? record.statusCode : 0;
    columns.timing[row] = span.timing;
  }
  for (const [id, index] of outer) {
    columns.outerParents[2 * index] = idHalf(id, 0);
    columns.outerParents[2 * index + 1] = idHalf(id, 8);
  }
  const header = {
    count,
    outer: outer.size,
    base: String(baseNs),
    names: [...names.keys()],
    traces: [...traceIds.keys()],
    far,
  };
  return packSkeleton(JSON.stringify(header), new Uint8Array(columns.startLow.buffer));
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

/** Parents outside the chunk, numbered. */
function outerParentsOf(spans: readonly ChunkSpan[], rows: ReadonlyMap<string, number>): Map<string, number> {
  const outer = new Map<string, number>();
  for (const { record } of spans)
    if (record.parentSpanId !== '' && !rows.has(record.traceId + record.parentSpanId))
      ordinalOf(outer, record.parentSpanId);
  return outer;
}

function parentCode(
  record: SpanRecord,
  rows: ReadonlyMap<string, number>,
  outer: ReadonlyMap<string, number>,
): number {
  if (record.parentSpanId === '') return -1;
  return rows.get(record.traceId + record.parentSpanId) ?? -2 - (outer.get(record.parentSpanId) ?? 0);
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

type Columns = Omit<Skeleton, 'count' | 'baseNs' | 'names' | 'traceIds' | 'far'>;

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

function packSkeleton(header: string, columns: Uint8Array): Uint8Array {
  const head = Buffer.from(header);
  const start = (4 + head.length + 7) & ~7;
  const bytes = Buffer.alloc(start + columns.length);
  bytes.writeUInt32LE(head.length, 0);
  head.copy(bytes, 4);
  bytes.set(columns, start);
  return zstdCompressSync(bytes, ZSTD);
}

export function decodeSkeleton(blob: Uint8Array): Skeleton {
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
    ...columnsOf(bytes.buffer, start, header.count, header.outer),
  };
}

/** Nanoseconds from the chunk's base to the span's start. Meaningless for rows in `far`. */
export function startOffset(s: Skeleton, row: number): number {
  return (s.startHigh[row] ?? 0) * HALF + (s.startLow[row] ?? 0);
}

/** Nanoseconds from start to end. Meaningless for rows in `far` and for unfinished spans. */
export function lengthAt(s: Skeleton, row: number): number {
  return (s.lengthHigh[row] ?? 0) * HALF + (s.lengthLow[row] ?? 0);
}

/** The parent's id, '' for a root. */
export function parentIdAt(s: Skeleton, row: number): string {
  const code = s.parent[row] ?? -1;
  if (code === -1) return '';
  if (code >= 0) return idText(s.idHigh[code] ?? 0, s.idLow[code] ?? 0);
  const index = -2 - code;
  return idText(s.outerParents[2 * index] ?? 0, s.outerParents[2 * index + 1] ?? 0);
}
