// Decodes protobuf bodies of ExportTraceServiceRequest and ExportLogsServiceRequest into records.
// It refuses damaged bytes (OtlpError 400) and oversized requests (413) whole, and single records
// with impossible ids or times one by one; it interprets nothing.
// Spec: opentelemetry-proto trace/v1 and logs/v1. Tags are field number × 8 + wire type.
import type { Batch, Decoded, LogRecord, ResourceRecord, SpanRecord } from '../record.ts';
import { limits } from './limits.ts';
import { readLog } from './protobuf-log.ts';
import { readSpan } from './protobuf-span.ts';
import { readResource, readScope, readText, resourceDraft, scopeDraft } from './protobuf-value.ts';
import { Tally } from './tally.ts';
import { WireReader } from './wire-reader.ts';

type ReadRecord<T> = (r: WireReader, end: number, tally: Tally) => T | undefined;

/**
 * Decodes an ExportTraceServiceRequest.
 * @throws OtlpError 400 when the bytes are damaged, 413 beyond `limits.records` or `limits.parts`.
 */
export function decodeTracesProtobuf(bytes: Uint8Array): Decoded<SpanRecord> {
  return decodeRequest(bytes, new Tally('span'), readSpan);
}

/**
 * Decodes an ExportLogsServiceRequest.
 * @throws OtlpError 400 when the bytes are damaged, 413 beyond `limits.records` or `limits.parts`.
 */
export function decodeLogsProtobuf(bytes: Uint8Array): Decoded<LogRecord> {
  return decodeRequest(bytes, new Tally('log record'), readLog);
}

function decodeRequest<T>(bytes: Uint8Array, tally: Tally, readRecord: ReadRecord<T>): Decoded<T> {
  const r = new WireReader(bytes);
  const end = bytes.length;
  const batches: Batch<T>[] = [];
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) readResourceRecords(r, r.length(end), tally, readRecord, batches);
    else r.skip(tag, end);
  }
  return { batches, accepted: tally.accepted, rejected: tally.rejected, message: tally.message() };
}

/** ResourceSpans or ResourceLogs: their field numbers are the same. */
function readResourceRecords<T>(
  r: WireReader,
  end: number,
  tally: Tally,
  readRecord: ReadRecord<T>,
  batches: Batch<T>[],
): void {
  // Fields may come in any order: batches hold the draft before all of it is known.
  const resource = resourceDraft();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) readResource(r, r.length(end), resource, tally);
    else if (tag === 18) readScopeRecords(r, r.length(end), tally, readRecord, resource, batches);
    else if (tag === 26) resource.schemaUrl = readText(r, end, limits.nameBytes, tally);
    else r.skip(tag, end);
  }
}

/** ScopeSpans or ScopeLogs; a scope without accepted records makes no batch. */
function readScopeRecords<T>(
  r: WireReader,
  end: number,
  tally: Tally,
  readRecord: ReadRecord<T>,
  resource: ResourceRecord,
  batches: Batch<T>[],
): void {
  const scope = scopeDraft();
  const records: T[] = [];
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) readScope(r, r.length(end), scope, tally);
    else if (tag === 18) {
      const record = readRecord(r, r.length(end), tally);
      if (record !== undefined) records.push(record);
    } else if (tag === 26) scope.schemaUrl = readText(r, end, limits.nameBytes, tally);
    else r.skip(tag, end);
  }
  if (records.length > 0) batches.push({ resource, scope, records });
}
