// The ruler: windows, zoom, and moments under pixels.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createScale,
  fit as fitWhole,
  isFitted,
  MIN_WINDOW_NS,
  nsAt,
  panBy,
  pxAt,
  reveal,
  showWindow,
  type TimeScale,
  ticks,
  withLength,
  withWidth,
  zoomAt,
} from '../../../../viewer/model/timeline/time-scale.ts';

const SECOND = 1e9;
const labels = (scale: TimeScale, approxPx = 100) => ticks(scale, approxPx).map((tick) => tick.label);

const change: fc.Arbitrary<(scale: TimeScale) => TimeScale> = fc.oneof(
  fc.tuple(fc.integer({ min: -50, max: 1500 }), fc.double({ min: 0.01, max: 100, noNaN: true })).map(
    ([px, factor]) =>
      (scale: TimeScale) =>
        zoomAt(scale, px, factor),
  ),
  fc.integer({ min: -5000, max: 5000 }).map((px) => (scale: TimeScale) => panBy(scale, px)),
  fc
    .tuple(
      fc.double({ min: -1e10, max: 1e11, noNaN: true }),
      fc.double({ min: -1e10, max: 1e11, noNaN: true }),
    )
    .map(
      ([a, b]) =>
        (scale: TimeScale) =>
          showWindow(scale, a, b),
    ),
  fc.integer({ min: 0, max: 4000 }).map((px) => (scale: TimeScale) => withWidth(scale, px)),
  fc.integer({ min: 0, max: 1e11 }).map((ns) => (scale: TimeScale) => withLength(scale, ns)),
  fc.integer({ min: 0, max: 1e11 }).map((ns) => (scale: TimeScale) => reveal(scale, ns)),
  fc.constant(fitWhole),
);
const anyScale = fc
  .tuple(
    fc.integer({ min: 0, max: 1e11 }),
    fc.integer({ min: 1, max: 3000 }),
    fc.array(change, { maxLength: 12 }),
  )
  .map(([length, width, changes]) =>
    changes.reduce((scale, apply) => apply(scale), createScale(length, width)),
  );

describe('the ruler', () => {
  it('keeps its window within the recording and never narrower than a microsecond', () => {
    fc.assert(
      fc.property(anyScale, ({ fromNs, toNs, widthPx, lengthNs }) => {
        expect(fromNs).toBeGreaterThanOrEqual(0);
        expect(toNs).toBeLessThanOrEqual(Math.max(lengthNs, MIN_WINDOW_NS));
        // A window far from 0 is a difference of doubles.
        expect(toNs - fromNs).toBeGreaterThanOrEqual(MIN_WINDOW_NS - 0.01);
        expect(widthPx).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('finds the moment under a pixel, and the pixel of that moment', () => {
    fc.assert(
      fc.property(anyScale, fc.double({ min: 0, max: 1, noNaN: true }), (scale, share) => {
        fc.pre(scale.lengthNs >= MIN_WINDOW_NS);
        const px = share * scale.widthPx;
        expect(Math.abs(pxAt(scale, nsAt(scale, px)) - px)).toBeLessThan(0.1);
      }),
    );
  });

  it('keeps the moment under the pointer where it is while zooming in', () => {
    fc.assert(
      fc.property(
        anyScale,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (scale, share, factor) => {
          fc.pre(scale.lengthNs >= MIN_WINDOW_NS);
          const px = share * scale.widthPx;
          const before = nsAt(scale, px);
          const zoomed = zoomAt(scale, px, factor);
          expect(Math.abs(nsAt(zoomed, px) - before)).toBeLessThan((zoomed.toNs - zoomed.fromNs) * 1e-3);
        },
      ),
    );
  });

  it('sets marks in sight, evenly, about as far apart as asked', () => {
    fc.assert(
      fc.property(anyScale, fc.integer({ min: 40, max: 200 }), (scale, approxPx) => {
        const marks = ticks(scale, approxPx);
        expect(marks.length).toBeLessThanOrEqual(scale.widthPx / approxPx + 2);
        for (const mark of marks) {
          expect(mark.px).toBeGreaterThanOrEqual(-0.1);
          expect(mark.px).toBeLessThanOrEqual(scale.widthPx + 0.1);
        }
        const gaps = marks.slice(1).map((mark, index) => mark.px - marks[index]!.px);
        for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(approxPx * 0.99);
        expect(new Set(marks.map((mark) => mark.label)).size).toBe(marks.length);
      }),
    );
  });

  it('labels seconds as the page does', () => {
    expect(labels(createScale(4.436 * SECOND, 1160), 100)).toEqual([
      '0.0 s',
      '0.5 s',
      '1.0 s',
      '1.5 s',
      '2.0 s',
      '2.5 s',
      '3.0 s',
      '3.5 s',
      '4.0 s',
    ]);
  });

  it('labels what is below a second in ms and µs, and long runs in minutes and hours', () => {
    expect(labels(createScale(13e6, 600))).toEqual(['0 ms', '5 ms', '10 ms']);
    expect(labels(createScale(40_000, 500))).toEqual(['0 µs', '10 µs', '20 µs', '30 µs', '40 µs']);
    expect(labels(createScale(150 * SECOND, 600))).toEqual([
      '0 s',
      '30 s',
      '1 m',
      '1 m 30 s',
      '2 m',
      '2 m 30 s',
    ]);
    expect(labels(createScale(4 * 3600 * SECOND, 500))).toEqual(['0 s', '1 h', '2 h', '3 h', '4 h']);
  });

  it('adds digits where the window is narrow and late', () => {
    const scale = showWindow(createScale(13 * SECOND, 500), 3.31 * SECOND, 3.31 * SECOND + 1e6);
    expect(labels(scale)).toEqual(['3.3100 s', '3.3102 s', '3.3104 s', '3.3106 s', '3.3108 s', '3.3110 s']);
  });

  it('stays fitted while a live run grows, and keeps a chosen window', () => {
    const fitted = createScale(5 * SECOND, 800);
    expect(withLength(fitted, 9 * SECOND)).toMatchObject({ fromNs: 0, toNs: 9 * SECOND });
    const chosen = showWindow(fitted, SECOND, 2 * SECOND);
    expect(withLength(chosen, 9 * SECOND)).toMatchObject({ fromNs: SECOND, toNs: 2 * SECOND });
    expect(isFitted(chosen)).toBe(false);
    expect(isFitted(fitWhole(chosen))).toBe(true);
  });

  it('pans just far enough to show a moment, and not at all when it is in sight', () => {
    const scale = showWindow(createScale(10 * SECOND, 800), 2 * SECOND, 4 * SECOND);
    expect(reveal(scale, 3 * SECOND)).toBe(scale);
    expect(reveal(scale, 5 * SECOND)).toMatchObject({ fromNs: 3 * SECOND, toNs: 5 * SECOND });
    expect(reveal(scale, SECOND)).toMatchObject({ fromNs: SECOND, toNs: 3 * SECOND });
  });
});
