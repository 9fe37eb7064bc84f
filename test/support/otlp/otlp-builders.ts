// Builders of decoded OTLP records: every field has a plausible default, a test names only what it
// is about. They make records, never bytes; `otlp-encode.ts` turns records into request bodies.
import type {
  Attribute,
  Batch,
  LogRecord,
  MetricPoint,
  ResourceRecord,
  ScopeRecord,
  SpanEvent,
  SpanLink,
  SpanRecord,
} from '../../../collector/record.ts';

/** 2026-11-22T07:20:00Z: all built times start here. */
export const builtAtNs = 1_795_332_000_000_000_000n;
export const builtTraceId = '5b8efff798038103d269b633813fc60c';

let built = 0;

/** A span id that no earlier call in this process returned: 16 lower hex. */
export function nextSpanId(): string {
  built += 1;
  return (0xeee19b7e00000000n + BigInt(built)).toString(16);
}

/** A finished root span of 13 ms in `builtTraceId`, with a span id of its own. */
export function aSpan(given: Partial<SpanRecord> = {}): SpanRecord {
  const startNs = given.startNs ?? builtAtNs;
  return {
    traceId: builtTraceId,
    spanId: given.spanId ?? nextSpanId(),
    parentSpanId: '',
    traceState: '',
    traceFlags: 0x101,
    name: 'adapter_run',
    otelKind: 1,
    endNs: startNs + 13_000_000n,
    attributes: [],
    droppedAttributes: 0,
    events: [],
    droppedEvents: 0,
    links: [],
    droppedLinks: 0,
    statusCode: 0,
    statusMessage: '',
    flags: 0,
    ...given,
    startNs,
  };
}

export function anEvent(given: Partial<SpanEvent> = {}): SpanEvent {
  return {
    timeNs: builtAtNs + 1_000_000n,
    name: 'terminal.output',
    attributes: [],
    droppedAttributes: 0,
    ...given,
  };
}

export function aLink(given: Partial<SpanLink> = {}): SpanLink {
  return {
    traceId: builtTraceId,
    spanId: given.spanId ?? nextSpanId(),
    traceState: '',
    attributes: [],
    droppedAttributes: 0,
    traceFlags: 1,
    ...given,
  };
}

/** A log record of no trace, with the text body "hello". */
export function aLog(given: Partial<LogRecord> = {}): LogRecord {
  const timeNs = given.timeNs ?? builtAtNs;
  return {
    observedNs: timeNs,
    severityNumber: 9,
    severityText: 'INFO',
    eventName: '',
    body: 'hello',
    attributes: [],
    droppedAttributes: 0,
    traceId: '',
    spanId: '',
    traceFlags: 0,
    flags: 0,
    ...given,
    timeNs,
  };
}

/** One data point of the monotonic, cumulative sum "requests", 1 over the built minute. */
export function aPoint(given: Partial<MetricPoint> & { name?: string } = {}): MetricPoint {
  const { name = 'requests', ...fields } = given;
  return {
    metric: { name, unit: '1', description: '' },
    data: { kind: 'sum', temporality: 2, isMonotonic: true },
    startNs: builtAtNs,
    timeNs: builtAtNs + 60_000_000_000n,
    attributes: [],
    droppedAttributes: 0,
    pointFlags: 0,
    value: 1,
    distribution: null,
    ...fields,
  };
}

export function aResource(
  attributes: readonly Attribute[] = [['service.name', 'test-agent']],
  given: Partial<ResourceRecord> = {},
): ResourceRecord {
  return { attributes, droppedAttributes: 0, schemaUrl: '', ...given };
}

export function aScope(given: Partial<ScopeRecord> = {}): ScopeRecord {
  return { name: 'test', version: '1', attributes: [], droppedAttributes: 0, schemaUrl: '', ...given };
}

/** Records under one resource (attributes, or a whole resource) and the default scope. */
export function aBatch<T>(
  records: readonly T[],
  resource: readonly Attribute[] | ResourceRecord = aResource(),
  scope: ScopeRecord = aScope(),
): Batch<T> {
  return { resource: 'schemaUrl' in resource ? resource : aResource(resource), scope, records };
}
