// Decodes one LogRecord message of the protobuf wire. A record with an impossible time or damage inside is refused
// by itself; a trace or span id that is none leaves the record without it and flags it.
// Spec: opentelemetry-proto logs/v1. A tag is field number × 8 + wire type.
import { spanFlag } from '../../shared/span.ts';
import type { LogRecord } from '../record.ts';
import { limits } from './limits.ts';
import { type Draft, readAnyValue, readAttribute, readId, readText } from './protobuf-value.ts';
import type { Tally } from './tally.ts';
import type { WireReader } from './wire-reader.ts';

function logDraft(): Draft<LogRecord> {
  return {
    timeNs: 0n,
    observedNs: 0n,
    severityNumber: 0,
    severityText: '',
    eventName: '',
    body: null,
    attributes: [],
    droppedAttributes: 0,
    traceId: '',
    spanId: '',
    traceFlags: 0,
    flags: 0,
  };
}

/** The log record that ends at `end`; undefined when it was refused, which the tally then tells. */
export function readLog(r: WireReader, end: number, tally: Tally): LogRecord | undefined {
  tally.beginRecord();
  const log = logDraft();
  let traceId: string | undefined = '';
  let spanId: string | undefined = '';
  let over = 0;
  try {
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
  } catch (error) {
    r.pos = end;
    return tally.rejectDamaged(error, spanId ?? '');
  }
  log.traceId = traceId ?? '';
  log.spanId = spanId ?? '';
  if (tally.rejectsHeadless(log.spanId)) return undefined;
  if (log.timeNs > limits.timeNs || log.observedNs > limits.timeNs) return tally.reject('time', log.spanId);
  log.droppedAttributes += over;
  const badContext = traceId === undefined || spanId === undefined;
  log.flags = tally.recordFlags() | (badContext ? spanFlag.badParent : 0);
  return log;
}
