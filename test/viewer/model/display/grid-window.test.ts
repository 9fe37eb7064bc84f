// The part of a large grid that is drawn.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offsetToShow, stretchInSight } from '../../../../viewer/model/display/grid-window.ts';
import { middleCut } from '../../../../viewer/model/display/middle-cut.ts';

const size = fc.integer({ min: 1, max: 200 });
const length = fc.integer({ min: 0, max: 100_000 });

it('draws all that is in sight, and little more', () => {
  fc.assert(
    fc.property(
      length,
      fc.integer({ min: 1, max: 3000 }),
      size,
      fc.integer({ min: 1, max: 5000 }),
      (offset, view, px, count) => {
        const { from, to } = stretchInSight(offset, view, px, count);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        const first = Math.floor(offset / px);
        const last = Math.min(count - 1, Math.ceil((offset + view) / px) - 1);
        if (first >= count) return;
        expect(from).toBeLessThanOrEqual(first);
        expect(to).toBeGreaterThan(last);
        expect(to - from).toBeLessThanOrEqual(view / px + 18);
      },
    ),
  );
});

it('scrolls only as far as shows the whole of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), length, size, (at, offset, px) => {
      const view = px * 3;
      const next = offsetToShow(at, offset, view, px);
      expect(at * px).toBeGreaterThanOrEqual(next);
      expect((at + 1) * px).toBeLessThanOrEqual(next + view);
      expect(offsetToShow(at, next, view, px)).toBe(next);
    }),
  );
});

it('cuts a long name in its middle and leaves both ends', () => {
  expect(middleCut('meta/llama-4-maverick-17b-128e-instruct', 20)).toBe('meta/llama…-instruct');
  expect(middleCut('short', 20)).toBe('short');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 40 }), (text, most) => {
      expect(Array.from(middleCut(text, most)).length).toBeLessThanOrEqual(most);
    }),
  );
});
