// Asciicast files, versions 2 and 3: read, cut, and refused by line number.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AsciicastError, formatAsciicast, parseAsciicast, parseSize } from '../../shared/terminal.ts';

const v2 = '{"version":2,"width":80,"height":24}';
const v3 = '{"version":3,"term":{"cols":80,"rows":24}}';

describe('asciicast', () => {
  test('version 2 gives absolute times, version 3 intervals', () => {
    const two = parseAsciicast(`${v2}\n[0.5,"o","a"]\n[1.25,"o","b"]\n`);
    const three = parseAsciicast(`${v3}\n# a comment\n[0.5,"o","a"]\n[0.75,"o","b"]\n`);
    expect(two.events.map((event) => event.us)).toEqual([500_000, 1_250_000]);
    expect(three.events).toEqual(two.events);
  });

  test('what was typed is dropped and counted, unknown codes too', () => {
    const cast = parseAsciicast(`${v2}\n[0,"i","secret"]\n[0,"z","?"]\n[0,"m","here"]`);
    expect(cast.events).toEqual([{ us: 0, code: 'm', data: 'here' }]);
    expect(cast.notes).toMatchObject({ inputDropped: 1, unknownDropped: 1 });
  });

  test('a last line cut by kill -9 is a note', () => {
    expect(parseAsciicast(`${v2}\n[0,"o","a"]\n[1,"o","b`).notes.truncated).toBe(true);
  });

  test('a bad line costs that line, and is an error with its number where no other is an event', () => {
    const torn = parseAsciicast(`${v2}\n[0,"o","a"]\n[0.5,"o","cut in[1,"o","b"]\n[2,"o","c"]\n`);
    expect(torn.events.map(({ data }) => data)).toEqual(['a', 'c']);
    expect(torn.notes).toMatchObject({ linesSkipped: 1, truncated: false });
    expect(() => parseAsciicast(`${v2}\n[0,"o\nnonsense\n`)).toThrow(/line 2/);
  });

  test.each([
    ['on a line of its own', `[1,"o","b"]\n${v2}\n[0,"o","other"]\n`],
    ['of the other version', `[1,"o","b"]\n${v3}\n[0,"o","other"]\n`],
    ['glued to a cut line', `[1,"o","b"]\n[2,"o","cu${v2}\n[0,"o","other"]\n`],
  ])('a second recording %s is left out with a note', (_where, rest) => {
    const cast = parseAsciicast(`${v2}\n[0,"o","a"]\n${rest}`);
    expect(cast.events.map(({ data }) => data)).toEqual(['a', 'b']);
    expect(cast.notes).toMatchObject({ othersLeftOut: true, linesSkipped: 0 });
  });

  test('whatever lines are damaged, all others are played', () => {
    const line = fc.oneof(
      fc.nat(1000).map((n) => ({ text: `[${n / 10},"o","${n}"]`, data: String(n) })),
      fc
        .constantFrom(
          'nonsense',
          '{}',
          '[]',
          '[1]',
          '["1","o","x"]',
          '[1,2,"x"]',
          'null',
          '[1e300,"o","x"]',
          '[1,"o","',
        )
        .map((text) => ({ text, data: null })),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom(v2, v3), (lines, header) => {
        const good = lines.flatMap(({ data }) => data ?? []);
        fc.pre(good.length > 0);
        const cast = parseAsciicast(`${header}\n${lines.map(({ text }) => `${text}\n`).join('')}`);
        expect(cast.events.map(({ data }) => data)).toEqual(good);
        expect(cast.notes.linesSkipped).toBe(lines.length - good.length);
      }),
    );
  });

  test.each([
    '{"version":2,"width":0,"height":0}',
    '{"version":2,"height":24}',
    '{"version":2,"width":"80","height":24}',
    '{"version":2}',
    '{"version":3}',
    '{"version":3,"term":null}',
    '{"version":3,"term":{"cols":-1,"rows":2.5}}',
  ])('the header %j without a size is played at 80 × 24, or at the first resize', (header) => {
    const still = parseAsciicast(`${header}\n[0,"o","a"]\n`);
    expect(still).toMatchObject({ cols: 80, rows: 24, notes: { size: 'missing' } });
    const resized = parseAsciicast(
      `${header}\n[0,"o","a"]\n[1,"r","0x0"]\n[2,"r","120x40"]\n[3,"r","9x9"]\n`,
    );
    expect(resized).toMatchObject({ cols: 120, rows: 40, notes: { size: 'missing' } });
  });

  test('a size beyond the limits is held to them with a note', () => {
    expect(parseAsciicast('{"version":2,"width":99999,"height":24}\n[0,"o","a"]')).toMatchObject({
      cols: 1000,
      rows: 24,
      notes: { size: 'held' },
    });
  });

  test('times that run backwards are held and counted', () => {
    const cast = parseAsciicast(`${v2}\n[2,"o","a"]\n[1,"o","b"]\n[3,"o","c"]\n`);
    expect(cast.events.map((event) => event.us)).toEqual([2e6, 2e6, 3e6]);
    expect(cast.notes.timeRepaired).toBe(1);
  });

  test.each([
    '',
    '[]',
    'null',
    '{"version":1,"width":80,"height":24}',
    '{"version":"2","width":80,"height":24}',
  ])('the header %j is refused with line 1', (header) => {
    expect(() => parseAsciicast(header)).toThrow(AsciicastError);
    expect(() => parseAsciicast(header)).toThrow(/line 1/);
  });

  test('a recording of days is played; what claims to be later than a year is no event', () => {
    const days = parseAsciicast(
      `${v2}\n[0,"o","a"]\n[90000,"o","b"]\n[864000,"o","c"]\n[1e9,"o","d"]\n[1e300,"o","e"]\n`,
    );
    expect(days.events.map(({ us }) => us)).toEqual([0, 90_000e6, 864_000e6]);
    expect(days.notes.linesSkipped).toBe(2);
    const sums = parseAsciicast(`${v3}\n${'[30000000,"o","x"]\n'.repeat(3)}`);
    expect([sums.events.length, sums.notes.linesSkipped]).toEqual([1, 2]);
  });

  test('whatever is written as version 3 reads back the same', () => {
    const event = fc.record({
      us: fc.integer({ min: 0, max: 3_600_000_000 }),
      code: fc.constantFrom('o', 'r', 'm', 'x') as fc.Arbitrary<'o'>,
      data: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(fc.array(event), (events) => {
        events.sort((a, b) => a.us - b.us);
        const recording = { cols: 100, rows: 30, timestamp: 1795331897, events };
        expect(parseAsciicast(formatAsciicast(recording))).toMatchObject(recording);
      }),
      { numRuns: 40 },
    );
  });
});

test('a resize is held to 1000 × 500 and nonsense is none', () => {
  expect(parseSize('120x40')).toEqual({ cols: 120, rows: 40 });
  expect(parseSize('99999x99999')).toEqual({ cols: 1000, rows: 500 });
  expect(parseSize('0x10')).toBeNull();
  expect(parseSize('x')).toBeNull();
});
