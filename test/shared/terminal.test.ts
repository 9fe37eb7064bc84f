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

  test('a last line cut by kill -9 is a note, a bad line before it an error with its number', () => {
    expect(parseAsciicast(`${v2}\n[0,"o","a"]\n[1,"o","b`).notes.truncated).toBe(true);
    expect(() => parseAsciicast(`${v2}\n[0,"o\n[1,"o","b"]\n`)).toThrow(/line 2/);
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
    '{"version":2}',
    '{"version":2,"width":99999,"height":24}',
    '{"version":3,"width":80,"height":24}',
  ])('the header %j is refused with line 1', (header) => {
    expect(() => parseAsciicast(header)).toThrow(AsciicastError);
    expect(() => parseAsciicast(header)).toThrow(/line 1/);
  });

  test('an event more than a day away is refused', () => {
    expect(() => parseAsciicast(`${v2}\n[90000,"o","a"]\n`)).toThrow(/24 h/);
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
    );
  });
});

test('a resize is held to 1000 × 500 and nonsense is none', () => {
  expect(parseSize('120x40')).toEqual({ cols: 120, rows: 40 });
  expect(parseSize('99999x99999')).toEqual({ cols: 1000, rows: 500 });
  expect(parseSize('0x10')).toBeNull();
  expect(parseSize('x')).toBeNull();
});
