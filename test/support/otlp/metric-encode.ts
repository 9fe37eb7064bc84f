// Turns data points into ExportMetricsServiceRequest bodies of both encodings, straight from the .proto
// files and independent of the decoders that it tests.
import type {
  Batch,
  Distribution,
  ExponentialBuckets,
  MetricKind,
  MetricPoint,
} from '../../../collector/record.ts';
import {
  attributesJson,
  doubleJson,
  envelopeJson,
  requestProtobuf,
  utf8Json,
  type WireWriter,
  writeAttributes,
} from './otlp-encode.ts';

const dataFields: Record<MetricKind, number> = {
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponential_histogram: 10,
  summary: 11,
};
const dataKeys: Record<MetricKind, string> = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  exponential_histogram: 'exponentialHistogram',
  summary: 'summary',
};

/** Each point as a Metric of its own: what decoding tells is the same. */
export function writeMetric(w: WireWriter, point: MetricPoint): void {
  const { metric, data } = point;
  w.text(1, metric.name).text(2, metric.description).text(3, metric.unit);
  w.message(dataFields[data.kind], (inner) => {
    inner.message(1, (p) => writePoint(p, point));
    if (data.kind !== 'gauge' && data.kind !== 'summary') inner.int(2, data.temporality);
    if (data.kind === 'sum') inner.int(3, data.isMonotonic ? 1 : 0);
  });
}

function writePoint(w: WireWriter, point: MetricPoint): void {
  const { kind } = point.data;
  w.fixed64(2, point.startNs).fixed64(3, point.timeNs);
  if (point.distribution === null) {
    const { value } = point;
    if (typeof value === 'number' && !(Number.isSafeInteger(value) && !Object.is(value, -0)))
      w.double(4, value);
    else if (value !== null) w.fixed64(6, BigInt(value));
    writeAttributes(w, 7, point.attributes);
    w.int(8, point.pointFlags);
    return;
  }
  const d = point.distribution;
  w.fixed64(4, BigInt(d.count));
  if (d.sum !== null) w.double(5, d.sum);
  if (kind === 'histogram') {
    w.bytes(6, fixed(d.counts.map(BigInt))).bytes(7, doubles(d.bounds));
    writeAttributes(w, 9, point.attributes);
    w.int(10, point.pointFlags);
    if (d.min !== null) w.double(11, d.min);
    if (d.max !== null) w.double(12, d.max);
  } else if (kind === 'summary') {
    for (const [quantile, value] of d.quantiles) w.message(6, (q) => q.double(1, quantile).double(2, value));
    writeAttributes(w, 7, point.attributes);
    w.int(8, point.pointFlags);
  } else writeExponential(w, point, d);
}

function writeExponential(w: WireWriter, point: MetricPoint, d: Distribution): void {
  const { scale, zeroCount, zeroThreshold, positive, negative } = d.exponential!;
  writeAttributes(w, 1, point.attributes);
  w.int(6, zigzag(scale)).fixed64(7, BigInt(zeroCount));
  w.message(8, (b) => writeBuckets(b, positive)).message(9, (b) => writeBuckets(b, negative));
  w.int(10, point.pointFlags);
  if (d.min !== null) w.double(12, d.min);
  if (d.max !== null) w.double(13, d.max);
  w.double(14, zeroThreshold);
}

function writeBuckets(w: WireWriter, { offset, counts }: ExponentialBuckets): void {
  w.int(1, zigzag(offset));
  for (const count of counts) w.int(2, count);
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function fixed(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}

function doubles(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** `ExportMetricsServiceRequest`: one ResourceMetrics a batch. */
export function metricsProtobuf(batches: readonly Batch<MetricPoint>[]): Uint8Array {
  return requestProtobuf(batches, writeMetric);
}

function optional(key: string, value: number | null): Record<string, unknown> {
  return value === null ? {} : { [key]: doubleJson(value) };
}

/** The JSON form of a metric with this one point. */
export function metricJson(point: MetricPoint): Record<string, unknown> {
  const { metric, data, distribution: d, value } = point;
  const isInt = typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0));
  const body =
    d === null
      ? value === null
        ? {}
        : isInt
          ? { asInt: String(value) }
          : { asDouble: doubleJson(Number(value)) }
      : {
          count: String(d.count),
          ...optional('sum', d.sum),
          ...optional('min', d.min),
          ...optional('max', d.max),
          bucketCounts: d.counts.map(String),
          explicitBounds: d.bounds.map(doubleJson),
          quantileValues: d.quantiles.map(([quantile, at]) => ({
            quantile: doubleJson(quantile),
            value: doubleJson(at),
          })),
          ...(d.exponential && {
            scale: d.exponential.scale,
            zeroCount: String(d.exponential.zeroCount),
            zeroThreshold: doubleJson(d.exponential.zeroThreshold),
            positive: bucketsJson(d.exponential.positive),
            negative: bucketsJson(d.exponential.negative),
          }),
        };
  return {
    ...metric,
    [dataKeys[data.kind]]: {
      dataPoints: [
        {
          startTimeUnixNano: String(point.startNs),
          timeUnixNano: String(point.timeNs),
          attributes: attributesJson(point.attributes),
          flags: point.pointFlags,
          ...body,
        },
      ],
      aggregationTemporality: data.temporality,
      isMonotonic: data.isMonotonic,
    },
  };
}

function bucketsJson({ offset, counts }: ExponentialBuckets): unknown {
  return { offset, bucketCounts: counts.map(String) };
}

/** `ExportMetricsServiceRequest` in the JSON encoding. */
export function metricsJson(batches: readonly Batch<MetricPoint>[]): Uint8Array {
  return utf8Json({
    resourceMetrics: batches.map((batch) =>
      envelopeJson(batch, 'scopeMetrics', 'metrics', batch.records.map(metricJson)),
    ),
  });
}
