// The size of a pane that its reader resizes.
import { expect, test } from 'vitest';
import { heldSize, keyedSize, rememberedSize } from '../../../../viewer/model/display/pane-size.ts';

const bounds = { minPx: 280, maxPx: 700 };
const arrows = ['ArrowLeft', 'ArrowRight'] as const;

test('a drag ends at its bounds', () => {
  expect([12, 400.4, 2000].map((px) => heldSize(px, bounds))).toEqual([280, 400, 700]);
});

test('arrows move by sixteen pixels, Home and End to the bounds, and other keys are the page’s', () => {
  expect(keyedSize('ArrowLeft', 400, bounds, arrows)).toBe(416);
  expect(keyedSize('ArrowRight', 400, bounds, arrows)).toBe(384);
  expect(keyedSize('ArrowRight', 285, bounds, arrows)).toBe(280);
  expect([keyedSize('Home', 400, bounds, arrows), keyedSize('End', 400, bounds, arrows)]).toEqual([280, 700]);
  expect(keyedSize('ArrowUp', 400, bounds, arrows)).toBe(null);
});

test('what a browser remembers is taken where it is a size, and else passed over', () => {
  expect(rememberedSize('416')).toBe(416);
  for (const text of [null, '', '0', '-3', '1e9', '99999', '4001', 'NaN', '12.5', '416px; x'])
    expect(rememberedSize(text)).toBe(null);
});
