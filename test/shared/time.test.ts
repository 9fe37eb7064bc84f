// RFC 3339 and nanoseconds survive the way to each other and back.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNs, formatDuration, isoFromNs, nsFromIso, nsFromMs } from '../../shared/time.ts';

describe('RFC 3339 and nanoseconds', () => {
  test('the seed page’s start keeps every microsecond', () => {
    expect(nsFromIso('2026-06-17T07:16:51.681729Z')).toBe(1781680611681729000n);
    expect(isoFromNs(1781680611681729000n)).toBe('2026-06-17T07:16:51.681729Z');
  });

  test('a zone is taken into account', () => {
    expect(nsFromIso('2026-06-17T09:16:51+02:00')).toBe(nsFromIso('2026-06-17T07:16:51Z'));
  });

  test.each(['2026-06-17', '2026-06-17T07:16:51', 'yesterday', '2026-13-40T00:00:00Z', ''])(
    '%j is no time with a zone',
    (text) => expect(() => nsFromIso(text)).toThrow(RangeError),
  );

  test('any nanosecond of this millennium survives the way to text and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 946_684_800_000_000_000n, max: 4_102_444_800_000_000_000n }), (ns) => {
        expect(nsFromIso(isoFromNs(ns))).toBe(ns);
      }),
    );
  });

  test('milliseconds with a fraction are exact to the microsecond', () => {
    expect(nsFromMs(1795333404595)).toBe(1795333404595000000n);
    expect(nsFromMs(0.798)).toBe(798000n);
  });
});

describe('a length of time for people', () => {
  test.each([
    [0, '0 ms'],
    [0.64, '640 µs'],
    [1, '1 ms'],
    [4.3, '4.3 ms'],
    [13, '13 ms'],
    [13172.798, '13.17 s'],
    [59_999, '1 m 00 s'],
    [243_000, '4 m 03 s'],
    [7_500_000, '2 h 05 m'],
    [-5, '−5 ms'],
    [Number.NaN, 'unknown'],
  ])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

test('times sort by which is earlier, however near they are and whatever their distance', () => {
  const sorted = [0n, 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n];
  expect(sorted.toReversed().sort(compareNs)).toEqual(sorted);
  expect(compareNs(5n, 5n)).toBe(0);
});
