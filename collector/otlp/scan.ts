// The cheap look at a body before it is acknowledged: walks the protobuf wire and finds exactly
// what decoding would refuse, cut or repair, without building a record. Whoever changes a rule in a
// protobuf-*.ts changes it here: a property test holds the two together. JSON has no cheap walk.
import type { AnyRecord, Decoded, Encoding } from '../record.ts';
import type { FirstText } from './first-text.ts';
import { decodeLogsJson, decodeMetricsJson, decodeTracesJson } from './json.ts';
import { limits } from './limits.ts';
import type { ResourceShares } from './resource-shares.ts';
import { scanMetric } from './scan-metric.ts';
import { scanAnyValue, scanAttribute, scanId, scanText, scanTime } from './scan-value.ts';
import { Tally } from './tally.ts';
import type { TraceCounts } from './trace-counts.ts';
import { WireReader } from './wire-reader.ts';

export interface Scan {
  readonly accepted: number;
  readonly rejected: number;
  /** What `Decoded.message` will be. */
  readonly message: string;
}

/** Told of the good records while they are found, by whoever wants to know. */
export interface ScanNotes {
  /** Of the spans of each trace. */
  readonly traces?: TraceCounts;
  readonly resources?: ResourceShares;
  readonly labels?: FirstText;
}

type ScanRecord = (r: WireReader, end: number, tally: Tally) => void;

/**
 * Validates an ExportTraceServiceRequest.
 * @throws the OtlpError that decoding it would throw.
 */
export function scanTraces(bytes: Uint8Array, encoding: Encoding, notes: ScanNotes = {}): Scan {
  const { traces } = notes;
  if (encoding === 'protobuf') return scanRequest(bytes, new Tally('span', traces), scanSpan, notes);
  const decoded = decodeTracesJson(bytes);
  if (traces)
    for (const { records } of decoded.batches) for (const { traceId } of records) traces.add(traceId, 1);
  return counts(decoded, notes);
}

/**
 * Validates an ExportLogsServiceRequest.
 * @throws the OtlpError that decoding it would throw.
 */
export function scanLogs(bytes: Uint8Array, encoding: Encoding, notes: ScanNotes = {}): Scan {
  if (encoding === 'json') return counts(decodeLogsJson(bytes), notes);
  return scanRequest(bytes, new Tally('log record'), scanLog, notes);
}

/**
 * Validates an ExportMetricsServiceRequest; counts data points.
 * @throws the OtlpError that decoding it would throw.
 */
export function scanMetrics(bytes: Uint8Array, encoding: Encoding, notes: ScanNotes = {}): Scan {
  if (encoding === 'json') return counts(decodeMetricsJson(bytes), notes);
  return scanRequest(bytes, new Tally('data point'), scanMetric, notes);
}

function counts(decoded: Decoded<AnyRecord>, { resources, labels }: ScanNotes): Scan {
  resources?.noteDecoded(decoded);
  labels?.noteDecoded(decoded);
  const { accepted, rejected, message } = decoded;
  return { accepted, rejected, message };
}

function scanRequest(
  bytes: Uint8Array,
  tally: Tally,
  scanRecord: ScanRecord,
  { resources, labels }: ScanNotes,
): Scan {
  const r = new WireReader(bytes);
  const end = bytes.length;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag !== 10) {
      r.skip(tag, end);
      continue;
    }
    const stop = r.length(end);
    const start = r.pos;
    const before = tally.accepted;
    scanResourceRecords(r, stop, tally, scanRecord);
    const count = tally.accepted - before;
    if (count > 0) resources?.note(bytes, start, stop, count);
  }
  labels?.noteProtobuf(bytes);
  return { accepted: tally.accepted, rejected: tally.rejected, message: tally.message() };
}

function scanResourceRecords(r: WireReader, end: number, tally: Tally, scanRecord: ScanRecord): void {
  const scanHead = () => {
    let attributes = 0;
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 10) attributes = scanResource(r, r.length(end), attributes, tally);
      else if (tag === 26) scanText(r, end, limits.nameBytes, tally);
      else r.skip(tag, end);
    }
  };
  tally.framed(r, end, scanHead, () => {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 18) scanScopeRecords(r, r.length(end), tally, scanRecord);
      else r.skip(tag, end);
    }
  });
}

function scanScopeRecords(r: WireReader, end: number, tally: Tally, scanRecord: ScanRecord): void {
  const scanHead = () => {
    let attributes = 0;
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 10) attributes = scanScope(r, r.length(end), attributes, tally);
      else if (tag === 26) scanText(r, end, limits.nameBytes, tally);
      else r.skip(tag, end);
    }
  };
  tally.framed(r, end, scanHead, () => {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 18) scanRecord(r, r.length(end), tally);
      else r.skip(tag, end);
    }
  });
}

function scanResource(r: WireReader, end: number, before: number, tally: Tally): number {
  let attributes = before;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) attributes = scanAttribute(r, end, attributes, tally);
    else if (tag === 16) r.skipVarint(end);
    else r.skip(tag, end);
  }
  return attributes;
}

function scanScope(r: WireReader, end: number, before: number, tally: Tally): number {
  let attributes = before;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10 || tag === 18) scanText(r, end, limits.nameBytes, tally);
    else if (tag === 26) attributes = scanAttribute(r, end, attributes, tally);
    else if (tag === 32) r.skipVarint(end);
    else r.skip(tag, end);
  }
  return attributes;
}

function scanSpan(r: WireReader, end: number, tally: Tally): void {
  tally.beginRecord();
  let traceIdOk = false;
  let traceIdStop = 0;
  let spanIdOk = false;
  /** Where the span id's bytes are; only a refusal reads them. */
  let spanIdStop = 0;
  let startTooLate = false;
  let endTooLate = false;
  let eventTooLate = false;
  let attributes = 0;
  let events = 0;
  let links = 0;
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      switch (tag) {
        case 74:
          attributes = scanAttribute(r, end, attributes, tally);
          break;
        case 10:
          traceIdOk = scanId(r, end, 16);
          traceIdStop = r.pos;
          break;
        case 18:
          spanIdOk = scanId(r, end, 8);
          spanIdStop = r.pos;
          break;
        case 26:
        case 42:
          scanText(r, end, limits.nameBytes, tally);
          break;
        case 57:
          startTooLate = scanTime(r, end);
          break;
        case 65:
          endTooLate = scanTime(r, end);
          break;
        case 90: {
          const stop = r.length(end);
          if (events < limits.events) {
            events += 1;
            if (scanEvent(r, stop, tally)) eventTooLate = true;
          } else {
            r.pos = stop;
            tally.droppedEvents += 1;
          }
          break;
        }
        case 106: {
          const stop = r.length(end);
          if (links < limits.links && scanLink(r, stop, tally)) links += 1;
          else {
            r.pos = stop;
            tally.droppedLinks += 1;
          }
          break;
        }
        case 122:
          scanStatus(r, r.length(end), tally);
          break;
        default:
          r.skip(tag, end);
      }
    }
  } catch (error) {
    r.pos = end;
    tally.rejectDamaged(error, spanIdOk ? r.hexId(spanIdStop - 8, spanIdStop) : '');
    return;
  }
  if (traceIdOk && spanIdOk && !startTooLate && !endTooLate && !eventTooLate && !tally.isHeadless) {
    tally.traces?.note(r, traceIdStop - 16);
    return;
  }
  const spanId = spanIdOk ? r.hexId(spanIdStop - 8, spanIdStop) : '';
  if (tally.rejectsHeadless(spanId)) return;
  tally.reject(!traceIdOk ? 'traceId' : !spanIdOk ? 'spanId' : 'time', spanId);
}

/** @returns whether the event's time is beyond 2^63-1. */
function scanEvent(r: WireReader, end: number, tally: Tally): boolean {
  let tooLate = false;
  let attributes = 0;
  tally.part();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 9) tooLate = scanTime(r, end);
    else if (tag === 18) scanText(r, end, limits.nameBytes, tally);
    else if (tag === 26) attributes = scanAttribute(r, end, attributes, tally);
    else r.skip(tag, end);
  }
  return tooLate;
}

/** @returns whether the link points somewhere. */
function scanLink(r: WireReader, end: number, tally: Tally): boolean {
  let traceIdOk = false;
  let spanIdOk = false;
  let attributes = 0;
  tally.part();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) traceIdOk = scanId(r, end, 16);
    else if (tag === 18) spanIdOk = scanId(r, end, 8);
    else if (tag === 26) scanText(r, end, limits.nameBytes, tally);
    else if (tag === 34) attributes = scanAttribute(r, end, attributes, tally);
    else r.skip(tag, end);
  }
  return traceIdOk && spanIdOk;
}

function scanStatus(r: WireReader, end: number, tally: Tally): void {
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 18) scanText(r, end, limits.valueBytes, tally);
    else r.skip(tag, end);
  }
}

function scanLog(r: WireReader, end: number, tally: Tally): void {
  tally.beginRecord();
  let timeTooLate = false;
  let observedTooLate = false;
  let spanIdOk = false;
  let spanIdStop = 0;
  let attributes = 0;
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 50) attributes = scanAttribute(r, end, attributes, tally);
      else if (tag === 9) timeTooLate = scanTime(r, end);
      else if (tag === 89) observedTooLate = scanTime(r, end);
      else if (tag === 26 || tag === 98) scanText(r, end, limits.nameBytes, tally);
      else if (tag === 42) scanAnyValue(r, r.length(end), 0, tally);
      else if (tag === 82) {
        spanIdOk = scanId(r, end, 8);
        spanIdStop = r.pos;
      } else r.skip(tag, end);
    }
  } catch (error) {
    r.pos = end;
    tally.rejectDamaged(error, spanIdOk ? r.hexId(spanIdStop - 8, spanIdStop) : '');
    return;
  }
  if (!timeTooLate && !observedTooLate && !tally.isHeadless) return;
  const spanId = spanIdOk ? r.hexId(spanIdStop - 8, spanIdStop) : '';
  if (!tally.rejectsHeadless(spanId)) tally.reject('time', spanId);
}
