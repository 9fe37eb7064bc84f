// The spans of a chunk, whole: its columns say which they are and what was found out about them, the
// request in the log says what they are. Nothing that lies in the log is stored twice. Knows no SQL.

import { type LogEntry, unpackBody } from '../../cell/log-entry.ts';
import type { ChunkSpan, DecodeSpans } from '../../cell/records.ts';
import type { ResourceRecord, ScopeRecord, SpanRecord } from '../../record.ts';
import type { SpanColumns } from './span-columns.ts';

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
  return decode(body, entry.encoding, entry.signal).batches.flatMap(({ resource, scope, records }) =>
    records.map((record) => ({ record, resource, scope })),
  );
}

/** Reads the spans of one chunk. */
export class ChunkReader {
  readonly #columns: SpanColumns;
  readonly #sent: SentSpans;
  readonly #places: Uint32Array;

  constructor(columns: SpanColumns, sent: SentSpans) {
    this.#columns = columns;
    this.#sent = sent;
    this.#places = placesOf(columns);
  }

  get count(): number {
    return this.#columns.count;
  }

  span(row: number): ChunkSpan {
    const place = this.#places[row] ?? 0;
    const { record, resource, scope } = this.#sent[place] as SentSpan;
    const { kind, timing, flags: found } = this.#columns;
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

/** Where each row of a chunk stands among the accepted spans of its request. */
export function placesOf(columns: SpanColumns): Uint32Array {
  const places = new Uint32Array(columns.count);
  let row = 0;
  for (const [first, count] of columns.places) for (let at = 0; at < count; at++) places[row++] = first + at;
  return places;
}
