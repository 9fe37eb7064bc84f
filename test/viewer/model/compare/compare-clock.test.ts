// The common clock of two runs, by time and by step.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Alignment,
  alignRuns,
  axisAt,
  type CompareClock,
  momentAt,
} from '../../../../viewer/model/compare/alignment.ts';
import {
  divergenceStops,
  extraRunAxisAt,
  stepStops,
  watchBoth,
} from '../../../../viewer/model/compare/compare-clock.ts';
import { presentPair, reachedPair, stepRows } from '../../../../viewer/model/compare/compare-rows.ts';
import type { RunStep } from '../../../../viewer/model/compare/run-steps.ts';

const SECOND = 1e9;
const steps = (...list: (readonly [key: string, atS: number, result?: string])[]): RunStep[] =>
  list.map(([key, atS, result = ''], entry) => ({
    key,
    label: key,
    startNs: atS * SECOND,
    endNs: (atS + 0.5) * SECOND,
    rowKey: null,
    entry,
    result,
    changed: '',
    isRetried: false,
  }));
const align = (a: RunStep[], b: RunStep[], aS = 10, bS = 20) =>
  alignRuns(
    { steps: a, lengthNs: aS * SECOND, name: 'pi' },
    { steps: b, lengthNs: bS * SECOND, name: 'opencode' },
  );
const anySteps = fc
  .array(fc.tuple(fc.constantFrom('read', 'edit', 'test'), fc.integer({ min: 0, max: 9000 })), {
    maxLength: 20,
  })
  .map((list) => steps(...list.sort((x, y) => x[1] - y[1]).map(([key, ms]) => [key, ms / 1000] as const)));

// read | test (a alone) | ls (b alone) | edit
const both = align(
  steps(['read', 1], ['test', 3], ['edit', 5, 'ok']),
  steps(['read', 2], ['ls', 4], ['edit', 12, 'bad']),
);

describe('watching two runs', () => {
  it('by time takes as long as the longer of all that lie on the axis', () => {
    expect(watchBoth(both, 'time').lengthNs).toBe(20 * SECOND);
    expect(watchBoth(both, 'time', 30 * SECOND).axisLength).toBe(30 * SECOND);
    expect(watchBoth(both, 'time').axisAt(25 * SECOND)).toBe(20 * SECOND);
  });

  it('by step gives every step the time that the slower run takes for it', () => {
    const watch = watchBoth(both, 'step');
    expect(watch.axisLength).toBe(5);
    // To the first step 2 s, then 2, 2, 8 and to the end 8.
    expect([0, 1, 2, 3, 4, 5].map((place) => watch.watchedAt(place) / SECOND)).toEqual([0, 2, 4, 6, 14, 22]);
    expect(watch.axisAt(3 * SECOND)).toBe(1.5);
  });

  it('only ever goes on, leads back to where it came from and is exact at each step', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anySteps, anySteps, share, share, (a, b, p, q) => {
        const aligned = align(a, b);
        for (const clock of ['time', 'step'] as const) {
          const watch = watchBoth(aligned, clock);
          const [early, late] = [Math.min(p, q) * watch.lengthNs, Math.max(p, q) * watch.lengthNs];
          expect(watch.axisAt(early)).toBeLessThanOrEqual(watch.axisAt(late));
          expect(watch.watchedAt(watch.axisAt(early)) / SECOND).toBeCloseTo(early / SECOND, 5);
          for (const stop of stepStops(aligned, clock))
            expect(watch.axisAt(watch.watchedAt(stop))).toBe(stop);
        }
      }),
    );
  });
});

describe('the places worth stopping at', () => {
  it('are the steps: of both at once by step, of either by time', () => {
    expect([...stepStops(both, 'step')]).toEqual([1, 2, 3, 4]);
    expect([...stepStops(both, 'time')].map((ns) => ns / SECOND)).toEqual([1, 2, 3, 4, 5, 12]);
  });

  it('are the divergences: where both have parted by step, where either comes to it by time', () => {
    const [first, second] = divergenceStops(both, both.divergences, 'step');
    expect(first).toEqual({ axis: 2, divergence: 0 });
    // A result is seen in both runs, never a hair before.
    expect(momentAt(both, 'step', 'a', second?.axis ?? 0)).toBeGreaterThanOrEqual(5.5 * SECOND);
    expect(momentAt(both, 'step', 'b', second?.axis ?? 0)).toBeGreaterThanOrEqual(12.5 * SECOND);
    expect(divergenceStops(both, both.divergences, 'time').map(({ axis }) => axis / SECOND)).toEqual([
      3, 4, 5.5, 12.5,
    ]);
  });

  const stopsOf = (alignment: Alignment, clock: CompareClock) =>
    divergenceStops(alignment, alignment.divergences, clock);

  it('ascend', () => {
    fc.assert(
      fc.property(anySteps, anySteps, (a, b) => {
        for (const clock of ['time', 'step'] as const) {
          const stops = stopsOf(align(a, b), clock).map(({ axis }) => axis);
          expect(stops).toEqual([...stops].sort((x, y) => x - y));
        }
      }),
    );
  });
});

describe('a third run', () => {
  it('lies by time on its own moments, by step beside the steps that it shares with the first', () => {
    const third = align(
      steps(['read', 1], ['test', 3], ['edit', 5]),
      steps(['read', 7], ['edit', 9]),
      10,
      11,
    );
    expect(extraRunAxisAt(both, third, 'time', 7 * SECOND)).toBe(7 * SECOND);
    expect(extraRunAxisAt(both, third, 'step', 7 * SECOND)).toBe(axisAt(both, 'step', 'a', 1 * SECOND));
    expect(extraRunAxisAt(both, third, 'step', 9 * SECOND)).toBe(axisAt(both, 'step', 'a', 5 * SECOND));
  });

  it('never goes back', () => {
    const moment = fc.integer({ min: 0, max: 20_000 }).map((ms) => ms * 1e6);
    fc.assert(
      fc.property(anySteps, anySteps, anySteps, moment, moment, (a, b, c, p, q) => {
        const at = (tNs: number) => extraRunAxisAt(align(a, b), align(a, c), 'step', tNs);
        expect(at(Math.min(p, q))).toBeLessThanOrEqual(at(Math.max(p, q)) + 1e-9);
      }),
    );
  });
});

describe('rows of steps', () => {
  it('say whether both took a step, and whether it came to the same', () => {
    expect(stepRows(both).map(({ relation }) => relation)).toEqual(['same', 'only-a', 'only-b', 'changed']);
  });

  it('know where each run stands', () => {
    const standing = (side: 'a' | 'b', atS: number) => presentPair(both, side, atS * SECOND);
    expect([standing('a', 0.5), standing('a', 1), standing('a', 4), standing('a', 10)]).toEqual([
      -1, 0, 1, 3,
    ]);
    expect([standing('b', 2), standing('b', 11), standing('b', 12)]).toEqual([0, 2, 3]);
  });

  it('leave a run that waits at its last step', () => {
    const reached = (side: 'a' | 'b') => [-1, 0, 1, 2, 3, 4].map((pair) => reachedPair(both, side, pair));
    expect(reached('a')).toEqual([-1, 0, 1, 1, 3, 3]);
    expect(reached('b')).toEqual([-1, 0, 0, 2, 3, 3]);
  });
});
