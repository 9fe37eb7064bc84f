// The compact form of a trace: one array a property, spans in order of start (of equal starts, a span before those
// inside it). The collector writes it, the viewer reads it without a copy and without a bigint: the clock's start is
// given once, each span carries offset and duration in nanoseconds as doubles (exact to 104 days).
//
// Whoever writes it promises, and whoever reads it relies on: rows ascend by offset; parents form a forest, since
// each circle is opened at its lowest row, which is flagged `cycle`; a parent that never arrived is -2 and its
// child flagged `orphan`.
//
// Layout: "PHTC" · uint32 version · uint32 header bytes · uint32 0 · header JSON, padded to 8 ·
// columns in the order of `columnTable`, each padded to 8. Little-endian, as every platform of ours.

import type { SpanKind, SpanStatus, TimingGrade } from './span.ts';
import { spanKinds, spanStatuses, timingGrades } from './span.ts';

export const TRACE_COLUMNS_TYPE = 'application/vnd.playhead.trace-columns';
const MAGIC = 0x43544850;
const VERSION = 1;

export interface TraceColumns {
  readonly count: number;
  /** Unix nanoseconds of the clock's zero, decimal. */
  readonly startNs: string;
  /** Nanoseconds from the clock's zero to the last known end. */
  readonly lengthNs: number;
  /** Distinct span names; `name` holds ordinals into it. */
  readonly names: readonly string[];
  /** Distinct trace ids, 32 lower hex; `trace` holds ordinals into it. */
  readonly traceIds: readonly string[];
  /** Nanoseconds from the clock's zero, ascending; may be negative where a clock is suspect. */
  readonly offset: Float64Array;
  /** Nanoseconds; negative as sent; NaN where the span never ended. */
  readonly duration: Float64Array;
  readonly name: Uint32Array;
  readonly trace: Uint32Array;
  /** Row of the parent, before or after its child; -1 for a root, -2 where the parent never arrived. No circles. */
  readonly parent: Int32Array;
  /** Ordinal into `spanKinds`. */
  readonly kind: Uint8Array;
  /** Ordinal into `spanStatuses`. */
  readonly status: Uint8Array;
  /** Ordinal into `timingGrades`. */
  readonly timing: Uint8Array;
  /** Bits of `spanFlag`. */
  readonly flags: Uint16Array;
  /** 8 bytes a span. */
  readonly spanId: Uint8Array;
}

type Column = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;
type ColumnName = {
  [K in keyof TraceColumns]: TraceColumns[K] extends Column ? K : never;
}[keyof TraceColumns];

const columnTable: readonly {
  name: ColumnName;
  type: new (b: ArrayBuffer, o: number, n: number) => Column;
  per: number;
}[] = [
  { name: 'offset', type: Float64Array, per: 1 },
  { name: 'duration', type: Float64Array, per: 1 },
  { name: 'spanId', type: Uint8Array, per: 8 },
  { name: 'name', type: Uint32Array, per: 1 },
  { name: 'trace', type: Uint32Array, per: 1 },
  { name: 'parent', type: Int32Array, per: 1 },
  { name: 'flags', type: Uint16Array, per: 1 },
  { name: 'kind', type: Uint8Array, per: 1 },
  { name: 'status', type: Uint8Array, per: 1 },
  { name: 'timing', type: Uint8Array, per: 1 },
];

/** Bytes of the compact form. */
export function encodeTraceColumns(columns: TraceColumns): Uint8Array<ArrayBuffer> {
  const { count, startNs, lengthNs, names, traceIds } = columns;
  const header = new TextEncoder().encode(JSON.stringify({ count, startNs, lengthNs, names, traceIds }));
  let size = align8(16 + header.length);
  for (const column of columnTable) size += align8(columns[column.name].byteLength);
  const bytes = new Uint8Array(size);
  new Uint32Array(bytes.buffer, 0, 4).set([MAGIC, VERSION, header.length, 0]);
  bytes.set(header, 16);
  let at = align8(16 + header.length);
  for (const column of columnTable) {
    const data = columns[column.name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += align8(data.byteLength);
  }
  return bytes;
}

/**
 * Reads the compact form; the arrays are views of `buffer`.
 * @throws RangeError when the bytes are not this form, of another version, or cut.
 */
export function decodeTraceColumns(buffer: ArrayBuffer): TraceColumns {
  const head = buffer.byteLength >= 16 ? new Uint32Array(buffer, 0, 4) : new Uint32Array(4);
  if (head[0] !== MAGIC) throw new RangeError('not a trace in compact form');
  if (head[1] !== VERSION)
    throw new RangeError(`compact trace of version ${head[1]}, this build reads ${VERSION}`);
  const headerLength = head[2] ?? 0;
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 16, headerLength)));
  const count = Number(header.count);
  let at = align8(16 + headerLength);
  const arrays: Partial<Record<ColumnName, Column>> = {};
  for (const { name, type, per } of columnTable) {
    const column = new type(buffer, at, count * per);
    arrays[name] = column;
    at += align8(column.byteLength);
  }
  return {
    count,
    startNs: String(header.startNs),
    lengthNs: Number(header.lengthNs),
    names: header.names,
    traceIds: header.traceIds,
    ...(arrays as Pick<TraceColumns, ColumnName>),
  };
}

export function kindAt(columns: TraceColumns, row: number): SpanKind {
  return spanKinds[columns.kind[row] ?? -1] ?? 'other';
}

export function statusAt(columns: TraceColumns, row: number): SpanStatus {
  return spanStatuses[columns.status[row] ?? 0] ?? 'unset';
}

export function timingAt(columns: TraceColumns, row: number): TimingGrade {
  return timingGrades[columns.timing[row] ?? -1] ?? 'none';
}

/** The span's id, 16 lower hex. */
export function spanIdAt(columns: TraceColumns, row: number): string {
  let hex = '';
  for (let i = row * 8; i < row * 8 + 8; i++) hex += (columns.spanId[i] ?? 0).toString(16).padStart(2, '0');
  return hex;
}

function align8(size: number): number {
  return (size + 7) & ~7;
}
