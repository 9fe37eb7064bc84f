// Records on their way out: with their secrets removed, and as the OTLP/JSON body that the exporter would
// have sent, for the spool. Changes no record in place: the SDK still holds them.
import { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Redactor } from './redact.ts';

/** The spans without secrets: names, attributes, events, links and status. The resource was cleaned before. */
export function cleanSpans(spans: ReadableSpan[], redactor: Redactor | undefined): ReadableSpan[] {
  if (!redactor || redactor.secrets === 0) return spans;
  return spans.map((span) =>
    overlaid(span, {
      name: redactor.clean(span.name),
      attributes: redactor.cleanValue(span.attributes),
      status: redactor.cleanValue(span.status),
      events: span.events.map((event) => ({
        ...event,
        name: redactor.clean(event.name),
        ...(event.attributes ? { attributes: redactor.cleanValue(event.attributes) } : {}),
      })),
      links: span.links.map((link) => ({
        ...link,
        ...(link.attributes ? { attributes: redactor.cleanValue(link.attributes) } : {}),
      })),
    }),
  );
}

export function cleanLogs(records: ReadableLogRecord[], redactor: Redactor | undefined): ReadableLogRecord[] {
  if (!redactor || redactor.secrets === 0) return records;
  return records.map((record) =>
    overlaid(record, {
      body: redactor.cleanValue(record.body),
      attributes: redactor.cleanValue(record.attributes),
    }),
  );
}

export function tracesBody(spans: ReadableSpan[]): string {
  return textOf(JsonTraceSerializer.serializeRequest(spans));
}

export function logsBody(records: ReadableLogRecord[]): string {
  return textOf(JsonLogsSerializer.serializeRequest(records));
}

/** The record as it is but for some of its properties, its methods included. */
function overlaid<T extends object>(record: T, changed: { [K in keyof T]?: T[K] | undefined }): T {
  const descriptors = Object.fromEntries(Object.entries(changed).map(([key, value]) => [key, { value }]));
  return Object.create(record, descriptors) as T;
}

/** @throws when the SDK could not write the records, which it never refuses to */
function textOf(bytes: Uint8Array | undefined): string {
  if (!bytes) throw new Error('the records could not be serialised');
  return new TextDecoder().decode(bytes);
}
