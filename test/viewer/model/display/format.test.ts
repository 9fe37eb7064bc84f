// Numbers, lengths and moments as text; what was not recorded is never 0.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDigest,
  formatHeadline,
  formatLength,
  formatOffset,
  formatRatio,
  formatTokens,
  plural,
} from '../../../../viewer/model/display/format.ts';

describe('numbers as text', () => {
  it('groups digits by threes, the same in every locale', () => {
    expect([0, 999, 1000, 1_234_567, -1234, 1234.5].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
      '−1,234',
      '1,234.5',
    ]);
  });

  it('reads back as the number that it shows', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(Number(formatCount(value).replaceAll(',', '').replace('−', '-'))).toBe(value);
      }),
    );
  });

  it('says that a value was not recorded, and never 0 for it', () => {
    for (const format of [formatCount, formatTokens, formatRatio]) expect(format(null)).toBe('not recorded');
    expect(formatRatio(0)).toBe('0.00');
    expect(formatLength(null)).toBe('unknown');
  });

  it('shortens tokens and bytes where nobody reads every digit', () => {
    expect([9000, 999_999, 1_234_567, 25_300_000].map(formatTokens)).toEqual([
      '9,000',
      '999,999',
      '1.2 M',
      '25 M',
    ]);
    expect([0, 999, 1500, 999_600, 3_200_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '1 MB',
      '3.2 MB',
    ]);
  });

  it('counts one test and three tests', () => {
    expect([plural(1, 'test'), plural(3, 'test'), plural(0, 'entry', 'entries')]).toEqual([
      '1 test',
      '3 tests',
      '0 entries',
    ]);
  });
});

describe('the clock', () => {
  it('stands at 0 ms of 13.17 s on the seed cell', () => {
    expect(formatClock(0, 13_172_798_000)).toEqual({ position: '0 ms', length: '13.17 s' });
  });

  it('shows every millisecond below a minute, tenths of a second below an hour, then seconds', () => {
    const shown = [250e6, 3.31e9, 59.9999e9, 243.2e9, 7507e9, -3e6].map(formatOffset);
    expect(shown).toEqual(['250 ms', '3.310 s', '1 m 00.0 s', '4 m 03.2 s', '2 h 05 m 07 s', '−3 ms']);
  });
});

describe('a digest', () => {
  const hex = '7fcaf222644a5cb0afffe018f038d270130b5af3b8af366cd960f2d596a4342c';

  it('names its algorithm once, however often the source did', () => {
    for (const text of [
      `sha256:${hex}`,
      `sha256:sha256:${hex}`,
      `image@sha256:${hex}`,
      `a/b@sha256:sha256:${hex}`,
    ])
      expect(formatDigest(text, 8)).toBe('sha256:7fcaf222…');
    expect(formatDigest(`sha256:sha256:${hex}`)).toBe(`sha256:${hex}`);
  });

  it('is left as it is where it is none', () => {
    expect(formatDigest('latest, probably')).toBe('latest, probably');
    expect(formatDigest(null)).toBeNull();
    expect(formatDigest('')).toBeNull();
  });
});

describe('a headline', () => {
  const base = { axis: 'x', label: 'X', because: '', grade: 'measured' } as const;

  it('shows its value in its unit', () => {
    expect(formatHeadline({ ...base, unit: 'ms', value: 4436 })).toBe('4.44 s');
    expect(formatHeadline({ ...base, unit: 'ratio', value: 0 })).toBe('0 / 1');
    expect(formatHeadline({ ...base, unit: 'ratio', value: 0.667 })).toBe('0.667');
    expect(formatHeadline({ ...base, unit: 'score', value: 0.5598918 })).toBe('0.56');
    expect(formatHeadline({ ...base, unit: 'tokens', value: 9237 })).toBe('9,237');
    const ofThread = { ...base, unit: 'tokens', value: 9237, grade: 'estimated' } as const;
    expect(formatHeadline(ofThread)).toBe('≈ 9,237');
  });

  it('shows its grade where it has none', () => {
    expect(formatHeadline({ ...base, unit: 'score', value: null, grade: 'not applicable' })).toBe(
      'not applicable',
    );
    expect(formatHeadline({ ...base, unit: 'tokens', value: null, grade: 'not recorded' })).toBe(
      'not recorded',
    );
  });
});
