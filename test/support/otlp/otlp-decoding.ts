// How the tests of single inputs decode: always through the scan too, which must tell the same, so
// that every named case is also a case of that law. Records come out as one flat list.
import { expect } from 'vitest';
import { OtlpError } from '../../../collector/errors.ts';
import { decodeLogsJson, decodeTracesJson } from '../../../collector/otlp/json.ts';
import { decodeLogsProtobuf, decodeTracesProtobuf } from '../../../collector/otlp/protobuf.ts';
import { scanLogs, scanTraces } from '../../../collector/otlp/scan.ts';
import type { Decoded, Encoding, LogRecord, SpanRecord } from '../../../collector/record.ts';
import { aBatch } from './otlp-builders.ts';
import { tracesJson, tracesProtobuf, WireWriter, writeLog, writeSpan } from './otlp-encode.ts';

export interface Flat<T> {
  readonly records: readonly T[];
  readonly accepted: number;
  readonly rejected: number;
  readonly message: string;
}

type Scan = (
  bytes: Uint8Array,
  encoding: Encoding,
) => { accepted: number; rejected: number; message: string };

function flat<T>(decoded: Decoded<T>, scan: Scan, bytes: Uint8Array, encoding: Encoding): Flat<T> {
  const { accepted, rejected, message } = decoded;
  expect(scan(bytes, encoding), 'the scan agrees').toEqual({ accepted, rejected, message });
  const records = decoded.batches.flatMap((batch) => batch.records);
  expect(records).toHaveLength(accepted);
  return { records, accepted, rejected, message };
}

/** Spans of a body of either encoding. */
export function spansIn(bytes: Uint8Array, encoding: Encoding): Flat<SpanRecord> {
  const decoded = encoding === 'json' ? decodeTracesJson(bytes) : decodeTracesProtobuf(bytes);
  return flat(decoded, scanTraces, bytes, encoding);
}

/** Log records of a body of either encoding. */
export function logsIn(bytes: Uint8Array, encoding: Encoding): Flat<LogRecord> {
  const decoded = encoding === 'json' ? decodeLogsJson(bytes) : decodeLogsProtobuf(bytes);
  return flat(decoded, scanLogs, bytes, encoding);
}

/** Sends the spans in both encodings, expects both to tell the same, and returns it. */
export function sendSpans(...spans: SpanRecord[]): Flat<SpanRecord> {
  const fromJson = spansIn(tracesJson([aBatch(spans)]), 'json');
  const fromProtobuf = spansIn(tracesProtobuf([aBatch(spans)]), 'protobuf');
  expect(fromJson).toEqual(fromProtobuf);
  return fromProtobuf;
}

/** A protobuf request of one span: the fields of `span`, then whatever `more` writes into it. */
export function spanBody(span: SpanRecord, more: (w: WireWriter) => void = () => undefined): Uint8Array {
  return requestBody((w) => {
    writeSpan(w, span);
    more(w);
  });
}

/** A protobuf request of one log record: the fields of `log`, then whatever `more` writes into it. */
export function logBody(log: LogRecord, more: (w: WireWriter) => void = () => undefined): Uint8Array {
  return requestBody((w) => {
    writeLog(w, log);
    more(w);
  });
}

/** A protobuf request with one resource, one scope and one record: of spans or logs, both look alike. */
export function requestBody(writeRecord: (w: WireWriter) => void): Uint8Array {
  return new WireWriter()
    .message(1, (resource) => resource.message(2, (scope) => scope.message(2, writeRecord)))
    .finish();
}

/** The OtlpError that decoding and scanning both throw, or that a request of bad records alone is answered with. */
export function refusalOf(
  bytes: Uint8Array,
  encoding: Encoding,
  signal: 'traces' | 'logs' = 'traces',
): OtlpError {
  const calls =
    signal === 'logs'
      ? [() => logsIn(bytes, encoding), () => scanLogs(bytes, encoding)]
      : [() => spansIn(bytes, encoding), () => scanTraces(bytes, encoding)];
  const [decoding, scanning] = calls.map((call) => {
    try {
      const { accepted, rejected, message } = call();
      if (accepted === 0 && rejected > 0) return new OtlpError(400, message);
    } catch (error) {
      if (error instanceof OtlpError) return error;
      throw error;
    }
    throw new Error('the body was accepted');
  });
  expect(scanning?.message, 'the scan refuses alike').toBe(decoding?.message);
  expect(scanning?.httpStatus).toBe(decoding?.httpStatus);
  return decoding as OtlpError;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
