// Spans of model calls and tool calls that an agent tells of in log records, one a call: made from the records alone, so
// that whoever reads the request again makes the same. Does not decode a request, nor decide whose cell it is.
import { createHash } from 'node:crypto';
import { logKey, spanKey } from '../../shared/conventions.ts';
import type { LogForm } from '../../shared/dialects/dialect.ts';
import { dialects, namesOf } from '../../shared/dialects/dialects.ts';
import type { AnyValue, Attribute, Batch, Decoded, LogRecord, ScopeRecord, SpanRecord } from '../record.ts';
import { storePairs } from '../record-values.ts';

const forms: ReadonlyMap<string, LogForm> = new Map(
  dialects.flatMap(({ logs }) => logs ?? []).map((form) => [form.event, form]),
);
/** Forms by scope and the name without its prefix. */
const scopedForms: ReadonlyMap<string, LogForm> = new Map(
  [...forms.values()].flatMap((form) =>
    form.scope === undefined ? [] : [[`${form.scope} ${bareName(form.event)}`, form] as const],
  ),
);
const modelNames = namesOf(({ calls }) => calls?.model);
const toolNames = namesOf(({ tools }) => tools?.name);
const sessionNames = namesOf(({ sessions }) => sessions);
const NS_A_MS = 1_000_000;
const DAY_MS = 86_400_000;
/** OpenTelemetry's kinds: inside, and of a request to somebody else. */
const INTERNAL = 1;
const CLIENT = 3;

/** The spans, each with the record that it was made from, in the order of the records. */
export interface ToldSpans {
  readonly decoded: Decoded<SpanRecord>;
  readonly sources: readonly LogRecord[];
}

export function spansOfLogs({ batches }: Pick<Decoded<LogRecord>, 'batches'>): ToldSpans {
  const sources: LogRecord[] = [];
  const found: Batch<SpanRecord>[] = [];
  for (const { resource, scope, records } of batches) {
    const spans: SpanRecord[] = [];
    for (const record of records) {
      const span = spanOf(record, scope);
      if (span === null) continue;
      spans.push(span);
      sources.push(record);
    }
    if (spans.length > 0) found.push({ resource, scope, records: spans });
  }
  return { decoded: { batches: found, accepted: sources.length, rejected: 0, message: '' }, sources };
}

function spanOf(record: LogRecord, scope: ScopeRecord): SpanRecord | null {
  const form = formOf(record, scope);
  if (form === null) return null;
  const attributes = new Map<string, AnyValue>();
  for (const [key, value] of record.attributes) if (!attributes.has(key)) attributes.set(key, value);
  if (form.carrying?.some((key) => !attributes.has(key))) return null;
  const endNs = record.timeNs || record.observedNs;
  const lengthMs = numberOf(form.durationMs, attributes) ?? 0;
  const startNs = endNs - BigInt(Math.round(Math.min(Math.max(lengthMs, 0), DAY_MS) * NS_A_MS));
  const session = textOf(sessionNames, attributes) ?? '';
  const traceId = record.traceId === '' ? digest(['logs', session], 32) : record.traceId;
  const failed = form.fails === true || textOf(form.success, attributes) === 'false';
  return {
    traceId,
    spanId: digest([traceId, String(endNs), textOfBody(record), storePairs(record.attributes)], 16),
    parentSpanId: record.spanId,
    traceState: '',
    traceFlags: 0,
    name: nameOf(form, attributes),
    otelKind: form.kind === 'model_call' ? CLIENT : INTERNAL,
    startNs,
    endNs,
    attributes: markedBy(form, record.attributes),
    droppedAttributes: record.droppedAttributes,
    events: [],
    droppedEvents: 0,
    links: [],
    droppedLinks: 0,
    statusCode: failed ? 2 : 0,
    statusMessage: failed ? (textOf(form.error, attributes) ?? '') : '',
    flags: 0,
  };
}

/** What the form says of the span outranks what the record says of itself. */
function markedBy({ kind }: LogForm, said: readonly Attribute[]): Attribute[] {
  const marks: Attribute[] = [
    [spanKey.kind, kind],
    [spanKey.toldBy, 'logs'],
  ];
  return [...said.filter(([key]) => key !== spanKey.kind && key !== spanKey.toldBy), ...marks];
}

function formOf({ attributes, eventName, body }: LogRecord, scope: ScopeRecord): LogForm | null {
  const said = attributes.find(([key]) => key === logKey.eventName)?.[1];
  for (const name of [said, eventName, body]) {
    if (typeof name !== 'string') continue;
    const form = forms.get(name) ?? scopedForms.get(`${scope.name} ${name}`);
    if (form) return form;
  }
  return null;
}

function nameOf({ kind }: LogForm, attributes: ReadonlyMap<string, AnyValue>): string {
  const name = textOf(kind === 'model_call' ? modelNames : toolNames, attributes) ?? '';
  return `${kind === 'model_call' ? 'chat' : 'execute_tool'} ${name}`.trimEnd();
}

function textOf(
  names: readonly string[] | undefined,
  attributes: ReadonlyMap<string, AnyValue>,
): string | null {
  for (const name of names ?? []) {
    const value = attributes.get(name);
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'boolean') return String(value);
  }
  return null;
}

function numberOf(
  names: readonly string[] | undefined,
  attributes: ReadonlyMap<string, AnyValue>,
): number | null {
  for (const name of names ?? []) {
    const value = attributes.get(name);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'bigint') return Number(number);
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return null;
}

function textOfBody({ body }: LogRecord): string {
  return typeof body === 'string' ? body : '';
}

function bareName(event: string): string {
  return event.slice(event.indexOf('.') + 1);
}

function digest(value: unknown, length: number): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);
}
