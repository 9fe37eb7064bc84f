// Cursors: what was written is read back as it was, and text that is none of ours is refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorCodec, nanoseconds, wholeNumber, word } from '../../../collector/routes/cursor.ts';

const codec = cursorCodec<{ atNs: bigint; no: number; id: string }>({
  atNs: nanoseconds,
  no: wholeNumber,
  id: word,
});

test('a cursor is read back as it was written, dots, signs and all', () => {
  const cursors = fc.record({
    atNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    no: fc.integer({ min: 0, max: 999_999_999_999_999 }),
    id: fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }).filter((id) => /^.+$/.test(id)),
  });
  fc.assert(
    fc.property(cursors, (cursor) => {
      expect(codec.read(codec.write(cursor))).toEqual(cursor);
    }),
  );
});

test.each(['', 'x', '%%%', btoa('1.2'), btoa('1.2.'), btoa('a.2.x'), btoa('1.-2.x'), btoa('1.2.x\ny')])(
  'the text %j is no cursor',
  (text) => {
    expect(() => codec.read(text)).toThrow('cursor is not one that this collector gave');
  },
);
