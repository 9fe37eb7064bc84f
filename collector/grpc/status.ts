// How a call ends, in gRPC's words: its code, its message and, where trying again later helps, after how long. The
// codes are the application's own, which every OTLP answer carries. Does not decide what is a failure.
// Spec: gRPC over HTTP/2, "Responses"; google.rpc.Status; OTLP 1.x, "OTLP/gRPC Throttling".
import { OtlpError } from '../errors.ts';
import { concat, lengthDelimited, statusBody, varint } from '../otlp/reply.ts';
import { WireReader } from '../otlp/wire-reader.ts';

export const grpcCodes = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** Retried by exporters although it says that there was too much: only where RetryInfo goes along. */
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
  /** Absent where asking again would not help, or nobody knows when. */
  readonly retryAfterSeconds?: number;
}

/** What a handler throws to end its call. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: GrpcStatus;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = { code, message };
  }
}

/** How an expected failure ends a call; all others are bugs, of which nothing is told. */
export function statusOf(error: unknown): GrpcStatus {
  if (error instanceof GrpcError) return error.status;
  if (error instanceof OtlpError) return { code: error.grpcCode, message: error.message };
  return { code: grpcCodes.internal, message: 'internal error' };
}

/** What google.rpc.Status says, as the application's OTLP answers hold it. */
export function readStatus(bytes: Uint8Array): GrpcStatus {
  const fields = readFields(bytes);
  return { code: Number(fields.get(1) ?? grpcCodes.internal), message: String(fields.get(2) ?? '') };
}

/** Varints, as 32 bits, and texts of a small message by their field numbers. @throws OtlpError 400 where it is damaged */
export function readFields(bytes: Uint8Array): ReadonlyMap<number, number | string> {
  const reader = new WireReader(bytes);
  const fields = new Map<number, number | string>();
  while (reader.pos < bytes.length) {
    const tag = reader.tag(bytes.length);
    const wireType = tag & 7;
    if (wireType === 0) fields.set(tag >>> 3, reader.uint32(bytes.length));
    else if (wireType === 2) {
      const end = reader.length(bytes.length);
      fields.set(tag >>> 3, Buffer.from(bytes.subarray(reader.pos, end)).toString());
      reader.pos = end;
    } else reader.skip(tag, bytes.length);
  }
  return fields;
}

/** The trailers of a call. */
export function trailersOf({ code, message, retryAfterSeconds }: GrpcStatus): Record<string, string> {
  const trailers: Record<string, string> = { 'grpc-status': String(code) };
  if (message !== '') trailers['grpc-message'] = percentEncoded(message);
  if (retryAfterSeconds !== undefined)
    trailers['grpc-status-details-bin'] = Buffer.from(
      statusWithRetry(code, message, retryAfterSeconds),
    ).toString('base64');
  return trailers;
}

/** Bytes that are no printable ASCII, and the percent sign. */
function percentEncoded(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x25
      ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  ).join('');
}

/** google.rpc.Status with google.rpc.RetryInfo among its details. */
function statusWithRetry(code: number, message: string, seconds: number): Uint8Array {
  const retryInfo = lengthDelimited(0x0a, Uint8Array.from([0x08, ...varint(seconds)]));
  const any = concat(lengthDelimited(0x0a, Buffer.from(RETRY_INFO)), lengthDelimited(0x12, retryInfo));
  return concat(statusBody('protobuf', code, message), lengthDelimited(0x1a, any));
}
