// However a stream of bytes is cut into records, the characters of it are those of the whole.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredTerminalEvent } from '../../../collector/cell/records.ts';
import {
  endsWithinCharacter,
  joinCharacters,
  textOfBytes,
} from '../../../collector/cell/split-characters.ts';

function output(data: string, at: number, stream = 'pty'): StoredTerminalEvent {
  return { timeNs: BigInt(at), code: 'o', data, stream };
}

const whole = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 12 }),
  fc.array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xe0, 0xe5, 0xed, 0xf0, 0xf4, 0xff), { maxLength: 12 }),
);

/** Cut where the numbers say. */
function piecesOf(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return places.slice(1).map((to, index) => stream.subarray(places[index], to));
}

test('whatever the bytes and wherever they are cut, the text is that of the whole', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 8 }), (parts, cuts) => {
      const stream = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
      const records = piecesOf(stream, cuts).map((piece, at) => output(textOfBytes(piece), at));
      const text = joinCharacters(records)
        .map(({ data }) => data)
        .join('');
      expect(text).toBe(whole(stream));
      expect(text.isWellFormed()).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('streams that are mixed are joined each by itself, and sizes in between do no harm', () => {
  const [a, b, c] = [0xe5, 0x9c, 0x88].map((byte) => textOfBytes(Uint8Array.of(byte)));
  const joined = joinCharacters([
    output(a ?? '', 1, 'stdout'),
    output(textOfBytes(Uint8Array.of(0xc3)), 2, 'stderr'),
    output(b ?? '', 3, 'stdout'),
    { timeNs: 4n, code: 'r', data: '80x24', stream: '' },
    output(textOfBytes(Uint8Array.of(0xa9)), 5, 'stderr'),
    output(c ?? '', 6, 'stdout'),
  ]);
  expect(joined.map(({ data }) => data)).toEqual(['', '', '', '80x24', 'é', '圈']);
});

test('a character that never ends is U+FFFD where its bytes came', () => {
  const cut = [output(`x${textOfBytes(Uint8Array.of(0xe5, 0x9c))}`, 1), output('y', 2)];
  expect(joinCharacters(cut).map(({ data }) => data)).toEqual(['x', '\ufffdy']);
  expect(joinCharacters(cut.slice(0, 1)).map(({ data }) => data)).toEqual(['x\ufffd']);
  expect([endsWithinCharacter(cut), endsWithinCharacter(cut.slice(0, 1))]).toEqual([false, true]);
});
