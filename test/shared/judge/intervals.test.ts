// The intervals of a share and of a mean.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval, wilsonInterval } from '../../../shared/judge/intervals.ts';

describe("Wilson's interval", () => {
  it('is the one of the textbooks', () => {
    // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [successes, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(successes, trials)!;
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('holds the share, stays within 0 and 1, and narrows with more trials', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, share) => {
          const { low, high } = wilsonInterval(share * trials, trials)!;
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(share + 1e-9);
          expect(high).toBeGreaterThanOrEqual(share - 1e-9);
          const more = wilsonInterval(share * trials * 4, trials * 4)!;
          expect(more.high - more.low).toBeLessThan(high - low);
        },
      ),
    );
  });

  it('says nothing of no trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});

describe('the interval of a mean', () => {
  const of = (...values: number[]) =>
    meanInterval(
      values.reduce((a, b) => a + b, 0),
      values.reduce((a, b) => a + b * b, 0),
      values.length,
    );
  it("is Student's, and says nothing of one value", () => {
    // Mean 2, s = 1, t(2) = 4.303: 2 ± 4.303 / √3.
    expect(of(1, 2, 3)!.low).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 3);
    expect(of(1, 2, 3)!.high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 3);
    expect(of(5)).toBeNull();
    expect(of(0.1, 0.1, 0.1)).toEqual({ low: expect.closeTo(0.1, 9), high: expect.closeTo(0.1, 9) });
  });

  it('goes on without a step where the table ends', () => {
    // t(31) = 2.0395, t(100) = 1.984.
    const width = (count: number) => {
      const { low, high } = meanInterval(0, count - 1, count)!;
      return ((high - low) / 2) * Math.sqrt(count);
    };
    expect(width(32)).toBeCloseTo(2.0395, 2);
    expect(width(101)).toBeCloseTo(1.984, 2);
  });
});
