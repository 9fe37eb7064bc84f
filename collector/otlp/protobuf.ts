// Decodes protobuf bodies of ExportTraceServiceRequest and ExportLogsServiceRequest into records.
// It refuses damaged bytes (OtlpError 400) and oversized requests (413) whole, and single records
// with impossible ids or times one by one; it interprets nothing.
// Spec: opentelemetry-proto trace/v1 and logs/v1. Tags are field number × 8 + wire type.
import { spanFlag } from '../../shared/span.ts';
import type {
  Attribute,
  Batch,
  Decoded,
  LogRecord,
  ResourceRecord,
  SpanEvent,
  SpanLink,
  SpanRecord,
} from '../record.ts';
import { limits } from './limits.ts';
import {
  readAnyValue,
  readAttribute,
  readResource,
  readScope,
  readText,
  resourceDraft,
  scopeDraft,
} from './protobuf-value.ts';
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

/** An id of `size` bytes as lower hex; '' when it is absent or zero, undefined when it is no id. */
function readId(r: WireReader, end: number, size: number): string | undefined {
  const stop = r.length(end);
  const start = r.pos;
  r.pos = stop;
  if (stop === start) return '';
  if (stop - start !== size) return undefined;
  return r.isZero(start, stop) ? '' : r.hexId(start, stop);
}

/** textRepaired and truncated, from what the tally counted since the record began. */
function damageFlags(tally: Tally, repairedBefore: number, truncationsBefore: number): number {
  return (
    (tally.repaired === repairedBefore ? 0 : spanFlag.textRepaired) |
    (tally.truncations === truncationsBefore ? 0 : spanFlag.truncated)
  );
}

function readSpan(r: WireReader, end: number, tally: Tally): SpanRecord | undefined {
  tally.beginRecord();
  const repairedBefore = tally.repaired;
  const truncationsBefore = tally.truncations;
  let traceId: string | undefined = '';
  let spanId: string | undefined = '';
  let parentSpanId: string | undefined = '';
  let traceState = '';
  let traceFlags = 0;
  let name = '';
  let otelKind = 0;
  let startNs = 0n;
  let endNs = 0n;
  const attributes: Attribute[] = [];
  let droppedAttributes = 0;
  let overAttributes = 0;
  const events: SpanEvent[] = [];
  let droppedEvents = 0;
  let overEvents = 0;
  const links: SpanLink[] = [];
  let droppedLinks = 0;
  let overLinks = 0;
  const status = { code: 0, message: '' };
  let latestNs = 0n;

  while (r.pos < end) {
    const tag = r.tag(end);
    switch (tag) {
      case 10:
        traceId = readId(r, end, 16);
        break;
      case 18:
        spanId = readId(r, end, 8);
        break;
      case 26:
        traceState = readText(r, end, limits.nameBytes, tally);
        break;
      case 34:
        parentSpanId = readId(r, end, 8);
        break;
      case 42:
        name = readText(r, end, limits.nameBytes, tally);
        break;
      case 48:
        otelKind = r.uint32(end) | 0;
        break;
      case 57:
        startNs = r.fixed64(end);
        break;
      case 65:
        endNs = r.fixed64(end);
        break;
      case 74:
        overAttributes += readAttribute(r, end, attributes, tally);
        break;
      case 80:
        droppedAttributes = r.uint32(end);
        break;
      case 90: {
        const stop = r.length(end);
        if (events.length < limits.events) {
          const event = readEvent(r, stop, tally);
          if (event.timeNs > latestNs) latestNs = event.timeNs;
          events.push(event);
        } else {
          r.pos = stop;
          tally.droppedEvents += 1;
          overEvents += 1;
        }
        break;
      }
      case 96:
        droppedEvents = r.uint32(end);
        break;
      case 106: {
        const stop = r.length(end);
        const link = links.length < limits.links ? readLink(r, stop, tally) : undefined;
        if (link) links.push(link);
        else {
          r.pos = stop;
          tally.droppedLinks += 1;
          overLinks += 1;
        }
        break;
      }
      case 112:
        droppedLinks = r.uint32(end);
        break;
      case 122:
        readStatus(r, r.length(end), status, tally);
        break;
      case 133:
        traceFlags = r.fixed32(end);
        break;
      default:
        r.skip(tag, end);
    }
  }

  if (!traceId) return refuse(tally, 'traceId', spanId ?? '');
  if (!spanId) return refuse(tally, 'spanId', '');
  if (startNs > limits.timeNs || endNs > limits.timeNs || latestNs > limits.timeNs) {
    return refuse(tally, 'time', spanId);
  }
  return {
    traceId,
    spanId,
    parentSpanId: parentSpanId ?? '',
    traceState,
    traceFlags,
    name,
    otelKind,
    startNs,
    endNs,
    attributes,
    droppedAttributes: droppedAttributes + overAttributes,
    events,
    droppedEvents: droppedEvents + overEvents,
    links,
    droppedLinks: droppedLinks + overLinks,
    statusCode: status.code,
    statusMessage: status.message,
    flags:
      damageFlags(tally, repairedBefore, truncationsBefore) |
      (parentSpanId === undefined ? spanFlag.badParent : 0),
  };
}

function refuse(tally: Tally, reason: 'traceId' | 'spanId' | 'time', spanId: string): undefined {
  tally.reject(reason, spanId);
}

function readEvent(r: WireReader, end: number, tally: Tally): SpanEvent {
  const attributes: Attribute[] = [];
  let timeNs = 0n;
  let name = '';
  let droppedAttributes = 0;
  let over = 0;
  tally.part();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 9) timeNs = r.fixed64(end);
    else if (tag === 18) name = readText(r, end, limits.nameBytes, tally);
    else if (tag === 26) over += readAttribute(r, end, attributes, tally);
    else if (tag === 32) droppedAttributes = r.uint32(end);
    else r.skip(tag, end);
  }
  return { timeNs, name, attributes, droppedAttributes: droppedAttributes + over };
}

/** A link, or undefined when it points nowhere. */
function readLink(r: WireReader, end: number, tally: Tally): SpanLink | undefined {
  let traceId: string | undefined = '';
  let spanId: string | undefined = '';
  let traceState = '';
  const attributes: Attribute[] = [];
  let droppedAttributes = 0;
  let over = 0;
  let traceFlags = 0;
  tally.part();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) traceId = readId(r, end, 16);
    else if (tag === 18) spanId = readId(r, end, 8);
    else if (tag === 26) traceState = readText(r, end, limits.nameBytes, tally);
    else if (tag === 34) over += readAttribute(r, end, attributes, tally);
    else if (tag === 40) droppedAttributes = r.uint32(end);
    else if (tag === 53) traceFlags = r.fixed32(end);
    else r.skip(tag, end);
  }
  if (!traceId || !spanId) return undefined;
  return { traceId, spanId, traceState, attributes, droppedAttributes: droppedAttributes + over, traceFlags };
}

function readStatus(
  r: WireReader,
  end: number,
  status: { code: number; message: string },
  tally: Tally,
): void {
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 18) status.message = readText(r, end, limits.valueBytes, tally);
    else if (tag === 24) status.code = r.uint32(end) | 0;
    else r.skip(tag, end);
  }
}

function readLog(r: WireReader, end: number, tally: Tally): LogRecord | undefined {
  tally.beginRecord();
  const repairedBefore = tally.repaired;
  const truncationsBefore = tally.truncations;
  const log = {
    timeNs: 0n,
    observedNs: 0n,
    severityNumber: 0,
    severityText: '',
    eventName: '',
    body: null as LogRecord['body'],
    attributes: [] as Attribute[],
    droppedAttributes: 0,
    traceId: '',
    spanId: '',
    traceFlags: 0,
    flags: 0,
  };
  let traceId: string | undefined = '';
  let spanId: string | undefined = '';
  let over = 0;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 9) log.timeNs = r.fixed64(end);
    else if (tag === 16) log.severityNumber = r.uint32(end) | 0;
    else if (tag === 26) log.severityText = readText(r, end, limits.nameBytes, tally);
    else if (tag === 42) log.body = readAnyValue(r, r.length(end), 0, tally);
    else if (tag === 50) over += readAttribute(r, end, log.attributes, tally);
    else if (tag === 56) log.droppedAttributes = r.uint32(end);
    else if (tag === 69) log.traceFlags = r.fixed32(end);
    else if (tag === 74) traceId = readId(r, end, 16);
    else if (tag === 82) spanId = readId(r, end, 8);
    else if (tag === 89) log.observedNs = r.fixed64(end);
    else if (tag === 98) log.eventName = readText(r, end, limits.nameBytes, tally);
    else r.skip(tag, end);
  }
  if (log.timeNs > limits.timeNs || log.observedNs > limits.timeNs) {
    return refuse(tally, 'time', spanId ?? '');
  }
  log.traceId = traceId ?? '';
  log.spanId = spanId ?? '';
  log.droppedAttributes += over;
  log.flags =
    damageFlags(tally, repairedBefore, truncationsBefore) |
    (traceId === undefined || spanId === undefined ? spanFlag.badParent : 0);
  return log;
}
