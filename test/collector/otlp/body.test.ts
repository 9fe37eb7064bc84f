// Which headers are OTLP, and what inflating refuses.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { OtlpError } from '../../../collector/errors.ts';
import { contentCodingOf, encodingOf, inflate } from '../../../collector/otlp/body.ts';

function refusal(call: () => unknown): OtlpError {
  try {
    call();
  } catch (error) {
    if (error instanceof OtlpError) return error;
  }
  throw new Error('not refused with an OtlpError');
}

describe('Content-Type (T1)', () => {
  test.each([
    ['application/x-protobuf', 'protobuf'],
    ['Application/X-Protobuf', 'protobuf'],
    ['application/json', 'json'],
    ['APPLICATION/JSON', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['application/json;charset=UTF-8', 'json'],
    ['application/json; charset="utf-8"', 'json'],
    ['application/json; charset=utf8', 'json'],
    ['  application/json ; odata=verbose', 'json'],
  ] as const)('%s is %s', (header, encoding) => {
    expect(encodingOf(header)).toBe(encoding);
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/jsonx',
    'application/json, text/plain',
    'application/grpc',
    '__proto__',
  ])('%s is refused with 415', (header) => {
    const error = refusal(() => encodingOf(header));
    expect(error.httpStatus).toBe(415);
    expect(error.grpcCode).toBe(3);
    expect(error.code).toBe('otlp_unsupported');
  });
});

describe('Content-Encoding (T10)', () => {
  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip', 'gzip'],
    [' GZIP ', 'gzip'],
  ] as const)('%s is %s', (header, coding) => {
    expect(contentCodingOf(header)).toBe(coding);
  });

  test.each(['gzip, gzip', 'br', 'zstd', 'deflate', 'x-gzip', 'gzip;q=1'])(
    '%s is refused with 415',
    (header) => {
      expect(refusal(() => contentCodingOf(header)).httpStatus).toBe(415);
    },
  );
});

describe('inflating gzip (T7-T9, T14)', () => {
  const plain = Buffer.from('{"resourceSpans":[]}');
  const gzip = gzipSync(plain);

  test('gives the bytes back', async () => {
    expect(Buffer.from(await inflate(gzip, 1000))).toEqual(plain);
  });

  test('allows exactly the limit and not one byte more', async () => {
    expect(await inflate(gzip, plain.length)).toHaveLength(plain.length);
    await expect(inflate(gzip, plain.length - 1)).rejects.toMatchObject({ httpStatus: 413, grpcCode: 8 });
  });

  test('joins several members', async () => {
    const members = Buffer.concat([gzip, gzipSync('second')]);
    expect(Buffer.from(await inflate(members, 1000)).toString()).toBe(`${plain}second`);
  });

  test('counts all members against the limit', async () => {
    await expect(inflate(Buffer.concat([gzip, gzip]), plain.length * 2 - 1)).rejects.toMatchObject({
      httpStatus: 413,
    });
  });

  test('stops a bomb at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await expect(inflate(bomb, 1_000_000)).rejects.toMatchObject({ httpStatus: 413, code: 'otlp_too_large' });
  });

  test('beyond 4 MiB allows so many bytes for one and no more (R6)', async () => {
    const MIB = 2 ** 20;
    const zeros = gzipSync(Buffer.alloc(4 * MIB));
    expect(zeros.length * 900).toBeLessThan(4 * MIB);
    expect(await inflate(zeros, 50 * MIB, 200)).toHaveLength(4 * MIB);
    const more = gzipSync(Buffer.alloc(4 * MIB + 1));
    await expect(inflate(more, 50 * MIB, 200)).rejects.toMatchObject({ httpStatus: 413, grpcCode: 8 });
    expect(await inflate(more, 50 * MIB)).toHaveLength(4 * MIB + 1);
    // Half of it does not pack at all: two to one.
    const noise = Buffer.concat([randomBytes(5 * MIB), Buffer.alloc(5 * MIB)]);
    expect(await inflate(gzipSync(noise), 50 * MIB, 200)).toHaveLength(10 * MIB);
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
    const error: unknown = await inflate(bytes, 1000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OtlpError);
    expect(error).toMatchObject({ httpStatus: 400, grpcCode: 3, code: 'otlp_malformed' });
  });
});
