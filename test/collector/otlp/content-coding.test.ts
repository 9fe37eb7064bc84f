// Which codings a body may come in, and what inflating each of them refuses.
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OtlpError } from '../../../collector/errors.ts';
import { contentCodingsOf, inflate } from '../../../collector/otlp/content-coding.ts';
import { resourceKey } from '../../../shared/conventions.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

describe('Content-Encoding (T10)', () => {
  test.each([
    [undefined, []],
    ['', []],
    ['identity', []],
    ['gzip', ['gzip']],
    [' GZIP ', ['gzip']],
    ['x-gzip', ['gzip']],
    ['zstd', ['zstd']],
    ['deflate', ['deflate']],
    ['zlib', ['deflate']],
    ['gzip, gzip', ['gzip', 'gzip']],
    ['zstd,, identity , X-Gzip', ['zstd', 'gzip']],
  ] as const)('%s is %j', (header, codings) => {
    expect(contentCodingsOf(header)).toEqual(codings);
  });

  test.each(['br', 'snappy', 'gzip;q=1', 'gzip br', 'gzip, br', '__proto__', 'gzip,gzip,gzip,gzip'])(
    '%s is refused with 415 that names what is taken',
    (header) => {
      expect(() => contentCodingsOf(header)).toThrow(
        expect.objectContaining({
          httpStatus: 415,
          message: 'Content-Encoding must be gzip, zstd, deflate or identity',
        }),
      );
    },
  );
});

const packers = [
  ['gzip', 'gzip', gzipSync],
  ['zstd', 'zstd', zstdCompressSync],
  ['deflate with a header', 'deflate', deflateSync],
  ['bare deflate', 'deflate', deflateRawSync],
] as const;

describe.each(packers)('inflating %s', (_name, coding, pack) => {
  const plain = Buffer.from('{"resourceSpans":[]}');
  const packed = pack(plain);

  test('gives back any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(Buffer.from(await inflate(pack(bytes), coding, 1000))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 100 },
    );
  });

  test('allows exactly the limit and not one byte more', async () => {
    expect(await inflate(packed, coding, plain.length)).toHaveLength(plain.length);
    await expect(inflate(packed, coding, plain.length - 1)).rejects.toMatchObject({ httpStatus: 413 });
  });

  test('stops a bomb at the limit', async () => {
    const bomb = pack(Buffer.alloc(50_000_000));
    await expect(inflate(bomb, coding, 1_000_000)).rejects.toMatchObject({ code: 'otlp_too_large' });
  });

  test.each([
    ['a truncated body', packed.subarray(0, packed.length - 3)],
    ['text', plain],
    ['text after the end', Buffer.concat([packed, Buffer.from('garbage')])],
    ['zeros after the end', Buffer.concat([packed, Buffer.alloc(9)])],
    ['no bytes', Buffer.alloc(0)],
  ])('refuses %s with 400', async (_what, bytes) => {
    const error: unknown = await inflate(bytes, coding, 1000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OtlpError);
    expect(error).toMatchObject({ httpStatus: 400, grpcCode: 3, code: 'otlp_malformed' });
  });
});

test('zstd of several frames is joined', async () => {
  const frames = Buffer.concat([zstdCompressSync('first '), zstdCompressSync('second')]);
  expect(Buffer.from(await inflate(frames, 'zstd', 1000)).toString()).toBe('first second');
});

describe('a collector', () => {
  const cell = 's/a/m/f/t';
  const body = tracesProtobuf([aBatch([aSpan({ name: 'packed' })], [[resourceKey.cellId, cell]])]);
  const post = (collector: TestCollector, contentEncoding: string, bytes: Uint8Array) =>
    collector.request('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': contentEncoding },
      body: Buffer.from(bytes),
    });

  test.each([
    ['zstd', zstdCompressSync(body)],
    ['deflate', deflateSync(body)],
    ['deflate', deflateRawSync(body)],
    ['x-gzip', gzipSync(body)],
    ['zlib', deflateSync(body)],
    ['zstd, gzip', gzipSync(zstdCompressSync(body))],
    ['identity, deflate', deflateSync(body)],
  ])('keeps spans that come as %s, and the log of them', async (contentEncoding, bytes) => {
    const collector = await TestCollector.start();
    expect((await post(collector, contentEncoding, bytes)).status).toBe(200);
    await collector.reopen();
    expect((await collector.trace(cell)).spans.map(({ name }) => name)).toEqual(['packed']);
  });

  test('says which codings it takes where it does not take one', async () => {
    const collector = await TestCollector.start();
    const response = await post(collector, 'br', brotliCompressSync(body));
    expect(response.status).toBe(415);
    expect(response.headers.get('accept-encoding')).toBe('gzip, zstd, deflate');
    expect(await response.text()).toContain('Content-Encoding must be gzip, zstd, deflate or identity');
  });

  test('counts the layers of a body each', async () => {
    const collector = await TestCollector.start();
    const bomb = gzipSync(gzipSync(Buffer.alloc(60 * 2 ** 20)));
    expect((await post(collector, 'gzip, gzip', bomb)).status).toBe(413);
  });
});

describe('inflating gzip (T7-T9, T14)', () => {
  const plain = Buffer.from('{"resourceSpans":[]}');
  const gzip = gzipSync(plain);

  test('gives the bytes back', async () => {
    expect(Buffer.from(await inflate(gzip, 'gzip', 1000))).toEqual(plain);
  });

  test('allows exactly the limit and not one byte more', async () => {
    expect(await inflate(gzip, 'gzip', plain.length)).toHaveLength(plain.length);
    await expect(inflate(gzip, 'gzip', plain.length - 1)).rejects.toMatchObject({
      httpStatus: 413,
      grpcCode: 8,
    });
  });

  test('joins several members', async () => {
    const members = Buffer.concat([gzip, gzipSync('second')]);
    expect(Buffer.from(await inflate(members, 'gzip', 1000)).toString()).toBe(`${plain}second`);
  });

  test('counts all members against the limit', async () => {
    await expect(inflate(Buffer.concat([gzip, gzip]), 'gzip', plain.length * 2 - 1)).rejects.toMatchObject({
      httpStatus: 413,
    });
  });

  test('stops a bomb at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await expect(inflate(bomb, 'gzip', 1_000_000)).rejects.toMatchObject({
      httpStatus: 413,
      code: 'otlp_too_large',
    });
  });

  test('beyond 4 MiB allows so many bytes for one and no more (R6)', async () => {
    const MIB = 2 ** 20;
    const zeros = gzipSync(Buffer.alloc(4 * MIB));
    expect(zeros.length * 900).toBeLessThan(4 * MIB);
    expect(await inflate(zeros, 'gzip', 50 * MIB, 200)).toHaveLength(4 * MIB);
    const more = gzipSync(Buffer.alloc(4 * MIB + 1));
    await expect(inflate(more, 'gzip', 50 * MIB, 200)).rejects.toMatchObject({
      httpStatus: 413,
      grpcCode: 8,
    });
    expect(await inflate(more, 'gzip', 50 * MIB)).toHaveLength(4 * MIB + 1);
    // Half of it does not pack at all: two to one.
    const noise = Buffer.concat([randomBytes(5 * MIB), Buffer.alloc(5 * MIB)]);
    expect(await inflate(gzipSync(noise), 'gzip', 50 * MIB, 200)).toHaveLength(10 * MIB);
  });

  const wrongSum = Buffer.from(gzip);
  wrongSum[gzip.length - 8] = (gzip[gzip.length - 8] ?? 0) ^ 1;
  test.each([
    ['a truncated body', gzip.subarray(0, gzip.length - 3)],
    ['a body that is not gzip', plain],
    ['a bad checksum', wrongSum],
    ['text after the end', Buffer.concat([gzip, Buffer.from('garbage')])],
    ['zeros after the end', Buffer.concat([gzip, Buffer.alloc(9)])],
    ['half a member after the end', Buffer.concat([gzip, gzip.subarray(0, 5)])],
    ['no bytes', Buffer.alloc(0)],
  ])('refuses %s with 400', async (_name, bytes) => {
    const error: unknown = await inflate(bytes, 'gzip', 1000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OtlpError);
    expect(error).toMatchObject({ httpStatus: 400, grpcCode: 3, code: 'otlp_malformed' });
  });
});
