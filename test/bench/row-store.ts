// The reference design: one row a span, attributes as JSON, two indexes, one transaction a batch, the same
// synchronous=FULL. Every choice that is open favours it: ids are blobs, both indexes grow in clusters,
// events, links and resources cost it nothing.
import Database from 'better-sqlite3';
import {
  decodeWithLibrary,
  type WireLong,
  type WirePair,
  type WireSpan,
  type WireValue,
} from './otlp-schema.ts';

/** A span as the reference's one table holds it. */
export type SpanRow = [
  traceId: Uint8Array,
  spanId: Uint8Array,
  parentSpanId: Uint8Array | null,
  cellId: string,
  name: string,
  kind: number,
  startNs: bigint,
  endNs: bigint,
  statusCode: number,
  attributes: string,
];

export class RowStore {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;

  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(`
      CREATE TABLE spans (
        trace_id BLOB NOT NULL, span_id BLOB NOT NULL, parent_span_id BLOB, cell_id TEXT NOT NULL,
        name TEXT NOT NULL, kind INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
        status_code INTEGER NOT NULL, attributes TEXT NOT NULL
      );
      CREATE INDEX spans_of_trace ON spans (trace_id, span_id);
      CREATE INDEX spans_of_cell ON spans (cell_id, start_ns);
    `);
    this.#insert = this.#db.prepare('INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#begin = this.#db.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#db.prepare('COMMIT');
  }

  /** Inserts a batch; it is on disk when this returns. */
  insert(rows: Iterable<SpanRow>): void {
    this.#begin.run();
    for (const row of rows) this.#insert.run(row);
    this.#commit.run();
  }

  close(): void {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }
}

/** The rows of a body, decoded with the library. */
export function* rowsOf(body: Uint8Array): Generator<SpanRow> {
  for (const { resource, scopeSpans } of decodeWithLibrary(body).resourceSpans) {
    const label = resource?.attributes.find(({ key }) => key === 'bench.cell.id')?.value?.stringValue;
    for (const { spans } of scopeSpans) for (const span of spans) yield rowOf(span, label ?? 'adhoc');
  }
}

function rowOf(span: WireSpan, cellId: string): SpanRow {
  return [
    span.traceId,
    span.spanId,
    span.parentSpanId.length > 0 ? span.parentSpanId : null,
    cellId,
    span.name,
    span.kind,
    bigintOf(span.startTimeUnixNano),
    bigintOf(span.endTimeUnixNano),
    span.status?.code ?? 0,
    JSON.stringify(objectOf(span.attributes)),
  ];
}

function bigintOf({ low, high }: WireLong): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function objectOf(pairs: readonly WirePair[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { key, value } of pairs) object[key] = value ? plainOf(value) : null;
  return object;
}

function plainOf(value: WireValue): unknown {
  if (Object.hasOwn(value, 'stringValue')) return value.stringValue;
  if (Object.hasOwn(value, 'intValue')) return Number(value.intValue);
  if (Object.hasOwn(value, 'boolValue')) return value.boolValue;
  if (Object.hasOwn(value, 'doubleValue')) return value.doubleValue;
  if (value.arrayValue) return value.arrayValue.values.map(plainOf);
  if (value.kvlistValue) return objectOf(value.kvlistValue.values);
  return value.bytesValue ? Buffer.from(value.bytesValue).toString('base64') : null;
}
