// Which spans are the same, by their ids and by all that they say, and which of one id stands: what the harness said before
// what its agent said, and a span that has ended before one that had not. Does not read or store any.
import { createHash } from 'node:crypto';
import { spanFlag } from '../../shared/span.ts';
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

/** Beside the bits of `spanFlag`, in the store alone: an agent under test said it. */
export const SAID_BY_AGENT = 1 << 15;
/** Nothing outranks it. */
export const HIGHEST = 3;

/** @param flags those of the store */
export function spanRank(flags: number): number {
  return ((flags & SAID_BY_AGENT) === 0 ? 2 : 0) + ((flags & spanFlag.unfinished) === 0 ? 1 : 0);
}
