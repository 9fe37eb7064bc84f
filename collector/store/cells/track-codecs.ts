// How the records of a track lie in a chunk: rows of JSON, compressed. Times are texts: JSON's numbers are not
// exact. Knows no SQL.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { StoredChange, StoredLog, StoredMetricPoint, StoredTerminalEvent } from '../../cell/records.ts';
import type { Distribution } from '../../record.ts';
import { loadPairs, loadValue, storePairs, storeValue } from '../../record-values.ts';

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
export type TrackName = 'logs' | 'terminal' | 'changes' | 'metrics';

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

/** What the records of each track are. */
export interface TrackRecords {
  readonly logs: StoredLog;
  readonly terminal: StoredTerminalEvent;
  readonly changes: StoredChange;
  readonly metrics: StoredMetricPoint;
}

const codecs: { readonly [Name in TrackName]: Codec<TrackRecords[Name]> } = {
  logs: logCodec,
  terminal: terminalCodec,
  changes: changeCodec,
  metrics: metricCodec,
};

/** The records of one chunk, compressed. */
export function packRecords<Name extends TrackName>(
  track: Name,
  records: readonly TrackRecords[Name][],
): Uint8Array {
  const codec = codecs[track];
  return zstdCompressSync(JSON.stringify(records.map((record) => codec.write(record))), ZSTD);
}

export function unpackRecords<Name extends TrackName>(track: Name, body: Uint8Array): TrackRecords[Name][] {
  const codec = codecs[track];
  return (JSON.parse(zstdDecompressSync(body).toString()) as never[][]).map((row) => codec.read(row));
}
