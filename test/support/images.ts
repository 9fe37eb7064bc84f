// The smallest images of each type that a page shows, and some that it does not. Made by hand: heads that say a size,
// and one PNG that a browser really draws.
import { deflateSync } from 'node:zlib';

const base64 = (...bytes: (number | string)[]) =>
  Buffer.concat(
    bytes.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part))),
  ).toString('base64');
const big16 = (value: number) => [value >> 8, value & 255];
const little = (value: number, count: number) =>
  Array.from({ length: count }, (_, at) => (value >> (8 * at)) & 255);

/** A whole PNG of one colour. */
export function aPng(width: number, height: number, [red, green, blue] = [200, 40, 40]): string {
  const row = Buffer.concat([
    Buffer.of(0),
    ...Array.from({ length: width }, () => Buffer.of(red ?? 0, green ?? 0, blue ?? 0)),
  ]);
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const chunks = [
    chunk('IHDR', Buffer.concat([size, Buffer.of(8, 2, 0, 0, 0)])),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]).toString('base64');
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The head of a PNG that says a size. */
export function aPngHead(width: number, height: number): string {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), size]).toString('base64');
}

export const heads: Readonly<
  Record<string, readonly [type: string, base64: string, width: number, height: number]>
> = {
  PNG: ['image/png', aPngHead(640, 480), 640, 480],
  GIF: ['image/gif', base64('GIF89a', ...little(320, 2), ...little(200, 2), 0), 320, 200],
  'JPEG with what its camera wrote': [
    'image/jpeg',
    base64(
      0xff,
      0xd8,
      0xff,
      0xe1,
      ...big16(3002),
      'x'.repeat(3000),
      0xff,
      0xc2,
      ...big16(17),
      8,
      ...big16(600),
      ...big16(800),
      3,
      1,
    ),
    800,
    600,
  ],
  'lossy WebP': [
    'image/webp',
    base64('RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a', ...little(400, 2), ...little(300, 2)),
    400,
    300,
  ],
  'lossless WebP': [
    'image/webp',
    base64('RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f', ...little(99 | (49 << 14), 4)),
    100,
    50,
  ],
  'extended WebP': [
    'image/webp',
    base64('RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0', ...little(1023, 3), ...little(767, 3)),
    1024,
    768,
  ],
};

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').toString(
  'base64',
);

export const notShown: Readonly<Record<string, string>> = {
  'a drawing in SVG': svg,
  'a page in HTML': Buffer.from('<!doctype html><script>alert(1)</script>').toString('base64'),
  'a PDF': Buffer.from('%PDF-1.7 x').toString('base64'),
  'a bitmap of a type that is not shown': Buffer.from('BM\0\0\0\0\0\0\0\0').toString('base64'),
  nothing: '',
  'no base64': '§§§§',
  'a head that is cut': aPngHead(10, 10).slice(0, 16),
  'a side without length': aPngHead(0, 10),
  'a side that is too long': aPngHead(20_000, 10),
  'more pixels than a page can hold': aPngHead(16_000, 16_000),
};
