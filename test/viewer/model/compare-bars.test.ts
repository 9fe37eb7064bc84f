import { describe, expect, it } from 'vitest';
import { compareBars } from '../../../viewer/model/compare-bars.ts';
import { buildLanes } from '../../../viewer/model/lanes.ts';
import { aTrace, type TraceRow } from '../../support/trace-builders.ts';

const barsOf = (rows: readonly TraceRow[], nsPerPx = 1) => {
  const columns = aTrace(rows);
  const px = (tNs: number) => tNs / nsPerPx;
  return compareBars(columns, buildLanes(columns), { startPx: px, endPx: px });
};

describe('a run as a lane of the overview', () => {
  it('has its model calls in the first line, tools and verifier in the second, and no phases', () => {
    expect(
      barsOf([
        { startNs: 0, lengthNs: 100, kind: 'adapter_run' },
        { startNs: 10, lengthNs: 20, kind: 'model_call' },
        { startNs: 30, lengthNs: 5, kind: 'tool_call' },
        { startNs: 90, lengthNs: 10, kind: 'verify' },
      ]),
    ).toEqual([
      { line: 0, kind: 'model_call', x: 10, width: 20 },
      { line: 1, kind: 'tool_call', x: 30, width: 5 },
      { line: 1, kind: 'verify', x: 90, width: 10 },
    ]);
  });

  it('shows its phases where nothing else was recorded', () => {
    expect(barsOf([{ startNs: 0, lengthNs: 100, kind: 'adapter_run' }])).toHaveLength(1);
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
});
