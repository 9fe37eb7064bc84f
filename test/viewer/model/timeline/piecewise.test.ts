// The laws that every user of the map leans on: it only ever goes on, it leads back, and it is exact at knots.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  mapAlong,
  mapBack,
  mapOfPlaces,
  type PiecewiseMap,
} from '../../../../viewer/model/timeline/piecewise.ts';

const MAX_NS = 1e8;

/** Knots of whole nanoseconds; a step of 0 is a jump or a rest. */
const maps = (leastStep: number) =>
  fc
    .array(
      fc.record({
        from: fc.integer({ min: leastStep, max: 1e6 }),
        to: fc.integer({ min: leastStep, max: 1e6 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((steps): PiecewiseMap => {
      const [from, to] = [[0], [0]];
      for (const step of steps) {
        from.push((from.at(-1) ?? 0) + step.from);
        to.push((to.at(-1) ?? 0) + step.to);
      }
      return { from: Float64Array.from(from), to: Float64Array.from(to) };
    });
const values = fc.double({ min: -MAX_NS, max: MAX_NS, noNaN: true });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

it('only ever goes on, in both directions, jumps and rests included', () => {
  fc.assert(
    fc.property(maps(0), values, values, (map, p, q) => {
      const [early, late] = [Math.min(p, q), Math.max(p, q)];
      expect(mapAlong(map, early)).toBeLessThanOrEqual(mapAlong(map, late));
      expect(mapBack(map, early)).toBeLessThanOrEqual(mapBack(map, late));
    }),
  );
});

it('leads back to where it came from where it neither jumps nor rests', () => {
  fc.assert(
    fc.property(maps(1000), shares, (map, share) => {
      const value = share * (map.from.at(-1) ?? 0);
      // Steps that differ a thousand times in length cost three digits of fifteen.
      expect(Math.abs(mapBack(map, mapAlong(map, value)) - value)).toBeLessThan(1e-3);
      const other = share * (map.to.at(-1) ?? 0);
      expect(Math.abs(mapAlong(map, mapBack(map, other)) - other)).toBeLessThan(1e-3);
    }),
  );
});

it('is exact at its knots and keeps every digit where both axes run at one rate', () => {
  fc.assert(
    fc.property(maps(1000), (map) => {
      for (const [knot, value] of map.from.entries()) {
        expect(mapAlong(map, value)).toBe(map.to[knot]);
        expect(mapBack(map, map.to[knot] ?? 0)).toBe(value);
      }
    }),
  );
  const shifted = { from: Float64Array.of(0, 10, 1e12), to: Float64Array.of(0, 5, 1e12 - 5) };
  expect(mapAlong(shifted, 123_456_789_012.25)).toBe(123_456_789_007.25);
});

it('holds what lies before and behind it at its ends', () => {
  fc.assert(
    fc.property(maps(0), values, (map, value) => {
      const end = map.to.at(-1) ?? 0;
      expect(mapAlong(map, value)).toBeGreaterThanOrEqual(0);
      expect(mapAlong(map, value)).toBeLessThanOrEqual(end);
      expect(mapAlong(map, (map.from.at(-1) ?? 0) + 1)).toBe(end);
      expect(mapAlong(map, -1)).toBe(0);
    }),
  );
});

it('of places leads from the whole number to its knot, and back to the last one where it rests', () => {
  const map = mapOfPlaces(Float64Array.of(0, 4, 4, 10));
  expect([0, 1, 2, 3, 2.5].map((place) => mapAlong(map, place))).toEqual([0, 4, 4, 10, 7]);
  expect([0, 2, 4, 10].map((value) => mapBack(map, value))).toEqual([0, 0.5, 2, 3]);
});
