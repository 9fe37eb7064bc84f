// The geometry of a long list: tops are sums of heights, and the row at a pixel is the one that holds it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowHeights } from '../../../../viewer/model/display/row-heights.ts';

const someHeights = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 });

test('each row begins where the one before it ends, however they were measured', () => {
  fc.assert(
    fc.property(someHeights, fc.array(fc.nat()), (heights, seen) => {
      const rows = new RowHeights(heights.length, 50);
      // Drawn here and there first, with questions between, then all of it.
      for (const at of seen) {
        rows.measured(at % heights.length, heights[at % heights.length] ?? 0);
        rows.topOf((at * 7) % (heights.length + 1));
      }
      for (const [row, height] of heights.entries()) rows.measured(row, height);
      let top = 0;
      for (const [row, height] of heights.entries()) {
        expect(rows.topOf(row)).toBe(top);
        top += height;
      }
      expect(rows.totalPx).toBe(top);
    }),
  );
});

test('the row at a pixel is the one that holds it', () => {
  fc.assert(
    fc.property(someHeights, fc.nat({ max: 80_000 }), (heights, px) => {
      const rows = new RowHeights(heights.length, 50, (row) => heights[row]);
      const row = rows.rowAt(px);
      if (px >= rows.totalPx) expect(row).toBe(heights.length - 1);
      else expect(rows.topOf(row) <= px && px < rows.topOf(row + 1)).toBe(true);
    }),
  );
});

test('rows never drawn take the estimate, and the mean of the drawn ones once these are many', () => {
  expect(new RowHeights(10, 40).totalPx).toBe(400);
  expect(new RowHeights(100, 40, (row) => (row < 30 ? 90 : undefined)).totalPx).toBe(9000);
  expect(new RowHeights(0, 40).rowAt(10)).toBe(-1);
});

test('a height already known is no news', () => {
  const rows = new RowHeights(3, 40);
  expect([rows.measured(1, 60), rows.measured(1, 60), rows.measured(7, 60)]).toEqual([true, false, false]);
});
