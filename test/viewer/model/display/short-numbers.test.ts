// Numbers for the columns of a table.
import { expect, test } from 'vitest';
import { shortCount, shortLength, shortMoment } from '../../../../viewer/model/display/short-numbers.ts';

test('a count has three digits and a unit, whatever its size', () => {
  const counts = [0, 7, 999, 1000, 9994, 35_240, 182_000, 999_499, 999_500, 8_170_000, 1.5e10, 1e15];
  expect(counts.map(shortCount)).toEqual(
    '0 7 999 1.00k 9.99k 35.2k 182k 999k 1.00M 8.17M 15.0G 1000000G'.split(' '),
  );
});

test('a moment is a clock, and of a short run its seconds', () => {
  expect([0, 63.9e9, 3907e9].map((tNs) => shortMoment(tNs, 4000e9))).toEqual(['0:00', '1:03', '1:05:07']);
  expect(shortMoment(3.314e9, 4.4e9)).toBe('3.31 s');
});

test('a length is told in its largest unit', () => {
  expect([0, 999, 999.6, 6940, 99_900, 110_400].map(shortLength)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '6.9 s',
    '99.9 s',
    '1:50',
  ]);
});
