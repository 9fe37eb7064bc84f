// N-gram filters: whatever a text holds passes, most of what it does not hold is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anything,
  MIN_GRAM,
  mayHold,
  NgramFilterBuilder,
  placesOf,
  readingsOf,
} from '../../../collector/search/ngram-filter.ts';

function filterOf(...texts: string[]): Uint8Array {
  const builder = new NgramFilterBuilder();
  for (const text of texts) builder.add(text, 'value');
  return builder.finish();
}

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'abcXYZ \\"n\u015c'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  minLength: MIN_GRAM,
  maxLength: 60,
});

describe('what is in a text passes its filter', () => {
  test('any part of any of the texts, in any case', () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        (texts, which, from, length) => {
          const whole = texts[which % texts.length] as string;
          const start = from % whole.length;
          const part = whole.slice(start, start + 1 + (length % whole.length));
          const bits = filterOf(...texts);
          for (const sought of [part, part.replace(/[a-z]/g, (c) => c.toUpperCase())])
            expect(mayHold(bits, placesOf(sought))).toBe(true);
        },
      ),
    );
  });

  test('texts that begin like the one before, under the same name', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 12 }), fc.nat(400), (pieces, cut) => {
        const prompts = pieces.map((_, at) => 'x'.repeat(cut) + pieces.slice(0, at + 1).join(''));
        const bits = filterOf(...prompts);
        for (const piece of pieces) expect(mayHold(bits, placesOf(piece))).toBe(true);
      }),
    );
  });

  test('what JSON within JSON says, also behind a long common beginning', () => {
    fc.assert(
      fc.property(text, fc.string({ maxLength: 500 }), (said, before) => {
        const inner = JSON.stringify({ said });
        const bits = filterOf(JSON.stringify([before]), JSON.stringify([before, inner]));
        expect(mayHold(bits, placesOf(said))).toBe(true);
        expect(mayHold(bits, placesOf(inner))).toBe(true);
      }),
    );
  });

  test('anything passes the filter of what is not known', () => {
    expect(mayHold(anything, placesOf('anything at all'))).toBe(true);
  });

  test('texts shorter than three characters pass every filter', () => {
    expect(mayHold(filterOf(), placesOf('ab'))).toBe(true);
  });
});

describe('what is not in a text is refused, most often', () => {
  test('of 400 other words of twelve letters at most four pass', () => {
    const word = (n: number) =>
      Array.from({ length: 12 }, (_, i) =>
        String.fromCharCode(97 + ((n * 7919 + i * i * 31 + n * i) % 26)),
      ).join('');
    const bits = filterOf(...Array.from({ length: 400 }, (_, n) => word(n)));
    const others = Array.from(
      { length: 400 },
      (_, n) => `${word(n + 1000).slice(0, 6)}${word(n + 2000).slice(0, 6)}`,
    );
    expect(others.filter((other) => mayHold(bits, placesOf(other))).length).toBeLessThanOrEqual(4);
  });

  test('a few words take some bytes, many take more', () => {
    expect(filterOf('hello').length).toBe(4);
    expect(filterOf('').length).toBe(4);
    const many = Array.from({ length: 4000 }, (_, n) => `${n * 7919}-${n * 104_729}`);
    const { length } = filterOf(...many);
    expect(length).toBeGreaterThan(2000);
    expect(length).toBeLessThan(40_000);
  });

  test('a builder begins again after each filter', () => {
    const builder = new NgramFilterBuilder();
    builder.add('something before');
    builder.finish();
    expect(builder.finish()).toEqual(new Uint8Array(4));
  });
});

test('a text with escapes is read once and twice', () => {
  expect(readingsOf('a\\nb')).toEqual(['a\nb']);
  expect(readingsOf('\\"a\\\\nb\\u0041')).toEqual(['"a\\nbA', '"a\nbA']);
  expect(readingsOf('no escape, C:\\Users')).toEqual([]);
});
