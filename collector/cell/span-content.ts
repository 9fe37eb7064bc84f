// Which spans are the same: by their ids, and by all that they say. Does not read or store any.
import { createHash } from 'node:crypto';
import type { SpanRecord } from '../record.ts';
import { storePairs } from '../record-values.ts';

/** Further versions of one span that are kept. */
export const MAX_CONFLICTS = 4;

/** (trace id + span id): what makes a span the same span. */
export function keyOf(record: Pick<SpanRecord, 'traceId' | 'spanId'>): string {
  return record.traceId + record.spanId;
}

/** A digest of all that a span says: equal ones are the same span sent twice. */
export function contentDigest(record: SpanRecord): bigint {
  return createHash('sha256').update(contentOf(record)).digest().readBigUInt64LE();
}

function contentOf(record: SpanRecord): string {
  return JSON.stringify([
    record.name,
    String(record.startNs),
    String(record.endNs),
    record.parentSpanId,
    record.otelKind,
    record.statusCode,
    record.statusMessage,
    record.traceState,
    record.traceFlags,
    [record.droppedAttributes, record.droppedEvents, record.droppedLinks],
    storePairs(record.attributes),
    record.events.map((e) => [String(e.timeNs), e.name, e.droppedAttributes, storePairs(e.attributes)]),
    record.links.map((l) => [
      l.traceId,
      l.spanId,
      l.traceState,
      l.droppedAttributes,
      l.traceFlags,
      storePairs(l.attributes),
    ]),
  ]);
}
