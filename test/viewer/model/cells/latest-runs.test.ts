// Which runs the front page shows as pictures, and the figures on them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CellSummary } from '../../../../shared/wire.ts';
import {
  activityBars,
  glanceLength,
  isReplayable,
  latestRuns,
} from '../../../../viewer/model/cells/latest-runs.ts';
import { aCell } from '../../../support/trace-builders.ts';

const run = (id: string, more: Partial<CellSummary> = {}): CellSummary => ({
  ...aCell({ id: `s/pi/m/f/${id}`, sweep: 's', outcome: 'passed', spans: 9 }),
  hasTerminal: true,
  ...more,
});

it('takes the newest four that can be played, a terminal before none, and none that is under way', () => {
  const cells = [
    run('under-way', { outcome: 'running' }),
    run('a', { hasTerminal: false }),
    run('b'),
    run('scores', { spans: 0, hasTerminal: false }),
    run('c'),
    run('d', { spans: 0 }),
    run('e', { outcome: 'failed' }),
    run('f'),
  ];
  expect(latestRuns(cells).map(({ id }) => id.at(-1))).toEqual(['b', 'c', 'd', 'e']);
  expect(latestRuns(cells.slice(0, 4)).map(({ id }) => id.at(-1))).toEqual(['a', 'b']);
  expect(cells.filter(isReplayable).length).toBe(7);
});

it('says lengths as they are glanced at', () => {
  expect([0, 4240, 9949, 9950, 85_000, 2_357_000, 3_723_400].map(glanceLength)).toEqual([
    '0.0 s',
    '4.2 s',
    '9.9 s',
    '0:10',
    '1:25',
    '39:17',
    '1:02:03',
  ]);
});

it('draws bars between nothing and all, the fullest full', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -10, max: 200, noNaN: true }), { minLength: 1 }), (times) => {
      const bars = activityBars(times, 100, 20);
      expect(bars.length).toBe(20);
      expect(Math.max(...bars)).toBe(1);
      expect(Math.min(...bars)).toBeGreaterThanOrEqual(0);
    }),
  );
  expect(activityBars([1, 2], 0, 3)).toEqual([0, 0, 0]);
});
