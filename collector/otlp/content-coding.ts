// Undoes the content codings of a body: gzip, zstd and deflate, in the order in which the header lists them,
// each counted while it inflates. Does not read streams or know routes; what came is the caller's to bound.
// Spec: RFC 9110, 8.4; RFC 9659 (zstd's window).
import {
  constants,
  gunzip,
  inflateRaw,
  inflate as inflateZlib,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from 'node:zlib';
import { OtlpError } from '../errors.ts';

export type ContentCoding = 'gzip' | 'zstd' | 'deflate';

/** Spellings that senders use. `zlib` is the OpenTelemetry Collector's word for deflate. */
const spellings: ReadonlyMap<string, ContentCoding | null> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['zstd', 'zstd'],
  ['deflate', 'deflate'],
  ['zlib', 'deflate'],
  ['identity', null],
]);

/** What `Accept-Encoding` of a refusal says. */
export const ACCEPTED_CODINGS = 'gzip, zstd, deflate';
/** Nobody packs a body more often; each layer costs a pass. */
const MAX_LAYERS = 3;

/**
 * The codings that a Content-Encoding header lists, in the order in which they were applied; none is identity.
 * @throws OtlpError 415 for other codings and for more than three: answer with `Accept-Encoding`
 */
export function contentCodingsOf(contentEncoding: string | undefined): readonly ContentCoding[] {
  const codings: ContentCoding[] = [];
  for (const part of (contentEncoding ?? '').split(',')) {
    const name = part.trim().toLowerCase();
    const coding = name === '' ? null : spellings.get(name);
    if (coding === undefined || codings.length >= MAX_LAYERS)
      throw new OtlpError(415, `Content-Encoding must be ${ACCEPTED_CODINGS} or identity`);
    if (coding !== null) codings.push(coding);
  }
  return codings;
}

/** Up to here a body may inflate as far as it likes: gzip packs zeros a thousand to one, and no tighter. */
const FREE_BYTES = 4 * 2 ** 20;
/** A zstd frame may ask for a window of up to this; HTTP's own bound is 8 MiB, files hold larger ones. */
const ZSTD_WINDOW_LOG = 25;

/**
 * Inflates one layer, off the main thread: gzip of one or more members, zstd of one or more frames, deflate
 * with zlib's header or, as some senders have it, without.
 * @param maxBytes the most that all of it may inflate to
 * @param maxRatio bytes for each one that came, beyond the first 4 MiB
 * @throws OtlpError 400 when the body is damaged, cut or followed by other bytes; 413 past these
 */
export async function inflate(
  bytes: Uint8Array,
  coding: ContentCoding,
  maxBytes: number,
  maxRatio = 2000,
): Promise<Uint8Array> {
  const most = Math.min(maxBytes, Math.max(FREE_BYTES, maxRatio * bytes.length));
  if (coding !== 'deflate') return unpack(decoders[coding], bytes, most, coding);
  if (!hasZlibHeader(bytes)) return unpack(inflateRaw, bytes, most, coding);
  try {
    return await unpack(inflateZlib, bytes, most, coding);
  } catch (error) {
    if (!(error instanceof OtlpError) || error.httpStatus === 413) throw error;
    // The first two bytes of bare deflate may look like zlib's header.
    return await unpack(inflateRaw, bytes, most, coding).catch(() => Promise.reject(error));
  }
}

type Unpack = (
  bytes: Uint8Array,
  options: ZlibOptions & ZstdOptions,
  done: (error: Error | null, result: Buffer) => void,
) => void;

const decoders: Record<Exclude<ContentCoding, 'deflate'>, Unpack> = {
  gzip: gunzip,
  zstd: (bytes, options, done) =>
    zstdDecompress(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }, done),
};

function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

function unpack(decode: Unpack, bytes: Uint8Array, most: number, coding: ContentCoding): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    decode(bytes, { maxOutputLength: most, info: true }, (error, result) => {
      if (error) {
        const tooLarge = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
        const message = tooLarge ? `body inflates to more than ${most} bytes` : `damaged ${coding} body`;
        reject(new OtlpError(tooLarge ? 413 : 400, message, { cause: error }));
        return;
      }
      // `info` changes what the callback gets; zlib's typings do not say so. What is left behind the end
      // is passed over by zlib, so what it consumed has to be compared.
      const { buffer, engine } = result as unknown as {
        buffer: Uint8Array;
        engine: { bytesWritten: number };
      };
      if (engine.bytesWritten === bytes.length) resolve(buffer);
      else reject(new OtlpError(400, `bytes follow the ${coding} body`));
    });
  });
}
