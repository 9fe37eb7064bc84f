// The spans of a chunk, whole: its columns say which they are and what was found out about them, the
// request in the log says what they are. Nothing that lies in the log is stored twice. Knows no SQL.
import type { Decoded, Encoding, ResourceRecord, ScopeRecord, SpanRecord } from '../../record.ts';
import { storePairs } from '../cells/value-json.ts';
import { type LogEntry, unpackBody } from '../request-log/request-log.ts';
import type { ChunkSpan, Skeleton } from './span-skeleton.ts';

/** How the spans of a body are read: the store knows no OTLP, whoever asks it for spans does. */
export type DecodeSpans = (body: Uint8Array, encoding: Encoding) => Decoded<SpanRecord>;

/** One accepted span of a request. */
interface SentSpan {
  readonly record: SpanRecord;
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
}

/** The accepted spans of a traces request, in the order in which they were sent. */
export type SentSpans = readonly SentSpan[];

/** @param body the entry's, inflated, where it is at hand */
export function sentSpans(entry: LogEntry, decode: DecodeSpans, body = unpackBody(entry)): SentSpans {
  if (entry.encoding === 'text') throw new Error('a text holds no spans');
  return decode(body, entry.encoding).batches.flatMap(({ resource, scope, records }) =>
    records.map((record) => ({ record, resource, scope })),
  );
}

/** Reads the spans of one chunk. */
export class ChunkReader {
  readonly #skeleton: Skeleton;
  readonly #sent: SentSpans;
  readonly #places: Uint32Array;

  constructor(skeleton: Skeleton, sent: SentSpans) {
    this.#skeleton = skeleton;
    this.#sent = sent;
    this.#places = new Uint32Array(skeleton.count);
    let row = 0;
    for (const [first, count] of skeleton.places)
      for (let at = 0; at < count; at++) this.#places[row++] = first + at;
  }

  get count(): number {
    return this.#skeleton.count;
  }

  span(row: number): ChunkSpan {
    const place = this.#places[row] ?? 0;
    const { record, resource, scope } = this.#sent[place] as SentSpan;
    const { kind, timing, flags: found } = this.#skeleton;
    const flags = found[row] ?? 0;
    return {
      record: { ...record, flags },
      resource,
      scope,
      kind: kind[row] ?? 0,
      timing: timing[row] ?? 0,
      flags,
      place,
    };
  }
}

/** All that a span says, as one text: equal texts are the same span sent twice. */
export function contentOf(record: SpanRecord): string {
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
