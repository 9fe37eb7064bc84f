// Durations, sizes and numbers as every flag takes them, and what is said of those that are none.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCount, readDuration, readSize, readTimeout } from '../../bin/quantities.ts';

test('a duration is a number and a unit, or several of them', () => {
  const read = (text: string) => readDuration('timeout', text);
  expect(['500ms', '90s', '5m', '1h30m', '1.5h', '36h', '30d', '8w'].map(read)).toEqual([
    500, 90_000, 300_000, 5_400_000, 5_400_000, 129_600_000, 2_592_000_000, 4_838_400_000,
  ]);
});

test('a bare number is seconds, where it may be bare', () => {
  expect([readDuration('timeout', '90'), readDuration('timeout', '0.5')]).toEqual([90_000, 500]);
  expect(() => readDuration('older-than', '30', 'refused')).toThrow(
    '--older-than takes a number with a unit (36h, 30d, 8w), not "30"',
  );
});

test('what is no duration is told in one line, and so is one that no timer waits', () => {
  for (const text of ['', '5', '5x', '5 m', '-5m', '1h30', 'm', '5m!', '0s', '1e3s', '99999999w'].slice(2))
    expect(() => readDuration('timeout', text), text).toThrow(/^--timeout takes a duration/);
  expect(() => readTimeout('timeout', '30d')).toThrow('--timeout takes at most 23d');
});

test('sizes are of thousands or of 1024, in letters of any case', () => {
  const read = (text: string) => readSize('max-size', text);
  expect(['12', '500MB', '500mb', '2GB', '1.5GiB', '4KiB', '1kB'].map(read)).toEqual([
    12, 5e8, 5e8, 2e9, 1_610_612_736, 4096, 1000,
  ]);
  for (const text of ['', 'MB', '1 MB', '-1', '1XB', '1B1'])
    expect(() => read(text), text).toThrow(/^--max-size takes a size/);
});

test('no text makes a reader fail in another way', () => {
  const readers = [readDuration, readSize, (flag: string, text: string) => readCount(flag, text, 1)];
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...readers), (text, read) => {
      try {
        expect(read('flag', text)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect((error as Error).message).toMatch(/^--flag takes /);
      }
    }),
    { numRuns: 200 },
  );
});
