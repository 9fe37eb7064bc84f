// Decodes protobuf bodies of Export{Trace,Logs,Metrics}ServiceRequest into records.
// It refuses a body that is cut (OtlpError 400) and oversized requests (413) whole, records with damage inside or
// impossible ids or times one by one, and those of a damaged resource or scope together; it interprets nothing.
// Spec: opentelemetry-proto trace/v1, logs/v1 and metrics/v1. Tags are field number × 8 + wire type.
import type { Batch, Decoded, LogRecord, MetricPoint, ResourceRecord, SpanRecord } from '../record.ts';
import { limits } from './limits.ts';
import { readLog } from './protobuf-log.ts';
import { readMetric } from './protobuf-metric.ts';
import { readSpan } from './protobuf-span.ts';
import { readResource, readScope, readText, resourceDraft, scopeDraft } from './protobuf-value.ts';
import { Tally } from './tally.ts';
import { WireReader } from './wire-reader.ts';

/** Adds what one Span, LogRecord or Metric message holds. */
type ReadRecords<T> = (r: WireReader, end: number, tally: Tally, records: T[]) => void;

/**
 * Decodes an ExportTraceServiceRequest.
 * @throws OtlpError 400 when the bytes are damaged, 413 beyond `limits.records` or `limits.parts`.
 */
export function decodeTracesProtobuf(bytes: Uint8Array): Decoded<SpanRecord> {
  return walkProtobuf<SpanRecord>(bytes, new Tally('span'), (r, end, tally, spans) => {
    const span = readSpan(r, end, tally);
    if (span !== undefined) spans.push(span);
  });
}

/**
 * Decodes an ExportLogsServiceRequest.
 * @throws OtlpError 400 when the bytes are damaged, 413 beyond `limits.records` or `limits.parts`.
 */
export function decodeLogsProtobuf(bytes: Uint8Array): Decoded<LogRecord> {
  return walkProtobuf<LogRecord>(bytes, new Tally('log record'), (r, end, tally, logs) => {
    const log = readLog(r, end, tally);
    if (log !== undefined) logs.push(log);
  });
}

/**
 * Decodes an ExportMetricsServiceRequest into data points.
 * @throws OtlpError 400 when the bytes are damaged, 413 beyond `limits.records` or `limits.parts`.
 */
export function decodeMetricsProtobuf(bytes: Uint8Array): Decoded<MetricPoint> {
  return walkProtobuf(bytes, new Tally('data point'), readMetric);
}

/** Walks a request of any signal: `readRecords` adds what one Span, LogRecord or Metric holds. */
function walkProtobuf<T>(bytes: Uint8Array, tally: Tally, readRecords: ReadRecords<T>): Decoded<T> {
  const r = new WireReader(bytes);
  const end = bytes.length;
  const batches: Batch<T>[] = [];
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) readResourceRecords(r, r.length(end), tally, readRecords, batches);
    else r.skip(tag, end);
  }
  return { batches, accepted: tally.accepted, rejected: tally.rejected, message: tally.message() };
}

/** ResourceSpans, ResourceLogs or ResourceMetrics: their field numbers are the same. */
function readResourceRecords<T>(
  r: WireReader,
  end: number,
  tally: Tally,
  readRecords: ReadRecords<T>,
  batches: Batch<T>[],
): void {
  const resource = resourceDraft();
  const readHead = () => {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 10) readResource(r, r.length(end), resource, tally);
      else if (tag === 26) resource.schemaUrl = readText(r, end, limits.nameBytes, tally);
      else r.skip(tag, end);
    }
  };
  tally.framed(r, end, readHead, () => {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 18) readScopeRecords(r, r.length(end), tally, readRecords, resource, batches);
      else r.skip(tag, end);
    }
  });
}

/** ScopeSpans, ScopeLogs or ScopeMetrics; a scope without accepted records makes no batch. */
function readScopeRecords<T>(
  r: WireReader,
  end: number,
  tally: Tally,
  readRecords: ReadRecords<T>,
  resource: ResourceRecord,
  batches: Batch<T>[],
): void {
  const scope = scopeDraft();
  const records: T[] = [];
  const readHead = () => {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 10) readScope(r, r.length(end), scope, tally);
      else if (tag === 26) scope.schemaUrl = readText(r, end, limits.nameBytes, tally);
      else r.skip(tag, end);
    }
  };
  tally.framed(r, end, readHead, () => {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 18) readRecords(r, r.length(end), tally, records);
      else r.skip(tag, end);
    }
  });
  if (records.length > 0) batches.push({ resource, scope, records });
}
