// Decodes one Span message of the protobuf wire, with its events, links and status. A span with an
// impossible id or time, or with damage inside, is refused by itself; everything else that is odd is kept and flagged.
// Spec: opentelemetry-proto trace/v1. A tag is field number × 8 + wire type.
import { spanFlag } from '../../shared/span.ts';
import type { Attribute, SpanEvent, SpanLink, SpanRecord } from '../record.ts';
import { limits } from './limits.ts';
import { type Draft, readAttribute, readId, readText } from './protobuf-value.ts';
import type { Tally } from './tally.ts';
import type { WireReader } from './wire-reader.ts';

/** What is known about a span beside its record while its fields come in. */
interface Findings {
  /** Dropped here, to be added to what the sender dropped. */
  attributes: number;
  events: number;
  links: number;
  badParent: boolean;
  /** The latest time of an event. */
  latestNs: bigint;
}

function spanDraft(): Draft<SpanRecord> {
  return {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    traceFlags: 0,
    name: '',
    otelKind: 0,
    startNs: 0n,
    endNs: 0n,
    attributes: [],
    droppedAttributes: 0,
    events: [],
    droppedEvents: 0,
    links: [],
    droppedLinks: 0,
    statusCode: 0,
    statusMessage: '',
    flags: 0,
  };
}

/** The span that ends at `end`; undefined when it was refused, which the tally then tells. */
export function readSpan(r: WireReader, end: number, tally: Tally): SpanRecord | undefined {
  tally.beginRecord();
  const span = spanDraft();
  const found: Findings = { attributes: 0, events: 0, links: 0, badParent: false, latestNs: 0n };
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === 74) found.attributes += readAttribute(r, end, span.attributes, tally);
      else readField(r, tag, end, span, found, tally);
    }
  } catch (error) {
    r.pos = end;
    return tally.rejectDamaged(error, span.spanId);
  }
  if (tally.rejectsHeadless(span.spanId)) return undefined;
  if (span.traceId === '') return tally.reject('traceId', span.spanId);
  if (span.spanId === '') return tally.reject('spanId', '');
  if (span.startNs > limits.timeNs || span.endNs > limits.timeNs || found.latestNs > limits.timeNs) {
    return tally.reject('time', span.spanId);
  }
  span.droppedAttributes += found.attributes;
  span.droppedEvents += found.events;
  span.droppedLinks += found.links;
  span.flags = tally.recordFlags() | (found.badParent ? spanFlag.badParent : 0);
  return span;
}

function readField(
  r: WireReader,
  tag: number,
  end: number,
  span: Draft<SpanRecord>,
  found: Findings,
  tally: Tally,
): void {
  if (tag === 10) span.traceId = readId(r, end, 16) ?? '';
  else if (tag === 18) span.spanId = readId(r, end, 8) ?? '';
  else if (tag === 26) span.traceState = readText(r, end, limits.nameBytes, tally);
  else if (tag === 34) {
    const parent = readId(r, end, 8);
    span.parentSpanId = parent ?? '';
    found.badParent = parent === undefined;
  } else if (tag === 42) span.name = readText(r, end, limits.nameBytes, tally);
  else if (tag === 48) span.otelKind = r.uint32(end) | 0;
  else if (tag === 57) span.startNs = r.fixed64(end);
  else if (tag === 65) span.endNs = r.fixed64(end);
  else if (tag === 80) span.droppedAttributes = r.uint32(end);
  else if (tag === 90) addEvent(r, r.length(end), span.events, found, tally);
  else if (tag === 96) span.droppedEvents = r.uint32(end);
  else if (tag === 106) addLink(r, r.length(end), span.links, found, tally);
  else if (tag === 112) span.droppedLinks = r.uint32(end);
  else if (tag === 122) readStatus(r, r.length(end), span, tally);
  else if (tag === 133) span.traceFlags = r.fixed32(end);
  else r.skip(tag, end);
}

function addEvent(r: WireReader, end: number, events: SpanEvent[], found: Findings, tally: Tally): void {
  if (events.length >= limits.events) {
    r.pos = end;
    tally.droppedEvents += 1;
    found.events += 1;
    return;
  }
  const event = readEvent(r, end, tally);
  if (event.timeNs > found.latestNs) found.latestNs = event.timeNs;
  events.push(event);
}

function addLink(r: WireReader, end: number, links: SpanLink[], found: Findings, tally: Tally): void {
  const link = links.length < limits.links ? readLink(r, end, tally) : undefined;
  if (link) {
    links.push(link);
    return;
  }
  r.pos = end;
  tally.droppedLinks += 1;
  found.links += 1;
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

function readStatus(r: WireReader, end: number, span: Draft<SpanRecord>, tally: Tally): void {
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 18) span.statusMessage = readText(r, end, limits.valueBytes, tally);
    else if (tag === 24) span.statusCode = r.uint32(end) | 0;
    else r.skip(tag, end);
  }
}
