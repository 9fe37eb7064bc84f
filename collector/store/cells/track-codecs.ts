// How the records of a track lie in a chunk: rows of JSON, compressed. Times are texts: JSON's numbers are not
// exact. Knows no SQL.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { StoredChange, StoredLog, StoredMetricPoint, StoredTerminalEvent } from '../../cell/records.ts';
import type { Distribution } from '../../record.ts';
import { loadPairs, loadValue, storePairs, storeValue } from '../../record-values.ts';

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
export type TrackName = 'logs' | 'terminal' | 'changes' | 'metrics';

/** A record as a row of JSON, and back. */
interface Codec<T> {
  write(record: T): readonly unknown[];
  read(row: readonly unknown[]): T;
}

/** @param read of what `write` gives: a chunk holds nothing else */
function codec<T, Row extends readonly unknown[]>(
  write: (record: T) => Row,
  read: (row: Row) => T,
): Codec<T> {
  return { write, read: (row) => read(row as Row) };
}

const logCodec = codec(
  (l: StoredLog) =>
    [
      String(l.timeNs),
      l.severity,
      l.eventName,
      storeValue(l.body),
      storePairs(l.attributes),
      l.traceId,
      l.spanId,
      l.service,
    ] as const,
  ([time, severity, eventName, body, attributes, traceId, spanId, service]) => ({
    timeNs: BigInt(time),
    severity,
    eventName,
    body: loadValue(body),
    attributes: loadPairs(attributes),
    traceId,
    spanId,
    service,
  }),
);

const terminalCodec = codec(
  (e: StoredTerminalEvent) => [String(e.timeNs), e.code, e.data, e.stream] as const,
  ([time, code, data, stream]) => ({ timeNs: BigInt(time), code, data, stream }),
);

const changeCodec = codec(
  (c: StoredChange) => [String(c.timeNs), c.path, c.change, c.diff, c.traceId, c.spanId, c.timing] as const,
  ([time, path, change, diff, traceId, spanId, timing]) => ({
    timeNs: BigInt(time),
    path,
    change,
    diff,
    traceId,
    spanId,
    timing,
  }),
);

const metricCodec = codec(
  (p: StoredMetricPoint) =>
    [
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
    ] as const,
  (row) => {
    const [name, unit, description, kind, temporality, isMonotonic, start, time, ...rest] = row;
    const [attributes, value, distribution, usage, service] = rest;
    return {
      name,
      unit,
      description,
      kind,
      temporality,
      isMonotonic,
      startNs: BigInt(start),
      timeNs: BigInt(time),
      attributes: loadPairs(attributes),
      value: value === null ? null : loadNumber(value),
      distribution: distribution && readDistribution(distribution),
      usage,
      service,
    };
  },
);

type StoredNumber = ReturnType<typeof storeValue>;
const storeNumbers = (list: readonly (number | bigint)[]) => list.map(storeValue);

/** Of what was stored as a number: all of them, NaN and those beyond 2^53 too. */
function loadNumber(stored: StoredNumber): number | bigint {
  return loadValue(stored) as number | bigint;
}
function loadFloat(stored: StoredNumber): number {
  return loadValue(stored) as number;
}

function writeDistribution({
  count,
  sum,
  min,
  max,
  bounds,
  counts,
  exponential: e,
  quantiles,
}: Distribution) {
  return [
    storeValue(count),
    sum === null ? null : storeValue(sum),
    min === null ? null : storeValue(min),
    max === null ? null : storeValue(max),
    storeNumbers(bounds),
    storeNumbers(counts),
    e &&
      ([
        storeValue(e.scale),
        storeValue(e.zeroCount),
        storeValue(e.zeroThreshold),
        e.positive.offset,
        storeNumbers(e.positive.counts),
        e.negative.offset,
        storeNumbers(e.negative.counts),
      ] as const),
    quantiles.map(([quantile, value]) => [storeValue(quantile), storeValue(value)] as const),
  ] as const;
}

function readDistribution(row: ReturnType<typeof writeDistribution>): Distribution {
  const [count, sum, min, max, bounds, counts, e, quantiles] = row;
  return {
    count: loadNumber(count),
    sum: sum === null ? null : loadFloat(sum),
    min: min === null ? null : loadFloat(min),
    max: max === null ? null : loadFloat(max),
    bounds: bounds.map(loadFloat),
    counts: counts.map(loadNumber),
    exponential: e && {
      scale: loadFloat(e[0]),
      zeroCount: loadNumber(e[1]),
      zeroThreshold: loadFloat(e[2]),
      positive: { offset: e[3], counts: e[4].map(loadNumber) },
      negative: { offset: e[5], counts: e[6].map(loadNumber) },
    },
    quantiles: quantiles.map(([quantile, value]) => [loadFloat(quantile), loadFloat(value)] as const),
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
  const one = codecs[track];
  return zstdCompressSync(JSON.stringify(records.map((record) => one.write(record))), ZSTD);
}

export function unpackRecords<Name extends TrackName>(track: Name, body: Uint8Array): TrackRecords[Name][] {
  const one = codecs[track];
  return (JSON.parse(zstdDecompressSync(body).toString()) as unknown[][]).map((row) => one.read(row));
}
