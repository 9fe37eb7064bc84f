// What a card of a sweep says of it, and how its trend is drawn.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SweepSummary } from '../../../../shared/wire.ts';
import {
  costText,
  differenceOf,
  intervalText,
  outcomeSentence,
  rateText,
  sizeText,
  trendPoints,
} from '../../../../viewer/model/cells/sweep-card-words.ts';

const none = { usd: 0, cells: 0 };
const summary: SweepSummary = {
  id: 'nightly-2',
  cells: 11_520,
  outcomes: [
    { outcome: 'passed', count: 6061 },
    { outcome: 'failed', count: 4563 },
    { outcome: 'timed_out', count: 771 },
    { outcome: 'unscored', count: 125 },
  ],
  agents: 12,
  models: 8,
  tasks: 40,
  startNs: null,
  endNs: null,
  recorded: 0,
  n: 11_395,
  passed: 6061,
  medianMs: null,
  cost: { measured: { usd: 4900, cells: 11_000 }, estimated: none, asPosted: { usd: 12.4, cells: 20 } },
};

describe('a card', () => {
  it('says rate, interval, outcomes and size in the numbers of the collector', () => {
    expect(rateText(summary)).toBe('53.2 %');
    expect(intervalText(summary)).toBe('52.3 to 54.1 of 11,395');
    expect(outcomeSentence(summary)).toBe('6,061 passed, 4,563 failed, 771 other, 125 no verdict');
    expect(sizeText(summary)).toBe('12 agents, 8 models, 40 tasks, 11,520 runs');
    expect(sizeText({ ...summary, models: 0, tasks: 0, agents: 1 })).toBe('1 agent, 11,520 runs');
  });

  it('has no rate where nothing counts', () => {
    expect(rateText({ n: 0, passed: 0 })).toBeNull();
    expect(intervalText({ n: 0, passed: 0 })).toBe('no attempt counts yet');
  });

  it('sums costs and says how they are known; an estimate is marked', () => {
    expect(costText(summary)).toEqual({
      text: '$4,912',
      title: '$4,900 of 11,000 runs told by the runs, $12.40 of 20 runs as posted',
    });
    const estimated = { measured: none, estimated: { usd: 0.25, cells: 1 }, asPosted: none };
    expect(costText({ ...summary, cost: estimated })?.text).toBe('≈ $0.25');
    expect(costText({ ...summary, cost: { ...estimated, estimated: none } })).toBeNull();
  });

  it('differs from the sweep before it, and from none where there is none', () => {
    const before = { sweep: 'nightly-1', n: 1000, passed: 563 };
    const now = { sweep: 'nightly-2', n: 1000, passed: 532 };
    expect(differenceOf([before, now])).toEqual({
      text: '−3.1 points',
      direction: 'worse',
      former: 'nightly-1',
    });
    expect(differenceOf([now, before])?.text).toBe('+3.1 points');
    expect(differenceOf([now, now])?.text).toBe('±0.0 points');
    expect(differenceOf([now])).toBeNull();
    expect(differenceOf([{ ...before, n: 0 }, now])).toBeNull();
  });
});

it('a trend stays in its box and keeps its order', () => {
  const sweeps = fc.array(
    fc.record({ n: fc.integer({ min: 1, max: 500 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { minLength: 2, maxLength: 12 },
  );
  fc.assert(
    fc.property(sweeps, (made) => {
      const trend = made.map(({ n, share }, at) => ({ sweep: `s${at}`, n, passed: Math.floor(n * share) }));
      const points = trendPoints(trend, 132, 26);
      expect(points.map(({ sweep }) => sweep)).toEqual(trend.map(({ sweep }) => sweep));
      expect(points.at(-1)?.x).toBe(132);
      for (const { y } of points) {
        expect(y).toBeGreaterThanOrEqual(-0.001);
        expect(y).toBeLessThanOrEqual(26.001);
      }
    }),
  );
  expect(trendPoints([{ sweep: 's', n: 3, passed: 1 }], 132, 26)).toEqual([]);
});
