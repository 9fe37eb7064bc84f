// A client of gRPC for tests, on Node's HTTP/2: it sends any bytes with any headers, whole or in pieces, and reads how
// the call ended. Does not spare the other side anything that a real client would.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
} from 'node:http2';

export const exportPath = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
} as const;

export interface CallEnd {
  readonly httpStatus: number;
  /** -1 where there was none. */
  readonly code: number;
  readonly message: string;
  readonly details: Buffer | null;
  /** The answer's message, without its frame; null where there was none. */
  readonly reply: Buffer | null;
}

/** The frame around a message. */
export function frameOf(message: Uint8Array, { flag = 0, length = message.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

export class GrpcClient implements AsyncDisposable {
  readonly session: ClientHttp2Session;

  constructor(port: number) {
    // What waits to be sent counts as memory, megabytes of it: a body beyond the limit must get out.
    this.session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 100 });
    this.session.on('error', () => undefined);
  }

  /** Opens a call and sends nothing of it. */
  open(path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    const stream = this.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.on('error', () => undefined);
    return stream;
  }

  /** Sends these bytes as a call and waits for its end. */
  async call(path: string, bytes: Uint8Array | null, headers: OutgoingHttpHeaders = {}): Promise<CallEnd> {
    const stream = this.open(path, headers);
    const ended = endOf(stream);
    stream.end(bytes ?? undefined);
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.session.destroyed) return;
    const gone = new Promise((resolve) => this.session.once('close', resolve));
    this.session.destroy();
    await gone;
  }
}

/** How a call ended; rejects where its stream did without an answer. */
export function endOf(stream: ClientHttp2Stream): Promise<CallEnd> {
  return new Promise((resolve, reject) => {
    let head: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    const chunks: Buffer[] = [];
    stream.on('response', (got) => {
      head = got;
    });
    stream.on('trailers', (got) => {
      trailers = got;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('close', () => {
      const httpStatus = Number(head[':status'] ?? 0);
      if (httpStatus === 0) return reject(new Error(`the stream ended without an answer: ${stream.rstCode}`));
      const all = { ...head, ...trailers };
      const body = Buffer.concat(chunks);
      resolve({
        httpStatus,
        code: Number(all['grpc-status'] ?? -1),
        message: decodeURIComponent(String(all['grpc-message'] ?? '')),
        details:
          'grpc-status-details-bin' in all
            ? Buffer.from(String(all['grpc-status-details-bin']), 'base64')
            : null,
        reply: body.length >= 5 ? body.subarray(5) : null,
      });
    });
  });
}
