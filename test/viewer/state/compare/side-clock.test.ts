// A run's clock beside another run: a seek in either run leads both, and each is exactly where it was sought.
import { computed } from '@preact/signals';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  alignRuns,
  axisAt,
  type CompareClock,
  momentAt,
} from '../../../../viewer/model/compare/alignment.ts';
import { watchBoth } from '../../../../viewer/model/compare/compare-clock.ts';
import type { RunStep } from '../../../../viewer/model/compare/run-steps.ts';
import { PlaybackSession } from '../../../../viewer/state/cell/playback-session.ts';
import { SideClock } from '../../../../viewer/state/compare/side-clock.ts';

const LENGTH_NS = 600e9;

function aStep(key: string, startNs: number): RunStep {
  return {
    key,
    label: key,
    startNs,
    endNs: null,
    rowKey: null,
    entry: 0,
    result: '',
    changed: '',
    isRetried: false,
  };
}

/** Two runs of ten minutes on one clock. */
function twoRuns(a: readonly RunStep[], b: readonly RunStep[], clock: CompareClock) {
  const alignment = alignRuns(
    { steps: a, lengthNs: LENGTH_NS, name: 'pi' },
    { steps: b, lengthNs: LENGTH_NS, name: 'codex' },
  );
  const watch = watchBoth(alignment, clock);
  const shared = new PlaybackSession();
  shared.extend(watch.lengthNs);
  const axis = computed(() => watch.axisAt(shared.positionNs.value));
  const side = (name: 'a' | 'b') => {
    const one = new SideClock(
      shared,
      () => momentAt(alignment, clock, name, axis.value),
      (tNs) => shared.seek(watch.watchedAt(axisAt(alignment, clock, name, tNs))),
    );
    one.extend(LENGTH_NS);
    return one;
  };
  return { shared, a: side('a'), b: side('b') };
}

const anySteps = fc
  .array(fc.tuple(fc.constantFrom('read', 'edit', 'test'), fc.nat(LENGTH_NS)), { maxLength: 40 })
  .map((list) => list.sort((x, y) => x[1] - y[1]).map(([key, startNs]) => aStep(key, startNs)));

it('is at the very nanosecond that was sought, by time and by step', () => {
  fc.assert(
    fc.property(anySteps, anySteps, fc.nat(LENGTH_NS), (a, b, tNs) => {
      for (const clock of ['time', 'step'] as const) {
        const runs = twoRuns(a, b, clock);
        runs.b.seek(tNs);
        expect(runs.b.positionNs.peek()).toBe(tNs);
      }
    }),
  );
});

it('moves the other run with it, and both hear of one seek', () => {
  const runs = twoRuns(
    [aStep('read', 1e9), aStep('edit', 5e9)],
    [aStep('read', 2e9), aStep('edit', 9e9)],
    'step',
  );
  runs.a.seek(5e9);
  expect(runs.b.positionNs.peek()).toBe(9e9);
  expect([runs.a.seeks.peek(), runs.b.seeks.peek()]).toEqual([1, 1]);
});

it('ends with its own run, however long the other goes on', () => {
  const shared = new PlaybackSession();
  shared.extend(20e9);
  const short = new SideClock(
    shared,
    () => shared.positionNs.value,
    (tNs) => shared.seek(tNs),
  );
  expect(short.ended.peek()).toBe(false);
  short.extend(3.5);
  short.extend(2);
  expect(short.lengthNs.peek()).toBe(3.5);
  shared.seek(10e9);
  expect([short.positionNs.peek(), short.ended.peek(), shared.ended.peek()]).toEqual([3.5, true, false]);
});
