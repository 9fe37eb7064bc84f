// A run in the comparison's overview.
import { describe, expect, it } from 'vitest';
import { compareBars } from '../../../../viewer/model/compare/compare-bars.ts';
import { buildSpanTracks } from '../../../../viewer/model/timeline/span-tracks.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const barsOf = (rows: readonly TraceRow[], nsPerPx = 1) => {
  const columns = aTrace(rows);
  const px = (tNs: number) => tNs / nsPerPx;
  return compareBars(columns, buildSpanTracks(columns), { startPx: px, endPx: px });
};

describe('a run in the overview', () => {
  it('has its model calls, what it did and its phases in a row each, and no plumbing', () => {
    expect(
      barsOf([
        { startNs: 0, lengthNs: 100, kind: 'adapter_run' },
        { startNs: 10, lengthNs: 20, kind: 'model_call' },
        { startNs: 30, lengthNs: 5, kind: 'tool_call' },
        { startNs: 90, lengthNs: 10, kind: 'verify' },
        { startNs: 50, lengthNs: 10, kind: 'other' },
      ]),
    ).toEqual([
      { barRow: 'run', kind: 'adapter_run', failed: false, row: 0, x: 0, width: 100 },
      { barRow: 'model', kind: 'model_call', failed: false, row: 1, x: 10, width: 20 },
      { barRow: 'done', kind: 'tool_call', failed: false, row: 2, x: 30, width: 5 },
      { barRow: 'done', kind: 'verify', failed: false, row: 3, x: 90, width: 10 },
    ]);
  });

  it('shows whatever there is where nothing else was recorded', () => {
    expect(barsOf([{ startNs: 0, lengthNs: 100, kind: 'other' }])).toMatchObject([
      { barRow: 'done', width: 100 },
    ]);
    expect(barsOf([])).toEqual([]);
  });

  it('folds what lies within two pixels, and draws nothing narrower', () => {
    const tools = Array.from(
      { length: 1000 },
      (_, at): TraceRow => ({ startNs: at * 10, lengthNs: 5, kind: 'tool_call' }),
    );
    const bars = barsOf(tools, 100);
    expect(bars.length).toBeLessThan(60);
    for (const { width } of bars) expect(width).toBeGreaterThanOrEqual(2);
  });

  it('tells a verifier that failed from one that passed, and folds it into nothing', () => {
    const bars = barsOf(
      [
        { startNs: 0, lengthNs: 100, kind: 'tool_call' },
        { startNs: 100, lengthNs: 1, kind: 'verify', status: 'error' },
        { startNs: 9000, lengthNs: 100, kind: 'verify', status: 'ok' },
      ],
      100,
    );
    expect(bars.map(({ kind, failed }) => [kind, failed])).toEqual([
      ['tool_call', false],
      ['verify', true],
      ['verify', false],
    ]);
  });
});
