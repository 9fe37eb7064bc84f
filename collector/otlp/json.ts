// Decodes JSON bodies of Export{Trace,Logs,Metrics}ServiceRequest into the records
// that the same request in protobuf decodes to. It refuses what is not OTLP JSON whole (OtlpError
// 400, 413), and single records with impossible ids, times or types one by one; it interprets nothing.
// Spec: OTLP 1.x "JSON Protobuf Encoding": lowerCamelCase keys, ids in hex, enums as numbers.
import { spanFlag } from '../../shared/span.ts';
import type {
  Batch,
  Decoded,
  LogRecord,
  MetricPoint,
  ResourceRecord,
  ScopeRecord,
  SpanEvent,
  SpanLink,
  SpanRecord,
} from '../record.ts';
import { readMetric } from './json-metric.ts';
import { isObject, parseJsonObject } from './json-text.ts';
import { JsonReader } from './json-value.ts';
import { limits } from './limits.ts';
import { Tally } from './tally.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const spanKindNames = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const statusCodeNames = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];
const severityNames = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) =>
    ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${level}${step}`),
  ),
];

/** Where the records of one signal are, and the keys that senders put there by mistake. */
interface Envelope<T> {
  readonly resources: string;
  readonly scopes: string;
  readonly records: string;
  readonly stray: readonly string[];
  /** Adds what one of the records holds. */
  readonly read: (reader: JsonReader, record: JsonObject, records: T[]) => void;
}

const traces: Envelope<SpanRecord> = {
  resources: 'resourceSpans',
  scopes: 'scopeSpans',
  records: 'spans',
  stray: [
    'resource_spans',
    'scope_spans',
    'resourceLogs',
    'resource_logs',
    'instrumentationLibrarySpans',
    'instrumentation_library_spans',
  ],
  read: (reader, item, spans) => {
    const span = readSpan(reader, item);
    if (span !== undefined) spans.push(span);
  },
};

const logs: Envelope<LogRecord> = {
  resources: 'resourceLogs',
  scopes: 'scopeLogs',
  records: 'logRecords',
  stray: ['resource_logs', 'scope_logs', 'log_records', 'resourceSpans', 'resource_spans'],
  read: (reader, item, records) => {
    const log = readLog(reader, item);
    if (log !== undefined) records.push(log);
  },
};

const metrics: Envelope<MetricPoint> = {
  resources: 'resourceMetrics',
  scopes: 'scopeMetrics',
  records: 'metrics',
  stray: ['resource_metrics', 'scope_metrics', 'resourceSpans', 'resource_spans', 'resourceLogs'],
  read: readMetric,
};

/**
 * Decodes an ExportTraceServiceRequest.
 * @throws OtlpError 400 for what is not OTLP JSON, 413 beyond the limits of one request.
 */
export function decodeTracesJson(bytes: Uint8Array): Decoded<SpanRecord> {
  return decodeRequest(bytes, new Tally('span'), traces);
}

/**
 * Decodes an ExportLogsServiceRequest.
 * @throws OtlpError 400 for what is not OTLP JSON, 413 beyond the limits of one request.
 */
export function decodeLogsJson(bytes: Uint8Array): Decoded<LogRecord> {
  return decodeRequest(bytes, new Tally('log record'), logs);
}

/**
 * Decodes an ExportMetricsServiceRequest into data points.
 * @throws OtlpError 400 for what is not OTLP JSON, 413 beyond the limits of one request.
 */
export function decodeMetricsJson(bytes: Uint8Array): Decoded<MetricPoint> {
  return decodeRequest(bytes, new Tally('data point'), metrics);
}

function decodeRequest<T>(bytes: Uint8Array, tally: Tally, envelope: Envelope<T>): Decoded<T> {
  const root = parseJsonObject(bytes);
  const reader = new JsonReader(tally);
  const batches: Batch<T>[] = [];
  noteStrayKeys(tally, root, envelope, envelope.resources);
  for (const item of reader.list(root[envelope.resources], envelope.resources))
    tally.attempt(() => readResourceRecords(reader, item, envelope, batches));
  return { batches, accepted: tally.accepted, rejected: tally.rejected, message: tally.message() };
}

/** ResourceSpans, ResourceLogs or ResourceMetrics. A resource that cannot be read costs its own records. */
function readResourceRecords<T>(
  reader: JsonReader,
  item: unknown,
  envelope: Envelope<T>,
  batches: Batch<T>[],
): void {
  const outer = reader.member(item, envelope.resources);
  const scopes = reader.list(outer[envelope.scopes], envelope.scopes);
  noteStrayKeys(reader.tally, outer, envelope, envelope.scopes);
  reader.tally.under(
    () => reader.resource(outer.resource, outer.schemaUrl),
    NO_RESOURCE,
    (resource) => {
      for (const inner of scopes)
        reader.tally.attempt(() => readScopeRecords(reader, inner, envelope, resource, batches));
    },
  );
}

/** ScopeSpans, ScopeLogs or ScopeMetrics; a scope without accepted records makes no batch. */
function readScopeRecords<T>(
  reader: JsonReader,
  item: unknown,
  envelope: Envelope<T>,
  resource: ResourceRecord,
  batches: Batch<T>[],
): void {
  const { tally } = reader;
  const inner = reader.member(item, envelope.scopes);
  const list = reader.list(inner[envelope.records], envelope.records);
  noteStrayKeys(tally, inner, envelope, envelope.records);
  tally.under(
    () => reader.scope(inner.scope, inner.schemaUrl),
    NO_SCOPE,
    (scope) => {
      const records: T[] = [];
      for (const record of list)
        tally.attempt(
          () => envelope.read(reader, reader.member(record, envelope.records), records),
          () => spanIdOf(record),
        );
      if (records.length > 0) batches.push({ resource, scope, records });
    },
  );
}

const NO_RESOURCE: ResourceRecord = { attributes: [], droppedAttributes: 0, schemaUrl: '' };
const NO_SCOPE: ScopeRecord = { name: '', version: '', attributes: [], droppedAttributes: 0, schemaUrl: '' };

/** The id by which a refusal names a record, if it has a sound one. */
function spanIdOf(record: unknown): string {
  const id = isObject(record) ? record.spanId : undefined;
  return typeof id === 'string' && /^[0-9a-fA-F]{16}$/.test(id) ? id.toLowerCase() : '';
}

const MAX_STRAY_KEYS = 3;
const MAX_STRAY_CHARS = 60;
/** Beside their lists. */
const members: ReadonlySet<string> = new Set(['resource', 'scope', 'schemaUrl', 'schema_url']);

/**
 * Such a key would lose its records in silence: unknown fields are ignored by the protocol. Where the list is missing
 * that belongs there, whatever stands instead of it is meant to be it.
 */
function noteStrayKeys<T>(tally: Tally, object: JsonObject, envelope: Envelope<T>, list: string): void {
  for (const key of envelope.stray) if (Object.hasOwn(object, key)) tally.strayKeys.add(key);
  if (Object.hasOwn(object, list)) return;
  for (const key of Object.keys(object))
    if (!members.has(key) && tally.strayKeys.size < MAX_STRAY_KEYS)
      tally.strayKeys.add(key.slice(0, MAX_STRAY_CHARS));
}

function readSpan(reader: JsonReader, span: JsonObject): SpanRecord | undefined {
  const { tally } = reader;
  tally.beginRecord();
  const traceId = reader.id(span.traceId, 'traceId', 16);
  const spanId = reader.id(span.spanId, 'spanId', 8);
  const parentSpanId = reader.id(span.parentSpanId, 'parentSpanId', 8);
  const startNs = reader.timeNs(span.startTimeUnixNano, 'startTimeUnixNano');
  const endNs = reader.timeNs(span.endTimeUnixNano, 'endTimeUnixNano');
  const { attributes, over } = reader.attributes(span.attributes, 'attributes');
  const { events, overEvents } = readEvents(reader, span.events);
  const { links, overLinks } = readLinks(reader, span.links);
  const status = reader.object(span.status, 'status');
  const record = {
    traceState: reader.text(span.traceState, 'traceState', limits.nameBytes),
    traceFlags: reader.uint32(span.flags, 'flags'),
    name: reader.text(span.name, 'name', limits.nameBytes),
    otelKind: reader.enumeration(span.kind, 'kind', spanKindNames),
    startNs,
    endNs,
    attributes,
    droppedAttributes: reader.uint32(span.droppedAttributesCount, 'droppedAttributesCount') + over,
    events,
    droppedEvents: reader.uint32(span.droppedEventsCount, 'droppedEventsCount') + overEvents,
    links,
    droppedLinks: reader.uint32(span.droppedLinksCount, 'droppedLinksCount') + overLinks,
    statusCode: reader.enumeration(status?.code, 'status.code', statusCodeNames),
    statusMessage: reader.text(status?.message, 'status.message', limits.valueBytes),
  };
  if (tally.rejectsHeadless(spanId ?? '')) return undefined;
  if (!traceId) return tally.reject('traceId', spanId ?? '');
  if (!spanId) return tally.reject('spanId', '');
  const isLate = (timeNs: bigint) => timeNs > limits.timeNs;
  if (isLate(startNs) || isLate(endNs) || events.some((event) => isLate(event.timeNs))) {
    return tally.reject('time', spanId);
  }
  const parentFlag = parentSpanId === undefined ? spanFlag.badParent : 0;
  const flags = tally.recordFlags() | parentFlag;
  return { traceId, spanId, parentSpanId: parentSpanId ?? '', ...record, flags };
}

function readEvents(reader: JsonReader, value: unknown): { events: SpanEvent[]; overEvents: number } {
  const all = reader.list(value, 'events');
  const overEvents = Math.max(0, all.length - limits.events);
  reader.tally.droppedEvents += overEvents;
  const events = reader.objects(all.slice(0, limits.events), 'events').map((event): SpanEvent => {
    reader.tally.part();
    const { attributes, over } = reader.attributes(event.attributes, 'event.attributes');
    return {
      timeNs: reader.timeNs(event.timeUnixNano, 'timeUnixNano'),
      name: reader.text(event.name, 'event.name', limits.nameBytes),
      attributes,
      droppedAttributes: reader.uint32(event.droppedAttributesCount, 'droppedAttributesCount') + over,
    };
  });
  return { events, overEvents };
}

/** The links that point somewhere, up to the limit; all others count as dropped. */
function readLinks(reader: JsonReader, value: unknown): { links: SpanLink[]; overLinks: number } {
  const all = reader.list(value, 'links');
  const links: SpanLink[] = [];
  for (const item of all) {
    if (links.length >= limits.links) break;
    const link = readLink(reader, reader.object(item, 'each of links') ?? {});
    if (link) links.push(link);
  }
  const overLinks = all.length - links.length;
  reader.tally.droppedLinks += overLinks;
  return { links, overLinks };
}

function readLink(reader: JsonReader, link: JsonObject): SpanLink | undefined {
  reader.tally.part();
  const traceId = reader.id(link.traceId, 'link.traceId', 16);
  const spanId = reader.id(link.spanId, 'link.spanId', 8);
  const { attributes, over } = reader.attributes(link.attributes, 'link.attributes');
  const record = {
    traceState: reader.text(link.traceState, 'link.traceState', limits.nameBytes),
    attributes,
    droppedAttributes: reader.uint32(link.droppedAttributesCount, 'droppedAttributesCount') + over,
    traceFlags: reader.uint32(link.flags, 'link.flags'),
  };
  return traceId && spanId ? { traceId, spanId, ...record } : undefined;
}

function readLog(reader: JsonReader, log: JsonObject): LogRecord | undefined {
  const { tally } = reader;
  tally.beginRecord();
  const timeNs = reader.timeNs(log.timeUnixNano, 'timeUnixNano');
  const observedNs = reader.timeNs(log.observedTimeUnixNano, 'observedTimeUnixNano');
  const traceId = reader.id(log.traceId, 'traceId', 16);
  const spanId = reader.id(log.spanId, 'spanId', 8);
  const { attributes, over } = reader.attributes(log.attributes, 'attributes');
  const record = {
    timeNs,
    observedNs,
    severityNumber: reader.enumeration(log.severityNumber, 'severityNumber', severityNames),
    severityText: reader.text(log.severityText, 'severityText', limits.nameBytes),
    eventName: reader.text(log.eventName, 'eventName', limits.nameBytes),
    body: reader.anyValue(log.body, 0),
    attributes,
    droppedAttributes: reader.uint32(log.droppedAttributesCount, 'droppedAttributesCount') + over,
    traceFlags: reader.uint32(log.flags, 'flags'),
  };
  if (tally.rejectsHeadless(spanId ?? '')) return undefined;
  if (timeNs > limits.timeNs || observedNs > limits.timeNs) return tally.reject('time', spanId ?? '');
  const contextFlag = traceId === undefined || spanId === undefined ? spanFlag.badParent : 0;
  const flags = tally.recordFlags() | contextFlag;
  return { ...record, traceId: traceId ?? '', spanId: spanId ?? '', flags };
}
