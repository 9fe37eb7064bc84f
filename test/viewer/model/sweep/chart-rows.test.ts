// The charts' numbers: sums of the cells that they are of, whatever the sweep; and each mark's filter finds exactly the
// cells that the mark counts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../../shared/judge/intervals.ts';
import {
  attemptsOf,
  chartAxes,
  distributionsOf,
  pairKey,
  paretoPoints,
  rateRows,
} from '../../../../viewer/model/sweep/chart-rows.ts';
import { freeLabels, linearScale, logScale } from '../../../../viewer/model/sweep/chart-scale.ts';
import { defaultMatrixView, fittingCells, indexSweep } from '../../../../viewer/model/sweep/matrix.ts';
import { spreadOf } from '../../../../viewer/model/sweep/spread.ts';
import { aSweep, type SweepCell } from '../../../support/sweep-builders.ts';

const cell = fc
  .record({
    agent: fc.constantFrom('pi', 'codex', '__proto__'),
    model: fc.constantFrom('v/alpha', 'beta', null),
    task: fc.constantFrom('f/one', 'f/two', 'g/one'),
    pass: fc.constantFrom(0, 1, null),
    costUsd: fc.constantFrom(0.1, 2, 0, null),
    durationMs: fc.constantFrom(1000, 60_000, null),
  })
  .map((made) => made);
const sweeps = fc.array(cell, { minLength: 1, maxLength: 40 }).map((made) =>
  indexSweep(
    aSweep(
      made.map(
        (one, at): SweepCell => ({
          ...one,
          id: `s/odd/${at}`,
          family: one.task.slice(0, 1),
          attempt: at + 1,
          outcome: one.pass === null ? 'unscored' : one.pass === 1 ? 'passed' : 'failed',
          composite: null,
        }),
      ),
    ),
  ),
);
const all = (length: number) => Uint32Array.from({ length }, (_, at) => at);

describe('charts of any sweep', () => {
  it('count every attempt once, and a row’s filter finds its attempts and no others', () => {
    fc.assert(
      fc.property(sweeps, fc.constantFrom(...chartAxes), (index, axis) => {
        const rows = rateRows(index, all(index.length), axis);
        const whole = index.values('outcome');
        const attempts = Array.from(whole).filter((value) => !Number.isNaN(value));
        expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(attempts.length);
        expect(rows.reduce((sum, { passed }) => sum + passed, 0)).toBe(
          attempts.reduce((sum, value) => sum + value, 0),
        );
        for (const { key, n, passed, interval } of rows) {
          expect(interval).toEqual(wilsonInterval(passed, n));
          const found = fittingCells(index, { ...defaultMatrixView, only: { [axis]: new Set([key]) } });
          expect(Array.from(found).filter((at) => !Number.isNaN(whole[at])).length).toBe(n);
        }
        const rates = rows.map(({ rate }) => rate);
        expect(rates).toEqual([...rates].sort((a, b) => b - a));
      }),
    );
  });

  it('a dot’s filter finds the attempts of that agent with that model, and nothing cheaper beats the line', () => {
    fc.assert(
      fc.property(sweeps, (index) => {
        const points = paretoPoints(index, all(index.length));
        for (const point of points) {
          const found = fittingCells(index, { ...defaultMatrixView, pairs: new Set([pairKey(point)]) });
          const attempts = Array.from(found).filter((at) => !Number.isNaN(index.values('outcome')[at]));
          expect(attempts.length).toBe(point.n);
          const isBeaten = points.some((other) => other.usd < point.usd && other.rate >= point.rate);
          if (point.isFrontier) expect(isBeaten).toBe(false);
        }
      }),
    );
  });

  it('times are told of attempts alone, each once', () => {
    fc.assert(
      fc.property(sweeps, (index) => {
        const known = Array.from({ length: index.length }, (_, at) => at).filter(
          (at) => !Number.isNaN(index.values('duration')[at]) && !Number.isNaN(index.values('outcome')[at]),
        );
        const rows = distributionsOf(index, all(index.length), 'agent', 'duration')?.rows ?? [];
        expect(rows.reduce((sum, { passed, failed }) => sum + passed.count + failed.count, 0)).toBe(
          known.length,
        );
      }),
    );
  });
});

it('several attempts: all, one and any, in that order, and what is flaky', () => {
  const cells = [1, 0, 1, 1, 1, 1].map(
    (pass, at): SweepCell => ({
      id: `s/odd/${at}`,
      agent: 'pi',
      model: 'm',
      family: 'f',
      task: at < 3 ? 'f/flaky' : 'f/steady',
      attempt: (at % 3) + 1,
      outcome: pass === 1 ? 'passed' : 'failed',
      pass,
      composite: null,
      durationMs: null,
    }),
  );
  const { k, rows, flaky } = attemptsOf(indexSweep(aSweep(cells)), all(6), 'agent');
  expect(k).toBe(3);
  expect(rows).toEqual([{ key: 'pi', units: 2, all: 0.5, one: (2 / 3 + 1) / 2, any: 1 }]);
  expect(flaky).toEqual([{ task: 'f/flaky', flaky: 1, units: 1 }]);
});

it('an axis that tells all apart has all of the spread, one that tells nothing none', () => {
  const cells = [1, 1, 0, 0].map(
    (pass, at): SweepCell => ({
      id: `s/odd/${at}`,
      agent: pass === 1 ? 'good' : 'bad',
      model: at % 2 === 0 ? 'even' : 'odd',
      family: null,
      task: null,
      attempt: 1,
      outcome: pass === 1 ? 'passed' : 'failed',
      pass,
      composite: null,
      durationMs: null,
    }),
  );
  const index = indexSweep(aSweep(cells));
  expect(spreadOf(index, 'agent')).toBe(1);
  expect(spreadOf(index, 'model')).toBe(0);
  expect(spreadOf(indexSweep(aSweep(cells.slice(0, 2))), 'agent')).toBeNull();
});

it('scales keep their ends and have ticks between them', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 10, noNaN: true }),
      fc.double({ min: 1.5, max: 1e6, noNaN: true }),
      (low, factor) => {
        for (const scale of [linearScale(low, low * factor, 10, 300), logScale(low, low * factor, 10, 300)]) {
          expect(scale.at(low)).toBeCloseTo(10, 6);
          expect(scale.at(low * factor)).toBeCloseTo(300, 6);
          for (const tick of scale.ticks) {
            expect(scale.at(tick)).toBeGreaterThan(9.9);
            expect(scale.at(tick)).toBeLessThan(300.1);
          }
        }
      },
    ),
  );
});

it('of labels that overlap the first stays', () => {
  const boxes = [
    { x: 0, y: 0, width: 50 },
    { x: 40, y: 5, width: 50 },
    { x: 60, y: 0, width: 50 },
    { x: 0, y: 40, width: 50 },
  ];
  expect(freeLabels(boxes, 14)).toEqual([0, 2, 3]);
});

it('says at least two values of every range, however narrow, and ends on one value', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
      fc.double({ min: 1.01, max: 1e6, noNaN: true }),
      (low, factor) => {
        for (const scaleOf of [linearScale, logScale]) {
          expect(scaleOf(low, low * factor, 0, 300).ticks.length).toBeGreaterThanOrEqual(2);
          expect(scaleOf(low, low, 0, 300).ticks.length).toBeLessThan(10);
        }
      },
    ),
  );
});
