// Turns decoded records back into OTLP request bodies, protobuf and JSON, straight from the .proto
// files and independent of the decoders that it tests. It writes what it is given, valid or not.
import {
  type AnyValue,
  type Attribute,
  type Batch,
  KeyValueList,
  type LogRecord,
  type ResourceRecord,
  type ScopeRecord,
  type SpanEvent,
  type SpanLink,
  type SpanRecord,
} from '../../../collector/record.ts';

/** Bytes of one protobuf message, field by field; the encoders and the mutation tests write with it. */
export class WireWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  raw(bytes: Uint8Array): this {
    while (this.#length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Base-128 varint of the low 64 bits: a negative value takes ten bytes, as protobuf does. */
  varint(value: number | bigint): this {
    const out: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      out.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    out.push(Number(rest));
    return this.raw(Uint8Array.from(out));
  }

  tag(field: number, wireType: number): this {
    return this.varint(BigInt(field) * 8n + BigInt(wireType));
  }

  int(field: number, value: number | bigint): this {
    return this.tag(field, 0).varint(value);
  }

  fixed64(field: number, value: bigint): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return this.tag(field, 1).raw(bytes);
  }

  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.tag(field, 1).raw(bytes);
  }

  fixed32(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
    return this.tag(field, 5).raw(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, 2).varint(value.length).raw(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, write: (inner: WireWriter) => void): this {
    const inner = new WireWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }
}

function fromHex(id: string): Uint8Array {
  return Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** An integer that intValue carries; every other number travels as doubleValue. */
function isIntValue(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

export function writeAnyValue(w: WireWriter, value: AnyValue): void {
  if (typeof value === 'string') w.text(1, value);
  else if (typeof value === 'boolean') w.int(2, value ? 1 : 0);
  else if (typeof value === 'bigint') w.int(3, value);
  else if (typeof value === 'number') isIntValue(value) ? w.int(3, value) : w.double(4, value);
  else if (value instanceof Uint8Array) w.bytes(7, value);
  else if (value instanceof KeyValueList) w.message(6, (list) => writeAttributes(list, 1, value.pairs));
  else if (value !== null) {
    w.message(5, (array) => {
      for (const item of value) array.message(1, (inner) => writeAnyValue(inner, item));
    });
  }
}

export function writeAttributes(w: WireWriter, field: number, attributes: readonly Attribute[]): void {
  for (const [key, value] of attributes) {
    w.message(field, (pair) => {
      pair.text(1, key).message(2, (inner) => writeAnyValue(inner, value));
    });
  }
}

function writeEvent(w: WireWriter, event: SpanEvent): void {
  w.fixed64(1, event.timeNs).text(2, event.name);
  writeAttributes(w, 3, event.attributes);
  w.int(4, event.droppedAttributes);
}

function writeLink(w: WireWriter, link: SpanLink): void {
  w.bytes(1, fromHex(link.traceId)).bytes(2, fromHex(link.spanId)).text(3, link.traceState);
  writeAttributes(w, 4, link.attributes);
  w.int(5, link.droppedAttributes).fixed32(6, link.traceFlags);
}

export function writeSpan(w: WireWriter, span: SpanRecord): void {
  w.bytes(1, fromHex(span.traceId)).bytes(2, fromHex(span.spanId)).text(3, span.traceState);
  if (span.parentSpanId !== '') w.bytes(4, fromHex(span.parentSpanId));
  w.text(5, span.name).int(6, span.otelKind).fixed64(7, span.startNs).fixed64(8, span.endNs);
  writeAttributes(w, 9, span.attributes);
  w.int(10, span.droppedAttributes);
  for (const event of span.events) w.message(11, (inner) => writeEvent(inner, event));
  w.int(12, span.droppedEvents);
  for (const link of span.links) w.message(13, (inner) => writeLink(inner, link));
  w.int(14, span.droppedLinks);
  w.message(15, (status) => {
    status.text(2, span.statusMessage).int(3, span.statusCode);
  });
  w.fixed32(16, span.traceFlags);
}

export function writeLog(w: WireWriter, log: LogRecord): void {
  w.fixed64(1, log.timeNs).int(2, log.severityNumber).text(3, log.severityText);
  w.message(5, (body) => writeAnyValue(body, log.body));
  writeAttributes(w, 6, log.attributes);
  w.int(7, log.droppedAttributes).fixed32(8, log.traceFlags);
  w.bytes(9, fromHex(log.traceId)).bytes(10, fromHex(log.spanId));
  w.fixed64(11, log.observedNs).text(12, log.eventName);
}

function writeResource(w: WireWriter, resource: ResourceRecord): void {
  writeAttributes(w, 1, resource.attributes);
  w.int(2, resource.droppedAttributes);
}

function writeScope(w: WireWriter, scope: ScopeRecord): void {
  w.text(1, scope.name).text(2, scope.version);
  writeAttributes(w, 3, scope.attributes);
  w.int(4, scope.droppedAttributes);
}

export function requestProtobuf<T>(
  batches: readonly Batch<T>[],
  writeRecord: (w: WireWriter, record: T) => void,
): Uint8Array {
  const request = new WireWriter();
  for (const { resource, scope, records } of batches) {
    request.message(1, (outer) => {
      outer.message(1, (inner) => writeResource(inner, resource));
      outer.message(2, (inner) => {
        inner.message(1, (w) => writeScope(w, scope));
        for (const record of records) inner.message(2, (w) => writeRecord(w, record));
        inner.text(3, scope.schemaUrl);
      });
      outer.text(3, resource.schemaUrl);
    });
  }
  return request.finish();
}

/** `ExportTraceServiceRequest`: one ResourceSpans a batch. */
export function tracesProtobuf(batches: readonly Batch<SpanRecord>[]): Uint8Array {
  return requestProtobuf(batches, writeSpan);
}

/** `ExportLogsServiceRequest`: one ResourceLogs a batch. */
export function logsProtobuf(batches: readonly Batch<LogRecord>[]): Uint8Array {
  return requestProtobuf(batches, writeLog);
}

/** Marks a number whose JSON text is written by us: -0 and integers as bare digits. */
class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function stringify(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${stringify(inner)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value);
}

export function doubleJson(value: number): unknown {
  if (!Number.isFinite(value)) return String(value);
  return Object.is(value, -0) ? new JsonText('-0') : value;
}

export function anyValueJson(value: AnyValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: value.toString() };
  if (typeof value === 'number')
    return isIntValue(value) ? { intValue: String(value) } : { doubleValue: doubleJson(value) };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (value instanceof KeyValueList) return { kvlistValue: { values: attributesJson(value.pairs) } };
  if (value === null) return {};
  return { arrayValue: { values: value.map(anyValueJson) } };
}

export function attributesJson(attributes: readonly Attribute[]): unknown[] {
  return attributes.map(([key, value]) => ({ key, value: anyValueJson(value) }));
}

/** The JSON form of one span: a plain object, so that a test can bend it before stringifying. */
export function spanJson(span: SpanRecord): Record<string, unknown> {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId,
    flags: span.traceFlags,
    name: span.name,
    kind: span.otelKind,
    startTimeUnixNano: span.startNs.toString(),
    endTimeUnixNano: span.endNs.toString(),
    attributes: attributesJson(span.attributes),
    droppedAttributesCount: span.droppedAttributes,
    events: span.events.map((event) => ({
      timeUnixNano: event.timeNs.toString(),
      name: event.name,
      attributes: attributesJson(event.attributes),
      droppedAttributesCount: event.droppedAttributes,
    })),
    droppedEventsCount: span.droppedEvents,
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      attributes: attributesJson(link.attributes),
      droppedAttributesCount: link.droppedAttributes,
      flags: link.traceFlags,
    })),
    droppedLinksCount: span.droppedLinks,
    status: { code: span.statusCode, message: span.statusMessage },
  };
}

/** The JSON form of one log record. */
export function logJson(log: LogRecord): Record<string, unknown> {
  return {
    timeUnixNano: log.timeNs.toString(),
    observedTimeUnixNano: log.observedNs.toString(),
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    eventName: log.eventName,
    body: anyValueJson(log.body),
    attributes: attributesJson(log.attributes),
    droppedAttributesCount: log.droppedAttributes,
    flags: log.traceFlags,
    traceId: log.traceId,
    spanId: log.spanId,
  };
}

export function envelopeJson<T>(
  batch: Batch<T>,
  outerKey: string,
  innerKey: string,
  records: unknown[],
): unknown {
  const { resource, scope } = batch;
  const scoped = {
    scope: {
      name: scope.name,
      version: scope.version,
      attributes: attributesJson(scope.attributes),
      droppedAttributesCount: scope.droppedAttributes,
    },
    [innerKey]: records,
    schemaUrl: scope.schemaUrl,
  };
  return {
    resource: {
      attributes: attributesJson(resource.attributes),
      droppedAttributesCount: resource.droppedAttributes,
    },
    [outerKey]: [scoped],
    schemaUrl: resource.schemaUrl,
  };
}

export function utf8Json(request: unknown): Uint8Array {
  return new TextEncoder().encode(stringify(request));
}

/** `ExportTraceServiceRequest` in the JSON encoding. */
export function tracesJson(batches: readonly Batch<SpanRecord>[]): Uint8Array {
  return utf8Json({
    resourceSpans: batches.map((batch) =>
      envelopeJson(batch, 'scopeSpans', 'spans', batch.records.map(spanJson)),
    ),
  });
}

/** `ExportLogsServiceRequest` in the JSON encoding. */
export function logsJson(batches: readonly Batch<LogRecord>[]): Uint8Array {
  return utf8Json({
    resourceLogs: batches.map((batch) =>
      envelopeJson(batch, 'scopeLogs', 'logRecords', batch.records.map(logJson)),
    ),
  });
}

/** One span, bent or not, as the only span of a JSON request. */
export function oneSpanJson(span: Record<string, unknown>): Uint8Array {
  return utf8Json({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

/** One log record, bent or not, as the only record of a JSON request. */
export function oneLogJson(log: Record<string, unknown>): Uint8Array {
  return utf8Json({ resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] });
}
