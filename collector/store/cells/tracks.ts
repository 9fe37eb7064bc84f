// The tracks beside the spans: logs, terminal output, file changes and metrics, appended as one compressed
// chunk a request and read back whole, in order of arrival.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CellState } from '../../cell/cell-state.ts';
import type {
  StoredChange,
  StoredLog,
  StoredMetricPoint,
  StoredTerminalEvent,
  TrackExtent,
} from '../../cell/records.ts';
import type { Distribution } from '../../record.ts';
import { loadPairs, loadValue, storePairs, storeValue } from '../../record-values.ts';
import type { Sql } from '../database/database.ts';

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
type TrackName = 'logs' | 'terminal' | 'changes' | 'metrics';

/** A track's records as rows of JSON, and back. Times are texts: JSON's numbers are not exact. */
interface Codec<T> {
  write(record: T): unknown[];
  read(row: never[]): T;
}

const logCodec: Codec<StoredLog> = {
  write: (l) => [
    String(l.timeNs),
    l.severity,
    l.eventName,
    storeValue(l.body),
    storePairs(l.attributes),
    l.traceId,
    l.spanId,
    l.service,
  ],
  read: ([time, severity, eventName, body, attributes, traceId, spanId, service]) => ({
    timeNs: BigInt(time as never),
    severity: severity as never,
    eventName: eventName as never,
    body: loadValue(body as never),
    attributes: loadPairs(attributes as never),
    traceId: traceId as never,
    spanId: spanId as never,
    service: service as never,
  }),
};

const terminalCodec: Codec<StoredTerminalEvent> = {
  write: (e) => [String(e.timeNs), e.code, e.data, e.stream],
  read: ([time, code, data, stream]) => ({
    timeNs: BigInt(time as never),
    code: code as never,
    data: data as never,
    stream: stream as never,
  }),
};

const changeCodec: Codec<StoredChange> = {
  write: (c) => [String(c.timeNs), c.path, c.change, c.diff, c.traceId, c.spanId, c.timing],
  read: ([time, path, change, diff, traceId, spanId, timing]) => ({
    timeNs: BigInt(time as never),
    path: path as never,
    change: change as never,
    diff: diff as never,
    traceId: traceId as never,
    spanId: spanId as never,
    timing: timing as never,
  }),
};

const metricCodec: Codec<StoredMetricPoint> = {
  write: (p) => [
    p.name,
    p.unit,
    p.description,
    p.kind,
    p.temporality,
    p.isMonotonic,
    String(p.startNs),
    String(p.timeNs),
    storePairs(p.attributes),
    storeValue(p.value),
    p.distribution && writeDistribution(p.distribution),
    p.usage,
    p.service,
  ],
  read: (row) => {
    const [name, unit, description, kind, temporality, isMonotonic, start, time, ...rest] = row;
    const [attributes, value, distribution, usage, service] = rest;
    return {
      name: name as never,
      unit: unit as never,
      description: description as never,
      kind: kind as never,
      temporality: temporality as never,
      isMonotonic: isMonotonic as never,
      startNs: BigInt(start as never),
      timeNs: BigInt(time as never),
      attributes: loadPairs(attributes as never),
      value: loadValue(value as never) as never,
      distribution: distribution === null ? null : readDistribution(distribution as never),
      usage: usage as never,
      service: service as never,
    };
  },
};

function writeDistribution(d: Distribution): unknown[] {
  const { exponential: e, quantiles } = d;
  const numbers = (list: readonly (number | bigint)[]) => list.map(storeValue);
  return [
    ...[d.count, d.sum, d.min, d.max].map(storeValue),
    numbers(d.bounds),
    numbers(d.counts),
    e && [
      ...[e.scale, e.zeroCount, e.zeroThreshold].map(storeValue),
      e.positive.offset,
      numbers(e.positive.counts),
      e.negative.offset,
      numbers(e.negative.counts),
    ],
    quantiles.map(numbers),
  ];
}

function readDistribution(row: readonly never[]): Distribution {
  const [count, sum, min, max, bounds, counts, e, quantiles] = row;
  const one = (stored: never) => loadValue(stored) as never;
  const all = (stored: unknown) => (stored as never[]).map(one);
  const exponential = e as unknown as never[] | null;
  return {
    count: one(count as never),
    sum: one(sum as never),
    min: one(min as never),
    max: one(max as never),
    bounds: all(bounds),
    counts: all(counts),
    exponential: exponential && {
      scale: one(exponential[0] as never),
      zeroCount: one(exponential[1] as never),
      zeroThreshold: one(exponential[2] as never),
      positive: { offset: exponential[3] as never, counts: all(exponential[4]) },
      negative: { offset: exponential[5] as never, counts: all(exponential[6]) },
    },
    quantiles: (quantiles as unknown as never[]).map(all) as never,
  };
}

/** One track of all cells. */
class Track<T> {
  readonly #name;
  readonly #codec;
  readonly #insert;
  readonly #select;
  readonly #extent;
  readonly #selectEntry;

  constructor(db: Sql, name: TrackName, codec: Codec<T>) {
    this.#name = name;
    this.#codec = codec;
    this.#insert = db.prepare(
      'INSERT INTO track_chunks (cell, seq, track, count, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#extent = db
      .prepare(
        'SELECT count(*), max(chunk), seq FROM track_chunks WHERE cell = ? AND track = ? AND chunk <= ?',
      )
      .raw();
    this.#select = db
      .prepare('SELECT body FROM track_chunks WHERE cell = ? AND track = ? AND chunk > ? ORDER BY chunk')
      .pluck();
    this.#selectEntry = db
      .prepare('SELECT body FROM track_chunks WHERE cell = ? AND track = ? AND seq = ? ORDER BY chunk')
      .pluck();
  }

  /** @param upTo chunks no later than this alone */
  extent(cell: CellState, upTo = Number.MAX_SAFE_INTEGER): TrackExtent {
    // Of a row with max() SQLite takes the other columns too.
    const row = this.#extent.get(cell.no, this.#name, upTo) as [number, number | null, number | null];
    return { chunks: row[0], last: row[1] ?? 0, seq: row[2] ?? 0 };
  }

  append(cell: CellState, seq: number, records: readonly T[]): void {
    const text = JSON.stringify(records.map((record) => this.#codec.write(record)));
    this.#insert.run(cell.no, seq, this.#name, records.length, zstdCompressSync(text, ZSTD));
  }

  /** Every record of a cell, in order of arrival. @param after those of later chunks than this alone */
  read(cell: CellState, after = 0): T[] {
    return this.#recordsIn(this.#select.all(cell.no, this.#name, after) as Buffer[]);
  }

  /** Those that came in one log entry. */
  readEntry(cell: CellState, seq: number): T[] {
    return this.#recordsIn(this.#selectEntry.all(cell.no, this.#name, seq) as Buffer[]);
  }

  #recordsIn(bodies: readonly Buffer[]): T[] {
    return bodies.flatMap((body) =>
      (JSON.parse(zstdDecompressSync(body).toString()) as never[][]).map((row) => this.#codec.read(row)),
    );
  }
}

export class TrackStore {
  readonly logs: Track<StoredLog>;
  readonly terminal: Track<StoredTerminalEvent>;
  readonly changes: Track<StoredChange>;
  readonly metrics: Track<StoredMetricPoint>;

  constructor(db: Sql) {
    this.logs = new Track(db, 'logs', logCodec);
    this.terminal = new Track(db, 'terminal', terminalCodec);
    this.changes = new Track(db, 'changes', changeCodec);
    this.metrics = new Track(db, 'metrics', metricCodec);
  }
}
