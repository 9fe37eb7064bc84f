// Bodies compressed in contexts that are kept: each comes back as it went in, alone in its frame.
import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyCompressor } from '../../../collector/store/body-compressor.ts';

/** Bytes that compress well, or not at all. */
const body = fc
  .tuple(fc.nat({ max: 400_000 }), fc.boolean())
  .map(([size, isRandom]) => (isRandom ? randomBytes(size) : Buffer.alloc(size, 'abcdefg ')));

test('bodies that are compressed at once come back each as it was', async () => {
  const compressor = new BodyCompressor();
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 12 }), async (bodies) => {
      const packed = await Promise.all(bodies.map((bytes) => compressor.compress(bytes)));
      packed.forEach((bytes, at) => {
        expect(zstdDecompressSync(bytes).equals(bodies[at]!)).toBe(true);
      });
    }),
    { numRuns: 30 },
  );
});

test('a body is one frame, whatever was compressed in its context before', async () => {
  const compressor = new BodyCompressor();
  const text = Buffer.from('the same body again and again, '.repeat(2000));
  const first = await compressor.compress(text);
  for (let at = 0; at < 6; at++) expect(await compressor.compress(text)).toEqual(first);
});
