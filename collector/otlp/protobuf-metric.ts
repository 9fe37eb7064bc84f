// Decodes Metric messages of the protobuf wire into data points. A point with an impossible time or damage inside
// is refused by itself, damage beside the points costs those of its metric. Of a oneof that was sent twice every member is kept: points are told one by one.
// Spec: opentelemetry-proto metrics/v1. A tag is field number × 8 + wire type. Exemplars and metadata
// are passed over.
import type {
  Distribution,
  ExponentialBuckets,
  MetricData,
  MetricHead,
  MetricKind,
  MetricPoint,
} from '../record.ts';
import { limits } from './limits.ts';
import { type Draft, readAttribute, readText } from './protobuf-value.ts';
import type { Tally } from './tally.ts';
import type { WireReader } from './wire-reader.ts';

/** Tags of Metric's oneof `data`. */
export const metricDataTags: ReadonlyMap<number, MetricKind> = new Map([
  [42, 'gauge'],
  [58, 'sum'],
  [74, 'histogram'],
  [82, 'exponential_histogram'],
  [90, 'summary'],
]);

/** Where the attributes of a point of each kind are: the only field that moves between them all. */
export const attributeTags: Readonly<Record<MetricKind, number>> = {
  gauge: 58,
  sum: 58,
  histogram: 74,
  exponential_histogram: 10,
  summary: 58,
};

/** Adds the points of the Metric that ends at `end`. */
export function readMetric(r: WireReader, end: number, tally: Tally, points: MetricPoint[]): void {
  const metric: Draft<MetricHead> = { name: '', unit: '', description: '' };
  const { length } = points;
  const { accepted } = tally;
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      const kind = metricDataTags.get(tag);
      if (kind !== undefined) readData(r, r.length(end), metric, kind, tally, points);
      else if (tag === 10) metric.name = readText(r, end, limits.nameBytes, tally);
      else if (tag === 18) metric.description = readText(r, end, limits.nameBytes, tally);
      else if (tag === 26) metric.unit = readText(r, end, limits.nameBytes, tally);
      else r.skip(tag, end);
    }
  } catch (error) {
    tally.rejectSince(accepted, error);
    points.length = length;
    r.pos = end;
  }
}

function readData(
  r: WireReader,
  end: number,
  metric: MetricHead,
  kind: MetricKind,
  tally: Tally,
  points: MetricPoint[],
): void {
  const data: Draft<MetricData> = { kind, temporality: 0, isMonotonic: false };
  const hasTemporality = kind !== 'gauge' && kind !== 'summary';
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) {
      const point = readPoint(r, r.length(end), metric, data, tally);
      if (point) points.push(point);
    } else if (tag === 16 && hasTemporality) data.temporality = r.uint32(end) | 0;
    else if (tag === 24 && kind === 'sum') data.isMonotonic = r.bool(end);
    else r.skip(tag, end);
  }
}

function readPoint(
  r: WireReader,
  end: number,
  metric: MetricHead,
  data: MetricData,
  tally: Tally,
): MetricPoint | undefined {
  tally.beginRecord();
  const isNumber = data.kind === 'sum' || data.kind === 'gauge';
  const distribution = isNumber ? null : distributionDraft(data.kind);
  const point: Draft<MetricPoint> = {
    metric,
    data,
    startNs: 0n,
    timeNs: 0n,
    attributes: [],
    droppedAttributes: 0,
    pointFlags: 0,
    value: null,
    distribution,
  };
  const attributes = attributeTags[data.kind];
  const flags = data.kind === 'histogram' || data.kind === 'exponential_histogram' ? 80 : 64;
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === attributes) point.droppedAttributes += readAttribute(r, end, point.attributes, tally);
      else if (tag === 17) point.startNs = r.fixed64(end);
      else if (tag === 25) point.timeNs = r.fixed64(end);
      else if (tag === flags) point.pointFlags = r.uint32(end);
      else if (distribution === null) readNumber(r, tag, end, point);
      else readDistribution(r, tag, end, distribution, data.kind, tally);
    }
  } catch (error) {
    r.pos = end;
    return tally.rejectDamaged(error, '');
  }
  if (tally.rejectsHeadless('')) return undefined;
  if (point.startNs > limits.timeNs || point.timeNs > limits.timeNs) return tally.reject('time', '');
  return point;
}

function readNumber(r: WireReader, tag: number, end: number, point: Draft<MetricPoint>): void {
  if (tag === 33) point.value = r.double(end);
  else if (tag === 49) point.value = narrow(BigInt.asIntN(64, r.fixed64(end)));
  else r.skip(tag, end);
}

interface DistributionDraft extends Omit<Draft<Distribution>, 'exponential' | 'quantiles'> {
  exponential: {
    scale: number;
    zeroCount: number | bigint;
    zeroThreshold: number;
    positive: { offset: number; counts: (number | bigint)[] };
    negative: { offset: number; counts: (number | bigint)[] };
  } | null;
  quantiles: [number, number][];
}

function distributionDraft(kind: MetricKind): DistributionDraft {
  const noBuckets = () => ({ offset: 0, counts: [] });
  const exponential = { scale: 0, zeroCount: 0, zeroThreshold: 0 };
  return {
    count: 0,
    // A summary's sum is no optional field: absence is 0.
    sum: kind === 'summary' ? 0 : null,
    min: null,
    max: null,
    bounds: [],
    counts: [],
    exponential:
      kind === 'exponential_histogram'
        ? { ...exponential, positive: noBuckets(), negative: noBuckets() }
        : null,
    quantiles: [],
  };
}

function readDistribution(
  r: WireReader,
  tag: number,
  end: number,
  draft: DistributionDraft,
  kind: MetricKind,
  tally: Tally,
): void {
  if (tag === 33) draft.count = narrow(r.fixed64(end));
  else if (tag === 41) draft.sum = r.double(end);
  else if (kind === 'histogram') readHistogram(r, tag, end, draft, tally);
  else if (kind === 'summary') {
    if (tag === 50) draft.quantiles.push(readQuantile(r, r.length(end), tally));
    else r.skip(tag, end);
  } else readExponential(r, tag, end, draft, tally);
}

function readHistogram(
  r: WireReader,
  tag: number,
  end: number,
  draft: DistributionDraft,
  tally: Tally,
): void {
  if (tag === 50 || tag === 49)
    readRepeated(r, tag === 50 ? packedEnd(r, end) : r.pos + 8, end, tally, (stop) =>
      draft.counts.push(narrow(r.fixed64(stop))),
    );
  else if (tag === 58 || tag === 57)
    readRepeated(r, tag === 58 ? packedEnd(r, end) : r.pos + 8, end, tally, (stop) =>
      draft.bounds.push(r.double(stop)),
    );
  else if (tag === 89) draft.min = r.double(end);
  else if (tag === 97) draft.max = r.double(end);
  else r.skip(tag, end);
}

/** Where a packed field of 8-byte values ends; refuses one that ends within a value. */
function packedEnd(r: WireReader, end: number): number {
  const stop = r.length(end);
  if ((stop - r.pos) % 8 !== 0) r.fail('packed values of odd length');
  return stop;
}

/** The values up to `stop`; one alone is a packed field of one. */
function readRepeated(
  r: WireReader,
  stop: number,
  end: number,
  tally: Tally,
  read: (stop: number) => void,
): void {
  tally.part((stop - r.pos) / 8);
  if (stop > end) r.fail('truncated');
  while (r.pos < stop) read(stop);
}

function readExponential(
  r: WireReader,
  tag: number,
  end: number,
  draft: DistributionDraft,
  tally: Tally,
): void {
  const { exponential } = draft;
  if (exponential === null) r.skip(tag, end);
  else if (tag === 48) exponential.scale = zigzag(r.uint32(end));
  else if (tag === 57) exponential.zeroCount = narrow(r.fixed64(end));
  else if (tag === 66) readBuckets(r, r.length(end), exponential.positive, tally);
  else if (tag === 74) readBuckets(r, r.length(end), exponential.negative, tally);
  else if (tag === 97) draft.min = r.double(end);
  else if (tag === 105) draft.max = r.double(end);
  else if (tag === 113) exponential.zeroThreshold = r.double(end);
  else r.skip(tag, end);
}

function readBuckets(r: WireReader, end: number, buckets: Draft<ExponentialBuckets>, tally: Tally): void {
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 8) buckets.offset = zigzag(r.uint32(end));
    else if (tag === 16) addCount(r, end, buckets.counts, tally);
    else if (tag === 18) {
      const stop = r.length(end);
      while (r.pos < stop) addCount(r, stop, buckets.counts, tally);
    } else r.skip(tag, end);
  }
}

function addCount(r: WireReader, end: number, counts: (number | bigint)[], tally: Tally): void {
  tally.part();
  counts.push(unsigned(r.int64(end)));
}

function readQuantile(r: WireReader, end: number, tally: Tally): [number, number] {
  const pair: [number, number] = [0, 0];
  tally.part();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 9) pair[0] = r.double(end);
    else if (tag === 17) pair[1] = r.double(end);
    else r.skip(tag, end);
  }
  return pair;
}

/** sint32 on the wire: 0, -1, 1, -2, … */
function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A uint64 that was read as an int64. */
function unsigned(value: number | bigint): number | bigint {
  return value < 0 ? narrow(BigInt.asUintN(64, BigInt(value))) : value;
}
