// What an agent's own counter of its cost adds up to, kept up as its data points come. Deltas are added; of a
// cumulative series the last value of each start counts. Prices nothing.
import { createHash } from 'node:crypto';
import type { StoredMetricPoint } from './records.ts';

export interface CounterCost {
  /** US dollars of the deltas. */
  delta: number;
  /** Of each cumulative series, the latest point by time: [Unix milliseconds, US dollars]. */
  readonly last: Record<string, readonly [atMs: number, usd: number]>;
}

/** The part of a cell's state that this is about. */
interface Counted {
  counterCost?: CounterCost;
}

/** Series of one run: models, times a few kinds of query. What comes beyond is not counted. */
const MAX_SERIES = 64;
const DELTA = 1;

export function countCost(cell: Counted, point: StoredMetricPoint): void {
  const usd = Number(point.distribution ? point.distribution.sum : point.value);
  if (!(usd > 0) || usd > 1e6) return;
  cell.counterCost ??= { delta: 0, last: {} };
  const { counterCost } = cell;
  if (point.temporality === DELTA) {
    counterCost.delta += usd;
    return;
  }
  const series = JSON.stringify([point.service, point.name, point.attributes, String(point.startNs)], plain);
  const key = createHash('sha256').update(series).digest('base64url').slice(0, 12);
  keepLatest(counterCost, key, [Number(point.timeNs / 1_000_000n), usd]);
}

/** Takes over what another cell's counter says: it joins this one. */
export function joinCounterCost(into: Counted, { counterCost }: Counted): void {
  if (counterCost === undefined) return;
  into.counterCost ??= { delta: 0, last: {} };
  into.counterCost.delta += counterCost.delta;
  for (const [key, point] of Object.entries(counterCost.last)) keepLatest(into.counterCost, key, point);
}

export function counterUsd({ counterCost }: Counted): number | null {
  if (counterCost === undefined) return null;
  return Object.values(counterCost.last).reduce((sum, [, usd]) => sum + usd, counterCost.delta);
}

function keepLatest({ last }: CounterCost, key: string, point: readonly [number, number]): void {
  const known = last[key];
  if (known === undefined && Object.keys(last).length >= MAX_SERIES) return;
  if (known === undefined || point[0] >= known[0]) last[key] = point;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
