// The spans of a request as it lies in the log: those that were sent, or those that log records tell of. Whoever reads a
// request again for its spans gets the same ones in the same order.
import type { LogSignal } from './cell/log-entry.ts';
import { spansOfLogs } from './cell/told-in-logs.ts';
import { decodeLogsJson } from './otlp/json.ts';
import { decodeLogsProtobuf } from './otlp/protobuf.ts';
import { decodeTraces } from './otlp/traces.ts';
import type { Decoded, Encoding, LogRecord, SpanRecord } from './record.ts';

export function decodeSpans(body: Uint8Array, encoding: Encoding, signal: LogSignal): Decoded<SpanRecord> {
  return signal === 'logs' ? spansOfLogs(decodeLogs(body, encoding)).decoded : decodeTraces(body, encoding);
}

export function decodeLogs(body: Uint8Array, encoding: Encoding): Decoded<LogRecord> {
  return encoding === 'json' ? decodeLogsJson(body) : decodeLogsProtobuf(body);
}
