// From the bytes of a JSON body to a JavaScript value: strict UTF-8, one BOM allowed, nesting and
// size bounded before JSON.parse sees them, whole numbers kept to the last digit. It knows no OTLP.
// Of a key that repeats within an object, the last value counts.
import { OtlpError } from '../errors.ts';
import { limits } from './limits.ts';

const QUOTE = 0x22;
const POINT = 0x2e;
const BACKSLASH = 0x5c;
/** Bare numbers of this many digits may exceed 2^53 (9007199254740992). */
const WIDE_DIGITS = 16;

/**
 * @throws OtlpError 400 for bytes that are no JSON object in UTF-8 or nest too deep, 413 for more
 *   than `limits.jsonContainers` objects and arrays.
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const hasWideNumbers = inspect(bytes);
  let root: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    root = hasWideNumbers ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (cause) {
    // V8's message quotes the text: keep it as the cause only.
    const what = cause instanceof SyntaxError ? 'malformed JSON' : 'JSON that is not UTF-8';
    throw new OtlpError(400, what, { cause });
  }
  if (!isObject(root)) throw new OtlpError(400, 'the request must be a JSON object');
  return root;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A whole number that a double would round becomes a bigint, up to the 20 digits of a uint64: BigInt
 * of a text takes more than linear time, and a body may be one number of millions of digits.
 */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d{1,20}$/.test(source) ? BigInt(source) : value;
}

/**
 * One pass over the structure, strings skipped: bounds what JSON.parse and our recursion will meet.
 * @returns whether a bare number is long enough to need `keepDigits`, which makes parsing 3× slower.
 */
function inspect(bytes: Uint8Array): boolean {
  let depth = 0;
  let containers = 0;
  let digits = 0;
  let wide = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 0x30 && byte <= 0x39) {
      digits += 1;
      if (digits === WIDE_DIGITS) wide = true;
      continue;
    }
    // The digits of a fraction do not count: doubles often have 16 and are no whole numbers.
    digits = byte === POINT ? Number.NEGATIVE_INFINITY : 0;
    if (byte === QUOTE) at = stringEnd(bytes, at + 1);
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      containers += 1;
      if (depth > limits.jsonDepth) throw new OtlpError(400, `JSON nested deeper than ${limits.jsonDepth}`);
      if (containers > limits.jsonContainers) {
        throw new OtlpError(
          413,
          `more than ${limits.jsonContainers} JSON objects and arrays: send smaller batches`,
          { limit: 'requestContainers' },
        );
      }
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return wide;
}

/** The index of the quote that ends the string whose text starts at `from`, or the last index. */
function stringEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
