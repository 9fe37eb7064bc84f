// Which of OTLP's two encodings a request's Content-Type names. Does not read bodies.
// Spec: OTLP 1.x, "OTLP/HTTP Request".
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
