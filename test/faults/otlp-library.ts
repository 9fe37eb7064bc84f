// OTLP traces and logs as somebody else decodes them: protobufjs over descriptors written down from
// opentelemetry-proto, and before it a strict walk over the wire that says what is malformed and leaves
// out what protobuf tells a reader to pass over. Independent of collector/otlp; for tests only.
import { isUtf8 } from 'node:buffer';
import protobuf from 'protobufjs';

/** Field number, name, type; a type in capitals is a message, `*` stands for repeated. */
type FieldRow = readonly [number: number, name: string, type: string];

const schema: Record<string, readonly FieldRow[]> = {
  AnyValue: [
    [1, 'stringValue', 'string'],
    [2, 'boolValue', 'bool'],
    [3, 'intValue', 'int64'],
    [4, 'doubleValue', 'double'],
    [5, 'arrayValue', 'ArrayValue'],
    [6, 'kvlistValue', 'KeyValueList'],
    [7, 'bytesValue', 'bytes'],
  ],
  ArrayValue: [[1, 'values', 'AnyValue*']],
  KeyValueList: [[1, 'values', 'KeyValue*']],
  KeyValue: [
    [1, 'key', 'string'],
    [2, 'value', 'AnyValue'],
  ],
  Resource: [
    [1, 'attributes', 'KeyValue*'],
    [2, 'droppedAttributesCount', 'uint32'],
  ],
  Scope: [
    [1, 'name', 'string'],
    [2, 'version', 'string'],
    [3, 'attributes', 'KeyValue*'],
    [4, 'droppedAttributesCount', 'uint32'],
  ],
  Event: [
    [1, 'timeUnixNano', 'fixed64'],
    [2, 'name', 'string'],
    [3, 'attributes', 'KeyValue*'],
    [4, 'droppedAttributesCount', 'uint32'],
  ],
  Link: [
    [1, 'traceId', 'bytes'],
    [2, 'spanId', 'bytes'],
    [3, 'traceState', 'string'],
    [4, 'attributes', 'KeyValue*'],
    [5, 'droppedAttributesCount', 'uint32'],
    [6, 'flags', 'fixed32'],
  ],
  Status: [
    [2, 'message', 'string'],
    [3, 'code', 'int32'],
  ],
  Span: [
    [1, 'traceId', 'bytes'],
    [2, 'spanId', 'bytes'],
    [3, 'traceState', 'string'],
    [4, 'parentSpanId', 'bytes'],
    [5, 'name', 'string'],
    [6, 'kind', 'int32'],
    [7, 'startTimeUnixNano', 'fixed64'],
    [8, 'endTimeUnixNano', 'fixed64'],
    [9, 'attributes', 'KeyValue*'],
    [10, 'droppedAttributesCount', 'uint32'],
    [11, 'events', 'Event*'],
    [12, 'droppedEventsCount', 'uint32'],
    [13, 'links', 'Link*'],
    [14, 'droppedLinksCount', 'uint32'],
    [15, 'status', 'Status'],
    [16, 'flags', 'fixed32'],
  ],
  LogRecord: [
    [1, 'timeUnixNano', 'fixed64'],
    [2, 'severityNumber', 'int32'],
    [3, 'severityText', 'string'],
    [5, 'body', 'AnyValue'],
    [6, 'attributes', 'KeyValue*'],
    [7, 'droppedAttributesCount', 'uint32'],
    [8, 'flags', 'fixed32'],
    [9, 'traceId', 'bytes'],
    [10, 'spanId', 'bytes'],
    [11, 'observedTimeUnixNano', 'fixed64'],
    [12, 'eventName', 'string'],
  ],
  ScopeSpans: [
    [1, 'scope', 'Scope'],
    [2, 'records', 'Span*'],
    [3, 'schemaUrl', 'string'],
  ],
  ScopeLogs: [
    [1, 'scope', 'Scope'],
    [2, 'records', 'LogRecord*'],
    [3, 'schemaUrl', 'string'],
  ],
  ResourceSpans: [
    [1, 'resource', 'Resource'],
    [2, 'scopes', 'ScopeSpans*'],
    [3, 'schemaUrl', 'string'],
  ],
  ResourceLogs: [
    [1, 'resource', 'Resource'],
    [2, 'scopes', 'ScopeLogs*'],
    [3, 'schemaUrl', 'string'],
  ],
  traces: [[1, 'resources', 'ResourceSpans*']],
  logs: [[1, 'resources', 'ResourceLogs*']],
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(schema).map(([name, rows]) => [
      name,
      {
        fields: Object.fromEntries(
          rows.map(([id, field, type]) => [
            field,
            { id, type: type.replace('*', ''), ...(type.endsWith('*') ? { rule: 'repeated' } : {}) },
          ]),
        ),
      },
    ]),
  ),
});

const wireTypes: Record<string, number> = {
  bool: 0,
  int32: 0,
  int64: 0,
  uint32: 0,
  fixed64: 1,
  double: 1,
  fixed32: 5,
};

export class Malformed extends Error {}

/** Why the library would read a body otherwise than the specification says. */
export type Reason =
  | 'a known field of another wire type'
  | 'an unknown field or group'
  | 'a varint longer than it need be'
  | 'an integer wider than its field'
  | 'invalid UTF-8'
  | 'an AnyValue with several members'
  | 'a singular message sent twice';

/** Messages that hold records, or what holds them, beside what is said once of all of these. */
const frames: Readonly<Record<string, string>> = {
  ResourceSpans: 'ScopeSpans*',
  ResourceLogs: 'ScopeLogs*',
  ScopeSpans: 'Span*',
  ScopeLogs: 'LogRecord*',
};

/** Walks one body and writes it again as plainly as it can be written. */
class Walk {
  readonly reasons = new Set<Reason>();
  /** Records with damage inside or around them. */
  damaged = 0;
  #records = 0;
  /** What is said of all records that are read now is damaged. */
  #isHeadless = false;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  message(type: string, end: number): Buffer {
    const held = frames[type];
    if (held === undefined) return this.#fields(type, end, () => 'read');
    const start = this.#at;
    const before = { records: this.#records, isHeadless: this.#isHeadless };
    let written: Buffer = Buffer.alloc(0);
    try {
      written = this.#fields(type, end, (of) => (of === held ? 'pass' : 'read'));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#isHeadless = true;
    }
    this.#at = start;
    try {
      written = Buffer.concat([written, this.#fields(type, end, (of) => (of === held ? 'read' : 'pass'))]);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      // Where nobody can say how many records it holds, it counts as one.
      if (this.#records === before.records) {
        this.#records++;
        this.damaged++;
      }
      this.#at = end;
    }
    this.#isHeadless = before.isHeadless;
    return written;
  }

  #fields(type: string, end: number, use: (fieldType: string) => 'read' | 'pass'): Buffer {
    const rows = schema[type] ?? [];
    const parts: { id: number; bytes: Buffer }[] = [];
    const seen = new Set<number>();
    while (this.#at < end) {
      const tag = this.#varint(end);
      if (tag >= 2n ** 32n) throw new Malformed('field number');
      const id = Number(tag >> 3n);
      const wireType = Number(tag & 7n);
      if (id === 0) throw new Malformed('field 0');
      const row = rows.find(([number]) => number === id);
      if (!row || wireType !== (wireTypes[row[2]] ?? 2)) {
        this.reasons.add(row ? 'a known field of another wire type' : 'an unknown field or group');
        this.#pass(id, wireType, end, 0);
        continue;
      }
      if (use(row[2]) === 'pass') {
        this.#pass(id, wireType, end, 0);
        continue;
      }
      const isMessage = /^[A-Z]/.test(row[2]);
      if (seen.has(id) && isMessage && !row[2].endsWith('*'))
        this.reasons.add('a singular message sent twice');
      seen.add(id);
      if (row[2] === 'Span*' || row[2] === 'LogRecord*') {
        const record = this.#record(row[2], end);
        if (record !== null) parts.push({ id, bytes: record });
      } else parts.push({ id, bytes: this.#field(row[2], wireType, end) });
    }
    if (type === 'AnyValue' && parts.length > 1) {
      this.reasons.add('an AnyValue with several members');
      parts.splice(0, parts.length - 1);
    }
    return Buffer.concat(
      parts.map(({ id, bytes }) => {
        const wireType = wireTypes[rows.find(([number]) => number === id)?.[2] ?? ''] ?? 2;
        return Buffer.concat([varint(BigInt(id * 8 + wireType)), bytes]);
      }),
    );
  }

  /** A receiver gives up one record for damage inside it or in what is said of all; null where there was some. */
  #record(type: string, end: number): Buffer | null {
    const start = this.#at;
    const stop = this.#length(end);
    this.#at = start;
    this.#records++;
    try {
      const record = this.#field(type, 2, end);
      if (!this.#isHeadless) return record;
      this.damaged++;
      return null;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#at = stop;
      this.damaged++;
      return null;
    }
  }

  #field(type: string, wireType: number, end: number): Buffer {
    if (wireType === 0) {
      const value = this.#varint(end);
      const low = BigInt.asUintN(32, value);
      if (type === 'int64') return varint(value);
      if (type === 'bool') return varint(value === 0n ? 0n : 1n);
      // Protobuf keeps the low 32 bits. The library loses its place behind 6 to 9 bytes of them.
      if (low !== value) this.reasons.add('an integer wider than its field');
      return varint(low);
    }
    if (wireType !== 2) return this.#take(wireType === 1 ? 8 : 4, end);
    const stop = this.#length(end);
    if (type === 'string' || type === 'bytes') {
      const raw = this.#take(stop - this.#at, stop);
      if (type === 'bytes' || isUtf8(raw)) return Buffer.concat([varint(BigInt(raw.length)), raw]);
      this.reasons.add('invalid UTF-8');
      const repaired = Buffer.from(raw.toString('utf8'));
      return Buffer.concat([varint(BigInt(repaired.length)), repaired]);
    }
    const inner = this.message(type.replace('*', ''), stop);
    return Buffer.concat([varint(BigInt(inner.length)), inner]);
  }

  #pass(id: number, wireType: number, end: number, depth: number): void {
    if (wireType === 0) this.#varint(end);
    else if (wireType === 1) this.#take(8, end);
    else if (wireType === 2) this.#at = this.#length(end);
    else if (wireType === 5) this.#take(4, end);
    else if (wireType === 3) this.#group(id, end, depth + 1);
    else throw new Malformed(`wire type ${wireType}`);
  }

  #group(opened: number, end: number, depth: number): void {
    if (depth > 100) throw new Malformed('groups too deep');
    for (;;) {
      if (this.#at >= end) throw new Malformed('group without end');
      const tag = this.#varint(end);
      if (tag >= 2n ** 32n || tag < 8n) throw new Malformed('field number');
      const [id, wireType] = [Number(tag >> 3n), Number(tag & 7n)];
      if (wireType === 4 && id === opened) return;
      this.#pass(id, wireType, end, depth);
    }
  }

  #take(count: number, end: number): Buffer {
    if (this.#at + count > end) throw new Malformed('truncated');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #length(end: number): number {
    const length = this.#varint(end);
    if (length > BigInt(end - this.#at)) throw new Malformed('length past the end');
    return this.#at + Number(length);
  }

  #varint(end: number): bigint {
    let value = 0n;
    const start = this.#at;
    for (let index = 0n; index < 10n; index++) {
      if (this.#at >= end) throw new Malformed('truncated');
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= BigInt(byte & 0x7f) << (7n * index);
      if (byte >= 0x80) continue;
      if (value >= 2n ** 64n) throw new Malformed('varint of more than 64 bits');
      if (varint(value).length < this.#at - start) this.reasons.add('a varint longer than it need be');
      return value;
    }
    throw new Malformed('varint of more than 10 bytes');
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

export interface LibraryRequest {
  /** protobufjs's message as a plain object: 64-bit integers as text, absent fields left out. */
  readonly request: unknown;
  readonly reasons: ReadonlySet<Reason>;
  /** How many records were left out, for damage inside or around them. */
  readonly damaged: number;
}

/** @throws Malformed where no protobuf reader may accept the bytes */
export function decodeWithLibrary(body: Uint8Array, signal: 'traces' | 'logs'): LibraryRequest {
  const walk = new Walk(body);
  const plain = walk.message(signal, body.length);
  const type = root.lookupType(signal);
  const request = type.toObject(type.decode(plain), {
    longs: String,
    arrays: true,
  });
  return { request, reasons: walk.reasons, damaged: walk.damaged };
}
