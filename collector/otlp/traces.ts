// Decodes the traces of a body in either encoding.
import type { Decoded, Encoding, SpanRecord } from '../record.ts';
import { decodeTracesJson } from './json.ts';
import { decodeTracesProtobuf } from './protobuf.ts';

/**
 * Decodes an ExportTraceServiceRequest.
 * @throws OtlpError 400 when the body is damaged, 413 beyond what one request may hold
 */
export function decodeTraces(body: Uint8Array, encoding: Encoding): Decoded<SpanRecord> {
  return encoding === 'json' ? decodeTracesJson(body) : decodeTracesProtobuf(body);
}
