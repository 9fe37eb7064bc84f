// What the charts of a sweep show, from the cells that fit the filters: rates, costs against rates, what several
// attempts come to, and how times and tokens lie. Counts alone; each row says which cells it is made of by its keys.
import { passAtK, passHatK } from '../../../shared/judge/estimators.ts';
import { type Interval, wilsonInterval } from '../../../shared/judge/intervals.ts';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import type { CellIndex, MatrixAxis } from './matrix-index.ts';
import { medianOf } from './sweep-totals.ts';

export const chartAxes = ['model', 'agent', 'family'] as const;
export type ChartAxis = (typeof chartAxes)[number];

export interface RateRow {
  readonly key: string;
  readonly n: number;
  readonly passed: number;
  readonly rate: number;
  readonly interval: Interval | null;
}

/** Attempts and passes by key, the highest rate first; keys without an attempt are left out. */
export function rateRows(index: CellIndex, cells: Uint32Array, axis: ChartAxis): RateRow[] {
  const passed = index.values('outcome');
  const ordinals = index.ordinals(axis);
  const sums = index.keys(axis).map((key) => ({ key, n: 0, passed: 0 }));
  for (const at of cells) {
    const sum = sums[ordinals[at] ?? -1];
    const value = passed[at] ?? Number.NaN;
    if (!sum || Number.isNaN(value)) continue;
    sum.n++;
    sum.passed += value;
  }
  return sums
    .filter(({ n }) => n > 0)
    .map((sum) => ({ ...sum, rate: sum.passed / sum.n, interval: wilsonInterval(sum.passed, sum.n) }))
    .sort((a, b) => b.rate - a.rate || b.n - a.n);
}

/** The same keys' rates in another sweep, from its judgement. */
export function formerRates(judgement: JudgementJson, axis: ChartAxis): ReadonlyMap<string, number> {
  const sums = new Map<string, { n: number; c: number }>();
  const { names, task, configuration, n, c } = judgement.tasks;
  for (const [at, place] of configuration.entries()) {
    const one = judgement.configurations[place];
    const name = names[task[at] ?? -1] ?? '';
    const key = axis === 'family' ? name.slice(0, Math.max(0, name.indexOf('/'))) : (one?.[axis] ?? '');
    const sum = sums.get(key) ?? { n: 0, c: 0 };
    sum.n += n[at] ?? 0;
    sum.c += c[at] ?? 0;
    sums.set(key, sum);
  }
  return new Map([...sums].flatMap(([key, sum]) => (sum.n > 0 ? [[key, sum.c / sum.n] as const] : [])));
}

export interface ParetoPoint {
  readonly agent: string;
  readonly model: string;
  readonly n: number;
  readonly rate: number;
  /** Median of a run whose cost is known. */
  readonly usd: number;
  /** Nothing that is cheaper passes as often. */
  readonly isFrontier: boolean;
}

/** `<agent>/<model>`: an agent's name holds no slash. */
export function pairKey({ agent, model }: { readonly agent: string; readonly model: string }): string {
  return `${agent}/${model}`;
}

/** Agents with their models by cost, the cheapest first; those without a cost above nothing are left out. */
export function paretoPoints(index: CellIndex, cells: Uint32Array): ParetoPoint[] {
  const width = index.keys('model').length;
  const groups = new Map<number, number[]>();
  const [agents, models] = [index.ordinals('agent'), index.ordinals('model')];
  for (const at of cells) {
    const key = (agents[at] ?? 0) * width + (models[at] ?? 0);
    const group = groups.get(key);
    if (group) group.push(at);
    else groups.set(key, [at]);
  }
  const [passed, costs] = [index.values('outcome'), index.values('cost')];
  const known = (values: Float64Array, group: readonly number[]) =>
    group.map((at) => values[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
  const points = [...groups].flatMap(([key, group]) => {
    const attempts = known(passed, group);
    const usd = medianOf(known(costs, group));
    if (attempts.length === 0 || usd === null || !(usd > 0)) return [];
    return {
      agent: index.keys('agent')[Math.floor(key / width)] ?? '',
      model: index.keys('model')[key % width] ?? '',
      n: attempts.length,
      rate: attempts.reduce((sum, value) => sum + value, 0) / attempts.length,
      usd,
    };
  });
  points.sort((a, b) => a.usd - b.usd || b.rate - a.rate);
  let best = -1;
  return points.map((point) => {
    const isFrontier = point.rate > best;
    if (isFrontier) best = point.rate;
    return { ...point, isFrontier };
  });
}

export interface AttemptRow {
  readonly key: string;
  /** Tasks of a configuration that have k attempts. */
  readonly units: number;
  /** The chance that all of k pass, that one does, that any of k does: means over the units. */
  readonly all: number;
  readonly one: number;
  readonly any: number;
}
export interface FlakyTask {
  readonly task: string;
  /** Configurations that passed it at times. */
  readonly flaky: number;
  readonly units: number;
}

export interface Attempts {
  /** Attempts that most units have; below 2 there is nothing to tell. */
  readonly k: number;
  readonly rows: readonly AttemptRow[];
  /** The flakiest first. */
  readonly flaky: readonly FlakyTask[];
}

export function attemptsOf(index: CellIndex, cells: Uint32Array, axis: ChartAxis): Attempts {
  const units = unitsOf(index, cells);
  const k = Math.min(5, medianOf([...units.values()].map(({ n }) => n)) ?? 0) | 0;
  const rows = new Map<string, { units: number; all: number; one: number; any: number }>();
  const flaky = new Map<string, { flaky: number; units: number }>();
  for (const { at, n, c } of units.values()) {
    const task = index.keys('task')[index.ordinals('task')[at] ?? -1] ?? '';
    const seen = flaky.get(task) ?? { flaky: 0, units: 0 };
    if (n > 1) seen.units++;
    if (c > 0 && c < n) seen.flaky++;
    flaky.set(task, seen);
    const [any, all] = [passAtK(n, c, k), passHatK(n, c, k)];
    if (any === null || all === null) continue;
    const key = index.keys(axis)[index.ordinals(axis)[at] ?? -1] ?? '';
    const row = rows.get(key) ?? { units: 0, all: 0, one: 0, any: 0 };
    row.units++;
    row.all += all;
    row.one += c / n;
    row.any += any;
    rows.set(key, row);
  }
  return {
    k,
    rows: [...rows]
      .map(([key, { units: of, all, one, any }]) => ({
        key,
        units: of,
        all: all / of,
        one: one / of,
        any: any / of,
      }))
      .sort((a, b) => b.one - a.one),
    flaky: [...flaky]
      .map(([task, of]) => ({ task, ...of }))
      .filter((task) => task.flaky > 0)
      .sort((a, b) => b.flaky / b.units - a.flaky / a.units || (a.task < b.task ? -1 : 1)),
  };
}

/** Attempts at one task by one agent and model. */
function unitsOf(index: CellIndex, cells: Uint32Array) {
  const passed = index.values('outcome');
  const of = (axis: MatrixAxis, at: number) => index.ordinals(axis)[at] ?? 0;
  const [models, tasks] = [index.keys('model').length, index.keys('task').length];
  const units = new Map<number, { at: number; n: number; c: number }>();
  for (const at of cells) {
    const value = passed[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const key = (of('agent', at) * models + of('model', at)) * tasks + of('task', at);
    const unit = units.get(key) ?? { at, n: 0, c: 0 };
    unit.n++;
    unit.c += value;
    units.set(key, unit);
  }
  return units;
}

export interface Distribution {
  readonly count: number;
  readonly median: number | null;
  /** Heights at equal steps of the logarithm from `low` to `high`, 0 to 1. */
  readonly heights: readonly number[];
}
export interface DistributionRow {
  readonly key: string;
  readonly passed: Distribution;
  readonly failed: Distribution;
}
export interface Distributions {
  readonly low: number;
  readonly high: number;
  readonly rows: readonly DistributionRow[];
}

export const DENSITY_STEPS = 48;
/** In steps: about a sixth of a power of ten over a scale of two. */
const SMOOTHING = 2.4;

/** How a measure lies among attempts that passed and those that did not. Values of 0 and less are left out. */
export function distributionsOf(
  index: CellIndex,
  cells: Uint32Array,
  axis: ChartAxis,
  measure: string,
): Distributions | null {
  const [values, passed, ordinals] = [index.values(measure), index.values('outcome'), index.ordinals(axis)];
  const groups = new Map<number, { passed: number[]; failed: number[] }>();
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const at of cells) {
    const value = values[at] ?? Number.NaN;
    const verdict = passed[at] ?? Number.NaN;
    if (!(value > 0) || Number.isNaN(verdict)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    const key = ordinals[at] ?? 0;
    const group = groups.get(key) ?? { passed: [], failed: [] };
    group[verdict === 1 ? 'passed' : 'failed'].push(value);
    groups.set(key, group);
  }
  if (groups.size === 0) return null;
  if (high / low < 1.5) [low, high] = [low / 1.5, high * 1.5];
  const order = new Map(rateRows(index, cells, axis).map(({ key }, at) => [key, at]));
  const rows = [...groups].map(([key, group]) => ({
    key: index.keys(axis)[key] ?? '',
    passed: distribution(group.passed, low, high),
    failed: distribution(group.failed, low, high),
  }));
  return { low, high, rows: rows.sort((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0)) };
}

function distribution(values: readonly number[], low: number, high: number): Distribution {
  const counts = new Float64Array(DENSITY_STEPS);
  const reach = Math.log(high / low);
  for (const value of values) {
    const step = Math.min(DENSITY_STEPS - 1, Math.floor((Math.log(value / low) / reach) * DENSITY_STEPS));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  const heights = Array.from(counts, (_, at) =>
    counts.reduce((sum, count, other) => sum + count * Math.exp(-(((at - other) / SMOOTHING) ** 2) / 2), 0),
  );
  const most = Math.max(...heights, Number.MIN_VALUE);
  return {
    count: values.length,
    median: medianOf(values),
    heights: heights.map((height) => (values.length === 0 ? 0 : height / most)),
  };
}
