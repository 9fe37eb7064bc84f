// Undoes the content codings of a body that was read whole: gzip, zstd, deflate, brotli, in the order in which
// the header lists them (RFC 9110, 8.4). Does not read streams.
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

type Inflate = (bytes: Uint8Array, limit: { maxOutputLength: number }) => Buffer;

const decoders: ReadonlyMap<string, Inflate | null> = new Map<string, Inflate | null>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
  ['deflate', inflateEither],
  ['zlib', inflateEither],
  ['br', brotliDecompressSync],
  ['identity', null],
]);

/** Nobody packs a body more often; each layer costs a pass over all that the one before inflated to. */
const MAX_LAYERS = 3;

/** Whether a Content-Encoding header names nothing but what `inflated` undoes. */
export function isKnownCoding(contentEncoding: string): boolean {
  const codings = codingsOf(contentEncoding);
  return codings.length <= MAX_LAYERS && codings.every((coding) => decoders.has(coding));
}

/**
 * An unknown coding is passed over.
 * @throws Error where the bytes are damaged, are packed too often, or inflate to more than `maxBytes`
 */
export function inflated(bytes: Buffer, contentEncoding: string, maxBytes: number): Buffer {
  const codings = codingsOf(contentEncoding);
  if (codings.length > MAX_LAYERS) throw new Error(`packed more than ${MAX_LAYERS} times`);
  let plain = bytes;
  for (const coding of codings.toReversed())
    plain = decoders.get(coding)?.(plain, { maxOutputLength: maxBytes }) ?? plain;
  return plain;
}

function codingsOf(contentEncoding: string): string[] {
  return contentEncoding
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
}

/** Some senders leave zlib's header away, although HTTP's "deflate" has it. */
function inflateEither(bytes: Uint8Array, limit: { maxOutputLength: number }): Buffer {
  try {
    return inflateSync(bytes, limit);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw error;
    return inflateRawSync(bytes, limit);
  }
}
