// Tells the operator of exporters that speak gRPC to the port that takes OTLP over HTTP alone: their default in
// most languages, and from their side a connection that breaks. Does not answer them.
import type { MiddlewareHandler } from 'hono';
import type { CollectorOptions } from '../config.ts';
import { OtlpError } from '../errors.ts';
import { remoteAddressOf } from './node-bindings.ts';

const ADVICE =
  'this port takes OTLP over HTTP and no gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, or the exporter of that name';

function adviceWith(grpcPort: number | null): string {
  return grpcPort === null ? ADVICE : `${ADVICE}; gRPC is taken on port ${grpcPort}`;
}

/** An exporter tries again for ever: one line a minute is enough to find it. */
const QUIET_MS = 60_000;

export class GrpcNotice {
  readonly #log: CollectorOptions['log'];
  readonly #nowMs: () => number;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #grpcPort: number | null = null;

  /** @param nowMs a clock that never runs back */
  constructor(log: CollectorOptions['log'], nowMs: () => number = () => performance.now()) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Names the port that does take gRPC. */
  openOn(grpcPort: number): void {
    this.#grpcPort = grpcPort;
  }

  /** @param from the exporter's address */
  note(from: string): void {
    const nowMs = this.#nowMs();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + QUIET_MS;
    this.#log?.({ event: 'grpc', level: 'warn', from, message: adviceWith(this.#grpcPort) });
  }

  /** Refuses what says that it is gRPC, or gRPC for the web. @throws OtlpError 415 */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      if (/^application\/grpc\b/i.test(c.req.header('content-type') ?? '')) {
        this.note(remoteAddressOf(c));
        throw new OtlpError(415, adviceWith(this.#grpcPort));
      }
      await next();
    };
  }

  /** Whether bytes that are no HTTP/1.1 begin as gRPC does: with the preface of HTTP/2. */
  static isPreface(bytes: Uint8Array | undefined): boolean {
    return bytes !== undefined && Buffer.from(bytes.subarray(0, 14)).toString('latin1') === 'PRI * HTTP/2.0';
  }
}
