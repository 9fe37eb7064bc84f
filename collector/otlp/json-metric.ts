// Reads one Metric of OTLP's JSON encoding into data points, to the same that protobuf-metric.ts reads.
// Of a oneof that was sent twice every member is kept: points are told one by one. Exemplars and metadata
// are passed over.
import type {
  Distribution,
  ExponentialBuckets,
  MetricData,
  MetricHead,
  MetricKind,
  MetricPoint,
} from '../record.ts';
import type { JsonReader } from './json-value.ts';
import { limits } from './limits.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The members of Metric's oneof `data`, in the order of the .proto file. */
const members: readonly (readonly [key: string, kind: MetricKind])[] = [
  ['gauge', 'gauge'],
  ['sum', 'sum'],
  ['histogram', 'histogram'],
  ['exponentialHistogram', 'exponential_histogram'],
  ['summary', 'summary'],
];
const temporalityNames = [
  'AGGREGATION_TEMPORALITY_UNSPECIFIED',
  'AGGREGATION_TEMPORALITY_DELTA',
  'AGGREGATION_TEMPORALITY_CUMULATIVE',
];

/** Adds the points of one metric. What is said of all of them and cannot be read costs them all. */
export function readMetric(reader: JsonReader, item: JsonObject, points: MetricPoint[]): void {
  const { tally } = reader;
  tally.under(
    () => headOf(reader, item),
    { name: '', unit: '', description: '' },
    (metric) => {
      for (const [key, kind] of members)
        tally.attempt(() => {
          const member = reader.object(item[key], key);
          if (member) readData(reader, member, metric, kind, points);
        });
    },
  );
}

function headOf(reader: JsonReader, item: JsonObject): MetricHead {
  return {
    name: reader.text(item.name, 'metric.name', limits.nameBytes),
    unit: reader.text(item.unit, 'metric.unit', limits.nameBytes),
    description: reader.text(item.description, 'metric.description', limits.nameBytes),
  };
}

function readData(
  reader: JsonReader,
  member: JsonObject,
  metric: MetricHead,
  kind: MetricKind,
  points: MetricPoint[],
): void {
  const items = reader.list(member.dataPoints, 'dataPoints');
  const { tally } = reader;
  tally.under(
    () => dataOf(reader, member, kind),
    { kind, temporality: 0, isMonotonic: false },
    (data) => {
      for (const item of items)
        tally.attempt(() => {
          const point = readPoint(reader, reader.member(item, 'dataPoints'), metric, data);
          if (point) points.push(point);
        });
    },
  );
}

function dataOf(reader: JsonReader, member: JsonObject, kind: MetricKind): MetricData {
  const hasTemporality = kind !== 'gauge' && kind !== 'summary';
  return {
    kind,
    temporality: hasTemporality
      ? reader.enumeration(member.aggregationTemporality, 'aggregationTemporality', temporalityNames)
      : 0,
    isMonotonic: kind === 'sum' && reader.boolean(member.isMonotonic, 'isMonotonic'),
  };
}

function readPoint(
  reader: JsonReader,
  item: JsonObject,
  metric: MetricHead,
  data: MetricData,
): MetricPoint | undefined {
  reader.tally.beginRecord();
  const { attributes, over } = reader.attributes(item.attributes, 'attributes');
  const isNumber = data.kind === 'sum' || data.kind === 'gauge';
  const point: MetricPoint = {
    metric,
    data,
    startNs: reader.timeNs(item.startTimeUnixNano, 'startTimeUnixNano'),
    timeNs: reader.timeNs(item.timeUnixNano, 'timeUnixNano'),
    attributes,
    droppedAttributes: over,
    pointFlags: reader.uint32(item.flags, 'flags'),
    value: isNumber ? numberOf(reader, item) : null,
    distribution: isNumber ? null : distributionOf(reader, item, data.kind),
  };
  if (reader.tally.rejectsHeadless('')) return undefined;
  if (point.startNs > limits.timeNs || point.timeNs > limits.timeNs) return reader.tally.reject('time', '');
  return point;
}

function numberOf(reader: JsonReader, item: JsonObject): number | bigint | null {
  if (item.asDouble !== undefined && item.asDouble !== null) return reader.double(item.asDouble);
  return item.asInt === undefined || item.asInt === null ? null : reader.int64(item.asInt);
}

function distributionOf(reader: JsonReader, item: JsonObject, kind: MetricKind): Distribution {
  const isHistogram = kind === 'histogram';
  const sum = optionalDouble(reader, item.sum);
  const hasRange = kind !== 'summary';
  return {
    count: reader.uint64(item.count, 'count'),
    // A summary's sum is no optional field: absence is 0.
    sum: kind === 'summary' ? (sum ?? 0) : sum,
    min: hasRange ? optionalDouble(reader, item.min) : null,
    max: hasRange ? optionalDouble(reader, item.max) : null,
    bounds: isHistogram ? doubles(reader, item.explicitBounds, 'explicitBounds') : [],
    counts: isHistogram ? counts(reader, item.bucketCounts) : [],
    exponential:
      kind === 'exponential_histogram'
        ? {
            scale: reader.int32(item.scale, 'scale'),
            zeroCount: reader.uint64(item.zeroCount, 'zeroCount'),
            zeroThreshold: optionalDouble(reader, item.zeroThreshold) ?? 0,
            positive: bucketsOf(reader, item.positive, 'positive'),
            negative: bucketsOf(reader, item.negative, 'negative'),
          }
        : null,
    quantiles: kind === 'summary' ? quantiles(reader, item.quantileValues) : [],
  };
}

function bucketsOf(reader: JsonReader, value: unknown, field: string): ExponentialBuckets {
  const buckets = reader.object(value, field);
  return { offset: reader.int32(buckets?.offset, 'offset'), counts: counts(reader, buckets?.bucketCounts) };
}

function counts(reader: JsonReader, value: unknown): (number | bigint)[] {
  const list = reader.list(value, 'bucketCounts');
  reader.tally.part(list.length);
  return list.map((count) => reader.uint64(count, 'bucketCounts'));
}

function doubles(reader: JsonReader, value: unknown, field: string): number[] {
  const list = reader.list(value, field);
  reader.tally.part(list.length);
  return list.map((bound) => reader.double(bound));
}

function quantiles(reader: JsonReader, value: unknown): [number, number][] {
  return reader.objects(value, 'quantileValues').map((item) => {
    reader.tally.part();
    return [optionalDouble(reader, item.quantile) ?? 0, optionalDouble(reader, item.value) ?? 0];
  });
}

function optionalDouble(reader: JsonReader, value: unknown): number | null {
  return value === undefined || value === null ? null : reader.double(value);
}
