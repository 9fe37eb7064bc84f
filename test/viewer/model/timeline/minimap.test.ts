// The overview strip: how busy a run was, and with what.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildMinimap,
  centreAt,
  MIN_VIEW_PX,
  minimapBars,
  minimapView,
} from '../../../../viewer/model/timeline/minimap.ts';
import { createScale, isFitted, showWindow } from '../../../../viewer/model/timeline/time-scale.ts';
import { errorMarks } from '../../../../viewer/model/timeline/track-marks.ts';
import { passedRows } from '../../../../viewer/model/trace/noise.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const rows: fc.Arbitrary<TraceRow[]> = fc.array(
  fc.record({
    startNs: fc.integer({ min: 0, max: 10_000 }),
    lengthNs: fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.constant(Number.NaN)),
    kind: fc.constantFrom('model_call' as const, 'tool_call' as const, 'other' as const),
    status: fc.constantFrom('ok' as const, 'error' as const),
  }),
  { maxLength: 60 },
);

describe('the minimap', () => {
  it('counts every start, end and other moment once', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 40 }), (spans, bins) => {
        const trace = aTrace(spans, 20_000);
        const map = buildMinimap(trace, bins, {
          otherNs: [[0, 5, 19_999, 30_000]],
          errors: errorMarks(trace),
        });
        const ended = spans.filter((span) => !Number.isNaN(span.lengthNs));
        const sum = (counts: Uint32Array) => counts.reduce((a, b) => a + b, 0);
        expect(sum(map.moments)).toBe(spans.length + ended.length + 3);
        expect(sum(map.errors) + sum(map.recovered)).toBe(
          spans.filter((span) => span.status === 'error').length,
        );
        expect(map.maxMoments).toBe(Math.max(...map.moments));
      }),
    );
  });

  it('is drawn in bars that cover the strip without a gap and lose no error', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 400 }), (spans, widthPx) => {
        const map = buildMinimap(aTrace(spans, 20_000), 64, {
          errors: [7, 7, 19_999].map((tNs) => ({ tNs, isRecovered: tNs === 7 })),
        });
        const bars = minimapBars(map, widthPx, 3);
        let x = 0;
        for (const bar of bars) {
          expect(bar.x).toBe(x);
          x += bar.width;
        }
        expect(x).toBe(widthPx);
        expect(bars.some(({ error }) => error === 'failed')).toBe(true);
        expect(bars.length === 1 || bars.some(({ error }) => error === 'recovered')).toBe(true);
        expect(Math.max(...bars.map(({ share }) => share))).toBe(spans.length > 0 ? 1 : 0);
        expect(Math.max(...bars.map(({ model }) => model))).toBe(Math.max(...map.model));
      }),
    );
  });

  it('is as busy as the union of the spans is long', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 40 }), (spans, bins) => {
        const trace = aTrace(spans, 20_000);
        const map = buildMinimap(trace, bins);
        const covered = new Uint8Array(20_000);
        for (const { kind, startNs, lengthNs } of spans)
          if (kind === 'model_call')
            covered.fill(1, startNs, Number.isNaN(lengthNs) ? 20_000 : startNs + lengthNs);
        const busyNs = map.model.reduce((a, b) => a + b, 0) * (20_000 / bins);
        expect(busyNs).toBeCloseTo(
          covered.reduce((a, b) => a + b, 0),
          0,
        );
        for (const share of map.model) expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('tells model and tools apart, and puts errors where spans ended', () => {
    const trace = aTrace(
      [
        { startNs: 0, lengthNs: 25, kind: 'model_call' },
        { startNs: 50, lengthNs: 50, kind: 'tool_call', status: 'error' },
      ],
      100,
    );
    const map = buildMinimap(trace, 4, { errors: errorMarks(trace) });
    expect([...map.model]).toEqual([1, 0, 0, 0]);
    expect([...map.tool]).toEqual([0, 0, 1, 1]);
    expect([...map.errors]).toEqual([0, 0, 0, 1]);
  });

  it('shows what the agent did, and not the plumbing that is folded away', () => {
    const trace = aTrace(
      [
        { startNs: 0, lengthNs: 10, kind: 'tool_call' },
        ...[40, 41, 42].map((startNs) => ({ startNs, lengthNs: 1, name: 'sql.execute' })),
      ],
      100,
    );
    const folded = passedRows(trace);
    expect([...buildMinimap(trace, 4, { folded }).moments]).toEqual([2, 0, 0, 0]);
    expect([...buildMinimap(trace, 4).moments]).toEqual([2, 6, 0, 0]);
  });

  it('stands for an empty run and a run of no length', () => {
    expect(buildMinimap(aTrace([]), 10).maxMoments).toBe(0);
    expect(buildMinimap(aTrace([{ startNs: 0, lengthNs: 0 }]), 10).moments[0]).toBe(2);
  });
});

describe('the window on the minimap', () => {
  const whole = createScale(1000e9, 800);
  it('lies within the strip, wide enough for a hand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }), (a, b) => {
        const { x, width } = minimapView(showWindow(whole, a * 1e9, b * 1e9), 200);
        expect(width).toBeGreaterThanOrEqual(MIN_VIEW_PX);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(200.001);
      }),
    );
  });

  it('goes where the hand puts its middle, and stops at the ends', () => {
    const scale = showWindow(whole, 100e9, 200e9);
    expect(centreAt(scale, 200, 100)).toMatchObject({ fromNs: 450e9, toNs: 550e9 });
    expect(centreAt(scale, 200, -50)).toMatchObject({ fromNs: 0, toNs: 100e9 });
    expect(isFitted(centreAt(whole, 200, 150))).toBe(true);
  });
});
