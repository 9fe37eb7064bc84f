// The bodies of OTLP answers in either encoding: Export*ServiceResponse, with partial_success where
// there is something to tell, and google.rpc.Status, with the protobuf fields that they are made of. It chooses no
// status code and no header.
import type { Encoding, Signal } from '../record.ts';

const utf8 = new TextEncoder();

const rejectedField: Record<Signal, string> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** A varint field followed by a string field: both messages below are of this form. */
function intAndText(intTag: number, int: number, textTag: number, text: string): Uint8Array {
  const bytes = utf8.encode(text);
  return concat(
    Uint8Array.from(int === 0 ? [] : [intTag, ...varint(int)]),
    bytes.length === 0 ? bytes : lengthDelimited(textTag, bytes),
  );
}

/**
 * Export{Trace,Logs,Metrics}ServiceResponse. Without rejections and message it is the
 * full success: no bytes, or `{}`. With a message alone it is a warning.
 */
export function replyBody(
  encoding: Encoding,
  signal: Signal,
  outcome: { readonly rejected: number; readonly message: string },
): Uint8Array {
  const { rejected, message } = outcome;
  const full = rejected === 0 && message === '';
  if (encoding === 'json') {
    // int64 is a string in protobuf's JSON mapping.
    const partialSuccess = { [rejectedField[signal]]: String(rejected), errorMessage: message };
    return utf8.encode(JSON.stringify(full ? {} : { partialSuccess }));
  }
  if (full) return new Uint8Array(0);
  const partialSuccess = intAndText(0x08, rejected, 0x12, message);
  return lengthDelimited(0x0a, partialSuccess);
}

/** google.rpc.Status: `grpcCode` is its code, e.g. 3 for INVALID_ARGUMENT. */
export function statusBody(encoding: Encoding, grpcCode: number, message: string): Uint8Array {
  if (encoding === 'json') return utf8.encode(JSON.stringify({ code: grpcCode, message }));
  return intAndText(0x08, grpcCode, 0x12, message);
}

/** @param value a whole number from 0 on */
export function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
  return out;
}

/** A field of text, bytes or a message. @param tag field number × 8 + 2 */
export function lengthDelimited(tag: number, bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.from([tag, ...varint(bytes.length)]), bytes);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
