// What a card of a sweep says: its rate and how sure that is, what its cells came to, its size, its cost, and how it
// stands to the sweep before it. Numbers are the collector's; only their words are made here.
import { wilsonInterval } from '../../../shared/judge/intervals.ts';
import type { SweepSummary } from '../../../shared/wire.ts';
import { formatCount, plural } from '../display/format.ts';
import { moneySum } from './money-sum.ts';

type Trend = NonNullable<SweepSummary['trend']>;

/** "53.2 %"; null where nothing counts. */
export function rateText({ n, passed }: { readonly n: number; readonly passed: number }): string | null {
  return n === 0 ? null : `${((100 * passed) / n).toFixed(1)} %`;
}

/** "52.3 to 54.1 of 11,395", the Wilson interval of 95 %. */
export function intervalText({ n, passed }: { readonly n: number; readonly passed: number }): string {
  const interval = wilsonInterval(passed, n);
  if (!interval) return 'no attempt counts yet';
  return `${(100 * interval.low).toFixed(1)} to ${(100 * interval.high).toFixed(1)} of ${formatCount(n)}`;
}

/** "6,061 passed, 4,563 failed, 771 other, 125 no verdict". */
export function outcomeSentence({ outcomes, cells }: SweepSummary): string {
  const count = (wanted: string) => outcomes.find(({ outcome }) => outcome === wanted)?.count ?? 0;
  const [passed, failed, running, open] = ['passed', 'failed', 'running', 'unscored'].map(count);
  const other = cells - (passed ?? 0) - (failed ?? 0) - (running ?? 0) - (open ?? 0);
  const parts: (readonly [number | undefined, string])[] = [
    [passed, 'passed'],
    [failed, 'failed'],
    [other, 'other'],
    [running, 'running'],
    [open, 'no verdict'],
  ];
  return parts.flatMap(([number, word]) => (number ? [`${formatCount(number)} ${word}`] : [])).join(', ');
}

/** "12 agents, 8 models, 40 tasks". */
export function sizeText({ agents, models, tasks, cells }: SweepSummary): string {
  const words = [plural(agents, 'agent')];
  if (models > 0) words.push(plural(models, 'model'));
  if (tasks > 0) words.push(plural(tasks, 'task'));
  words.push(plural(cells, 'run'));
  return words.join(', ');
}

/** "$4,912" with how it is known; null where no cell's cost is known. */
export function costText({ cost }: SweepSummary): { readonly text: string; readonly title: string } | null {
  const parts = [
    { ...cost.measured, how: 'told by the runs' },
    { ...cost.asPosted, how: 'as posted' },
    { ...cost.estimated, how: 'estimated' },
  ].filter((part) => part.cells > 0);
  if (parts.length === 0) return null;
  const sum = parts.reduce((usd, part) => usd + part.usd, 0);
  const title = parts.map(({ usd, cells, how }) => `${moneySum(usd)} of ${plural(cells, 'run')} ${how}`);
  return { text: `${cost.estimated.cells > 0 ? '≈ ' : ''}${moneySum(sum)}`, title: title.join(', ') };
}

export interface Difference {
  readonly text: string;
  readonly direction: 'better' | 'worse' | 'same';
  /** The sweep before. */
  readonly former: string;
}

/** Against the sweep before it of the same stem: "−3.1 points"; null without one. */
export function differenceOf(trend: Trend | undefined): Difference | null {
  const now = trend?.at(-1);
  const before = trend?.at(-2);
  if (!now || !before || now.n === 0 || before.n === 0) return null;
  const points = Math.round(1000 * (now.passed / now.n - before.passed / before.n)) / 10;
  const sign = points > 0 ? '+' : points < 0 ? '−' : '±';
  return {
    text: `${sign}${Math.abs(points).toFixed(1)} points`,
    direction: points > 0 ? 'better' : points < 0 ? 'worse' : 'same',
    former: before.sweep,
  };
}

export interface TrendPoint {
  readonly sweep: string;
  readonly x: number;
  readonly y: number;
}

/** The trend's points in a box, oldest left, the last at its right edge; sweeps without an attempt are left out. */
export function trendPoints(trend: Trend, width: number, height: number): TrendPoint[] {
  const known = trend.filter(({ n }) => n > 0).map(({ sweep, n, passed }) => ({ sweep, rate: passed / n }));
  if (known.length < 2) return [];
  const rates = known.map(({ rate }) => rate);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  // Less than ten points from end to end is drawn as little, not stretched to a mountain.
  const reach = Math.max(0.1, high - low);
  const middle = (low + high) / 2;
  return known.map(({ sweep, rate }, at) => ({
    sweep,
    x: (width * at) / (known.length - 1),
    y: height / 2 - ((rate - middle) / reach) * height,
  }));
}
