// Idle time is compressed by a map that leads back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanFlag } from '../../../../shared/span.ts';
import {
  activityTimes,
  buildIdleMap,
  isWorthCompressing,
  MIN_GAP_NS,
  MIN_GAP_SHARE,
} from '../../../../viewer/model/timeline/idle-gaps.ts';
import {
  gapAt,
  type IdleMap,
  idleShare,
  idleWords,
  rateAt,
  runAt,
  watchedAt,
} from '../../../../viewer/model/timeline/idle-map.ts';
import { aTrace } from '../../../support/trace-builders.ts';

const SECOND = 1e9;
const mapOf = (seconds: number[], length: number) =>
  buildIdleMap(
    Float64Array.from(seconds, (s) => s * SECOND),
    length * SECOND,
  );

const anyMap: fc.Arbitrary<IdleMap> = fc
  .tuple(
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
    fc.oneof(fc.integer({ min: 0, max: 20 * SECOND }), fc.integer({ min: 0, max: 86_400 * SECOND })),
  )
  .map(([shares, lengthNs]) =>
    buildIdleMap(Float64Array.from(shares, (share) => share * lengthNs).sort(), lengthNs),
  );
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the idle map', () => {
  it('is monotone: what comes later in the run is never watched earlier', () => {
    fc.assert(
      fc.property(anyMap, share, share, (map, a, b) => {
        const [early, late] = [Math.min(a, b) * map.lengthNs, Math.max(a, b) * map.lengthNs];
        expect(watchedAt(map, early)).toBeLessThanOrEqual(watchedAt(map, late));
        const [first, last] = [Math.min(a, b) * map.watchedLengthNs, Math.max(a, b) * map.watchedLengthNs];
        expect(runAt(map, first)).toBeLessThanOrEqual(runAt(map, last));
      }),
    );
  });

  it('is reversible, both ways, to within a microsecond', () => {
    fc.assert(
      fc.property(anyMap, share, (map, part) => {
        const tNs = part * map.lengthNs;
        // A gap of an hour shrunk to half a second multiplies the last bit by thousands: still below 1 µs.
        expect(Math.abs(runAt(map, watchedAt(map, tNs)) - tNs)).toBeLessThanOrEqual(1000);
        const watchedNs = part * map.watchedLengthNs;
        expect(Math.abs(watchedAt(map, runAt(map, watchedNs)) - watchedNs)).toBeLessThanOrEqual(1000);
      }),
    );
  });

  it('is as long as it says: the busy time whole, every gap at the one fixed width', () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        const idleNs = map.gaps.reduce((sum, gap) => sum + gap.toNs - gap.fromNs, 0);
        const total = map.lengthNs - idleNs + map.gaps.length * map.gapWatchedNs;
        expect(Math.abs(map.watchedLengthNs - total)).toBeLessThan(1);
        expect(watchedAt(map, map.lengthNs)).toBe(map.watchedLengthNs);
        expect(runAt(map, map.watchedLengthNs)).toBe(map.lengthNs);
        expect(watchedAt(map, 0)).toBe(0);
        expect(map.watchedLengthNs).toBeLessThanOrEqual(map.lengthNs);
        for (const gap of map.gaps) {
          const width = watchedAt(map, gap.toNs) - watchedAt(map, gap.fromNs);
          expect(Math.abs(width - map.gapWatchedNs)).toBeLessThan(1);
          expect(gap.toNs - gap.fromNs).toBeGreaterThan(map.gapWatchedNs);
        }
      }),
    );
  });

  it('shrinks the gaps above 5 % of the run and a second, and no others', () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 30 }), fc.integer({ min: 1, max: 100 }), (shares, seconds) => {
        const lengthNs = seconds * SECOND;
        const times = shares.map((part) => part * lengthNs).sort((a, b) => a - b);
        const bounds = [0, ...times, lengthNs];
        const wanted = bounds.slice(1).flatMap((toNs, index) => {
          const fromNs = bounds[index]!;
          const isGap = toNs - fromNs >= MIN_GAP_NS && toNs - fromNs > lengthNs * MIN_GAP_SHARE;
          return isGap ? [{ fromNs, toNs }] : [];
        });
        expect(buildIdleMap(Float64Array.from(times), lengthNs).gaps).toEqual(wanted);
      }),
    );
  });

  it('plays a gap faster by just so much that it takes its fixed width', () => {
    const map = mapOf([0, 0.5, 1, 11, 11.5, 12], 12);
    expect(map.gaps).toEqual([{ fromNs: SECOND, toNs: 11 * SECOND }]);
    expect(rateAt(map, 0.5 * SECOND)).toBe(1);
    expect(rateAt(map, 5 * SECOND)).toBe(20);
    expect(rateAt(map, 11 * SECOND)).toBe(1);
    expect(gapAt(map, 11 * SECOND)).toBeNull();
    expect(map.watchedLengthNs).toBe(2.5 * SECOND);
  });

  it('keeps a pause of less than a second, however short the run', () => {
    expect(mapOf([0, 0.9], 0.9).gaps).toEqual([]);
    expect(mapOf([0, 1.1], 1.1).gaps).toHaveLength(1);
  });

  it('takes a run in which nothing happens as one gap, and a run of no length as none', () => {
    expect(mapOf([], 10)).toMatchObject({ gaps: [{ fromNs: 0, toNs: 10 * SECOND }] });
    expect(mapOf([], 0)).toMatchObject({ gaps: [], watchedLengthNs: 0 });
    expect(watchedAt(mapOf([], 0), 5)).toBe(0);
  });

  it('says how long the run is and how much of it is idle, and offers itself only where that pays', () => {
    expect(idleWords(mapOf([0, 0.5, 1, 13.2], 13.2))).toBe('13.2 s, 92 % idle');
    expect(isWorthCompressing(mapOf([0, 0.5, 1, 13.2], 13.2))).toBe(true);
    expect(idleWords(mapOf([0, 0.001, 13.17], 13.17))).toBe('13.2 s, 99 % idle');
    expect(idleWords(mapOf([0, 0.5, 0.9], 0.9))).toBe('900 ms, 0 % idle');
    expect(isWorthCompressing(mapOf([0, 0.5, 0.9], 0.9))).toBe(false);
    expect(idleShare(mapOf([0, 30], 40))).toBe(1);
  });
});

describe('the moments of a run', () => {
  it('are starts and ends of the spans that have a place in time, and those of the other tracks', () => {
    const trace = aTrace(
      [
        { startNs: 5, lengthNs: 10 },
        { startNs: 7, lengthNs: Number.NaN, flags: spanFlag.unfinished },
        { startNs: -1e12, lengthNs: 3, flags: spanFlag.clockSuspect },
      ],
      100,
    );
    expect([...activityTimes(trace, [[50, 1], new Float64Array([8])])]).toEqual([1, 5, 7, 8, 15, 50]);
    expect([...activityTimes(null, [])]).toEqual([]);
  });
});
