// The overview of a comparison in pixels: runs one below the other, steps as columns, and where they part.
import { describe, expect, it } from 'vitest';
import { alignRuns, axisAt, type CompareClock } from '../../../../viewer/model/compare/alignment.ts';
import {
  FOOT_PX,
  heightOfRuns,
  LINK_PX,
  layOverview,
  RUN_PX,
  type RunParts,
  runTop,
} from '../../../../viewer/model/compare/overview-runs.ts';
import type { RunStep } from '../../../../viewer/model/compare/run-steps.ts';
import { buildSpanTracks } from '../../../../viewer/model/timeline/span-tracks.ts';
import type { Mark } from '../../../../viewer/model/timeline/track-marks.ts';
import { RULER_PX } from '../../../../viewer/model/timeline/tracks.ts';
import { aTrace } from '../../../support/trace-builders.ts';

const SECOND = 1e9;
const steps = (...list: (readonly [key: string, atS: number])[]): RunStep[] =>
  list.map(([key, atS], entry) => ({
    key,
    label: `bash · ${key}`,
    startNs: atS * SECOND,
    endNs: (atS + 1) * SECOND,
    rowKey: null,
    entry,
    result: '',
    changed: '',
    isRetried: false,
  }));
// read | test (a alone) | edit
const alignment = alignRuns(
  { steps: steps(['read', 1], ['test', 3], ['edit', 6]), lengthNs: 10 * SECOND, name: 'pi' },
  { steps: steps(['read', 2], ['edit', 4]), lengthNs: 5 * SECOND, name: 'codex' },
);

const error = (atS: number, isRecovered: boolean): Mark => ({
  kind: 'error',
  tNs: atS * SECOND,
  row: 0,
  track: 'tool',
  changeIndex: -1,
  label: 'bash',
  isRecovered,
});

function drawn(clock: CompareClock) {
  const run = (side: 'a' | 'b', lengthNs: number): RunParts => {
    const columns = aTrace([{ kind: 'tool_call', startNs: SECOND, lengthNs: SECOND }], lengthNs);
    return {
      lengthNs,
      trace: { columns, tracks: buildSpanTracks(columns) },
      errors: side === 'a' ? [error(2, true), error(7, false)] : [],
      changes: [],
      label: null,
      missing: null,
      axisOf: (tNs) => axisAt(alignment, clock, side, tNs),
    };
  };
  const axisLength = clock === 'time' ? 10 * SECOND : axisAt(alignment, 'step', 'a', 10 * SECOND);
  return layOverview(
    { alignment, clock, axisLength, widthPx: 1000, divergence: alignment.divergences[0] ?? null },
    [run('a', 10 * SECOND), run('b', 5 * SECOND)],
  );
}

describe('the runs', () => {
  it('stand one below the other, with room for links between the first two alone', () => {
    expect(runTop(0)).toBe(RULER_PX);
    expect(runTop(1) - runTop(0)).toBe(RUN_PX + LINK_PX);
    expect(runTop(2) - runTop(1)).toBeLessThan(RUN_PX + LINK_PX);
    expect(heightOfRuns(3)).toBe(runTop(2) + RUN_PX + FOOT_PX);
  });

  it('reach as far as they lasted, their bars where their spans were', () => {
    const { runs } = drawn('time');
    expect(runs.map(({ toPx }) => toPx)).toEqual([1000, 500]);
    expect(runs[0]?.bars).toMatchObject([{ x: 100, width: 100, kind: 'tool_call' }]);
  });
});

describe('errors', () => {
  it('after which the agent went on are told from the others', () => {
    const { runs } = drawn('time');
    expect(runs.map(({ errorsPx, recoveredPx }) => [errorsPx, recoveredPx])).toEqual([
      [[700], [200]],
      [[], []],
    ]);
  });
});

describe('the steps', () => {
  it('are columns of one width on the clock of steps, and say who waits and where the runs part', () => {
    const { columns } = drawn('step');
    expect(columns.map(({ label, waits, parts }) => [label, waits, parts])).toEqual([
      ['bash read', null, false],
      ['bash test', 'b', true],
      ['bash edit', null, false],
    ]);
    expect(new Set(columns.map(({ width }) => width)).size).toBe(1);
    expect(drawn('time').columns).toEqual([]);
  });

  it('that both took are linked, each at its own moment', () => {
    expect(drawn('time').links).toEqual([
      { a: 100, b: 200 },
      { a: 600, b: 400 },
    ]);
    for (const { a, b } of drawn('step').links) expect(a).toBe(b);
  });
});
