// From headers and raw bytes to the bytes that a decoder reads: media type, content coding, gzip.
// It reads no stream and knows no route; sizes before inflating are the caller's to bound.
// Spec: OTLP 1.x, "OTLP/HTTP Request".
import { gunzip } from 'node:zlib';
import { OtlpError } from '../errors.ts';
import type { Encoding } from '../record.ts';

/**
 * The encoding that a Content-Type header names: `application/x-protobuf`, or `application/json`
 * with no charset or UTF-8, in any letter case.
 * @throws OtlpError 415 for everything else, a missing header included.
 */
export function encodingOf(contentType: string | undefined): Encoding {
  const [mediaType = '', ...parameters] = (contentType ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (mediaType === 'application/x-protobuf') return 'protobuf';
  if (mediaType !== 'application/json') {
    throw new OtlpError(415, 'Content-Type must be application/x-protobuf or application/json');
  }
  const charsets = parameters.filter((parameter) => /^charset\s*=/.test(parameter));
  if (charsets.some((charset) => !/^charset=("utf-?8"|utf-?8)$/.test(charset))) {
    throw new OtlpError(415, 'the charset of application/json must be utf-8');
  }
  return 'json';
}

/**
 * The coding that a Content-Encoding header names; none is identity.
 * @throws OtlpError 415 for other codings and for lists of them: answer with `Accept-Encoding: gzip`.
 */
export function contentCodingOf(contentEncoding: string | undefined): 'identity' | 'gzip' {
  const coding = (contentEncoding ?? '').trim().toLowerCase();
  if (coding === '' || coding === 'identity') return 'identity';
  if (coding === 'gzip') return 'gzip';
  throw new OtlpError(415, 'Content-Encoding must be gzip or identity');
}

/** Up to here a body may inflate as far as it likes: gzip packs zeros a thousand to one, and no tighter. */
const FREE_BYTES = 4 * 2 ** 20;

/**
 * Inflates a gzip body of one or more members, off the main thread.
 * @param maxBytes the most that all members together may inflate to.
 * @param maxRatio bytes for each one that came, beyond the first 4 MiB.
 * @throws OtlpError 400 when the body is damaged, cut or followed by other bytes; 413 past these.
 */
export function inflate(bytes: Uint8Array, maxBytes: number, maxRatio = 2000): Promise<Uint8Array> {
  const most = Math.min(maxBytes, Math.max(FREE_BYTES, maxRatio * bytes.length));
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: most, info: true }, (error, result) => {
      if (error) {
        const tooLarge = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
        const message = tooLarge ? `body inflates to more than ${most} bytes` : 'damaged gzip body';
        reject(new OtlpError(tooLarge ? 413 : 400, message, { cause: error }));
        return;
      }
      // `info` changes what the callback gets; zlib's typings do not say so. zlib lets zeros follow
      // the last member, so what it consumed has to be compared.
      const { buffer, engine } = result as unknown as {
        buffer: Uint8Array;
        engine: { bytesWritten: number };
      };
      if (engine.bytesWritten === bytes.length) resolve(buffer);
      else reject(new OtlpError(400, 'bytes follow the gzip body'));
    });
  });
}
