// How a call ends, in gRPC's words: its code, its message and, where trying again later helps, after how long. The
// codes are the application's own, which every OTLP answer carries. Does not decide what is a failure.
// Spec: gRPC over HTTP/2, "Responses"; google.rpc.Status; OTLP 1.x, "OTLP/gRPC Throttling".
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

/** What google.rpc.Status says, as the application's OTLP answers hold it. */
export function readStatus(bytes: Uint8Array): GrpcStatus {
  const reader = new WireReader(bytes);
  let code: number = grpcCodes.internal;
  let message = '';
  while (reader.pos < bytes.length) {
    const tag = reader.tag(bytes.length);
    if (tag === 0x08) code = reader.uint32(bytes.length);
    else if (tag === 0x12) {
      const end = reader.length(bytes.length);
      message = Buffer.from(bytes.subarray(reader.pos, end)).toString();
      reader.pos = end;
    } else reader.skip(tag, bytes.length);
  }
  return { code, message };
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
  const duration = field(0x08, varint(seconds));
  const retryInfo = delimited(0x0a, duration);
  const any = [...delimited(0x0a, Buffer.from(RETRY_INFO)), ...delimited(0x12, retryInfo)];
  return Uint8Array.from([
    ...field(0x08, varint(code)),
    ...delimited(0x12, Buffer.from(message)),
    ...delimited(0x1a, any),
  ]);
}

function field(tag: number, value: readonly number[]): number[] {
  return [tag, ...value];
}

function delimited(tag: number, bytes: Iterable<number> & { readonly length: number }): number[] {
  return [tag, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
  return out;
}
