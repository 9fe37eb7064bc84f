// A cell's metrics as public JSON: data points gathered into series by their attributes,
// series into metrics, and of each metric what it adds up to. Does not decide
// which metrics count tokens: that was done when they were projected.

import type { UsagePart } from '../../shared/dialects/dialect.ts';
import { countsInputWithoutCache } from '../../shared/dialects/dialects.ts';
import { compareNs } from '../../shared/time.ts';
import type { MetricJson, MetricPointJson, MetricsJson, UsageCounter } from '../../shared/wire.ts';
import type { StoredMetricPoint } from '../cell/records.ts';
import type { AnyValue, Attribute, Distribution } from '../record.ts';
import { attributesJson, valueJson } from '../record-json.ts';
import { storePairs } from '../record-values.ts';

const temporalities = ['unspecified', 'delta', 'cumulative'] as const;
const DELTA = 1;

export function metricsJson(points: readonly StoredMetricPoint[]): MetricsJson {
  const metrics = groupBy(points, (p) =>
    JSON.stringify([p.service, p.name, p.unit, p.kind, p.temporality, p.isMonotonic]),
  );
  return { usage: usageCounters(points), metrics: metrics.map(metricJson) };
}

/** What a cell's own counters say of its tokens, counter by counter. */
export function usageCounters(points: readonly StoredMetricPoint[]): UsageCounter[] {
  const counting = points.filter(({ usage }) => usage !== null);
  return groupBy(counting, ({ name }) => name).map((group) => {
    const of = (part: UsagePart) => {
      const points = group.filter(({ usage }) => usage === part);
      return points.length === 0 ? null : totalOf(points);
    };
    const [input, cacheRead, cacheWrite] = [of('input'), of('cacheRead'), of('cacheWrite')];
    const metric = group[0]?.name ?? '';
    return {
      metric,
      input: countsInputWithoutCache(metric) ? addKnown(input, cacheRead, cacheWrite) : input,
      cacheRead,
      cacheWrite,
      output: of('output'),
      reasoning: of('reasoning'),
      costUsd: of('costUsd'),
    };
  });
}

function addKnown(...parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0);
}

function metricJson(points: readonly StoredMetricPoint[]): MetricJson {
  const [first] = points;
  if (!first) throw new Error('a metric without data points');
  const series = groupBy(points, ({ attributes }) => JSON.stringify(storePairs(attributes)));
  const total = first.kind === 'gauge' ? null : totalOf(points);
  return {
    name: first.name,
    unit: first.unit,
    description: first.description,
    kind: first.kind,
    temporality: temporalities[first.temporality] ?? 'unspecified',
    monotonic: first.isMonotonic,
    service: first.service,
    total: total === null ? null : numberJson(total),
    series: series.map((group) => ({
      attributes: attributesJson(group[0]?.attributes ?? ([] satisfies Attribute[])).attributes,
      points: [...group].sort(byTime).map(pointJson),
    })),
  };
}

/**
 * What points add up to, over all their series. A cumulative point repeats those before it since the same
 * start: the last one of each start counts, and of what may also fall, the last one of all.
 */
function totalOf(points: readonly StoredMetricPoint[]): number | null {
  let total: number | null = null;
  const last = new Map<string, StoredMetricPoint>();
  for (const point of points) {
    const amount = amountOf(point);
    if (amount === null) continue;
    if (point.temporality === DELTA) {
      total = (total ?? 0) + amount;
      continue;
    }
    const falls = point.kind === 'sum' && !point.isMonotonic;
    const key = JSON.stringify([
      point.name,
      storePairs(point.attributes),
      falls ? '' : String(point.startNs),
    ]);
    const known = last.get(key);
    if (!known || point.timeNs >= known.timeNs) last.set(key, point);
  }
  for (const point of last.values()) total = (total ?? 0) + (amountOf(point) ?? 0);
  return total;
}

function amountOf({ value, distribution }: StoredMetricPoint): number | null {
  const amount = distribution ? distribution.sum : value;
  return amount === null ? null : Number(amount);
}

function pointJson({ startNs, timeNs, value, distribution }: StoredMetricPoint): MetricPointJson {
  return {
    startNs: startNs === 0n ? null : String(startNs),
    timeNs: String(timeNs),
    value: value === null ? null : numberJson(value),
    ...(distribution && distributionJson(distribution)),
  };
}

function distributionJson(d: Distribution): Omit<MetricPointJson, 'startNs' | 'timeNs' | 'value'> {
  const { exponential: e } = d;
  const maybe = (value: number | null) => (value === null ? null : numberJson(value));
  return {
    count: countJson(d.count),
    sum: maybe(d.sum),
    min: maybe(d.min),
    max: maybe(d.max),
    ...(d.counts.length > 0 && { bounds: d.bounds.map(numberJson), counts: d.counts.map(countJson) }),
    ...(e && {
      scale: e.scale,
      zeroCount: countJson(e.zeroCount),
      zeroThreshold: numberJson(e.zeroThreshold),
      positive: { offset: e.positive.offset, counts: e.positive.counts.map(countJson) },
      negative: { offset: e.negative.offset, counts: e.negative.counts.map(countJson) },
    }),
    ...(d.quantiles.length > 0 && {
      quantiles: d.quantiles.map(([quantile, value]) => ({
        quantile: numberJson(quantile),
        value: numberJson(value),
      })),
    }),
  };
}

/** Every digit of an integer, words for what JSON cannot write. */
function numberJson(value: AnyValue & (number | bigint)): number | 'NaN' | 'Infinity' | '-Infinity' {
  return valueJson(value) as number;
}

function countJson(count: number | bigint): number {
  return valueJson(count) as number;
}

function byTime(a: { timeNs: bigint }, b: { timeNs: bigint }): number {
  return compareNs(a.timeNs, b.timeNs);
}

/** Members in the order of their first one. */
function groupBy<T>(members: readonly T[], keyOf: (member: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return [...groups.values()];
}
