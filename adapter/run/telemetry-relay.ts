// Stands between the agent's own OpenTelemetry and the collector, on loopback: answers at once, so that the
// agent never waits; takes secrets out; passes on as the agent's own words, which may name no other cell and
// judge nothing; and spools what the collector does not take. It reads nothing into the bodies: secrets are
// overwritten length for length, in JSON and protobuf alike.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OtlpAddress, otlpAddressOf, otlpPath } from '../../shared/otlp-address.ts';
import { type PartialSuccess, postAgentBytes } from '../sdk/collector-client.ts';
import type { Redactor } from '../sdk/redact.ts';
import type { Spool } from '../sdk/spool.ts';
import { inflated, isKnownCoding } from './bodies/content-coding.ts';
import { Kept, KeptRoom } from './bodies/kept-body.ts';

export interface RelayOptions {
  /** The collector's base address. */
  readonly endpoint: string;
  /** The collector's; what the agent sends along is not passed on. */
  readonly token?: string | undefined;
  readonly cellId: string;
  readonly redactor: Redactor;
  readonly spool: Spool;
  readonly timeoutMs: number;
  /** Told of what was lost, in a sentence. */
  readonly onProblem: (problem: string) => void;
}

/** As the collector's own limit, before and after inflating. */
const MAX_BODY_BYTES = 20 * 2 ** 20;
/** Of all requests under way together: who sends more is told to come again. */
const ROOM_BYTES = 64 * 2 ** 20;
/** An exporter holds one or two; each is a file that the run cannot open elsewhere. */
const MAX_CONNECTIONS = 256;
/** After a failure everything goes to the spool for so long. */
const SPOOL_FOR_MS = 5000;
/** So long a request that is not whole is waited for at the end. */
const CLOSE_GRACE_MS = 2000;

const MISSED =
  'OTLP goes to OTEL_EXPORTER_OTLP_ENDPOINT with /v1/traces, /v1/logs or /v1/metrics behind it, by POST\n';

export class TelemetryRelay {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to be. */
  readonly url: string;
  readonly #options: RelayOptions;
  readonly #server;
  /** What only those know who were handed the address. */
  readonly #secret = randomBytes(9).toString('base64url');
  readonly #open = new Set<Promise<void>>();
  readonly #room = new KeptRoom(ROOM_BYTES);
  #spoolUntilMs = 0;
  #runSpanId: string | undefined;
  /** Records that the collector took the requests of and rejected. */
  #rejected = 0;
  #why: string | null = null;

  private constructor(server: ReturnType<typeof createServer>, options: RelayOptions) {
    const path = `/${this.#secret}/cells/${encodeURIComponent(options.cellId)}`;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    this.#server = server;
    this.#options = options;
    server.on('request', (request, response) => {
      const work = this.#take(request, response).catch((error: unknown) => {
        response.destroy();
        options.onProblem(`a request of the agent's own telemetry was lost: ${String(error)}`);
      });
      this.#open.add(work);
      work.finally(() => this.#open.delete(work));
    });
  }

  static async start(options: RelayOptions): Promise<TelemetryRelay> {
    const server = createServer();
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TelemetryRelay(server, options);
  }

  /** Waits until everything taken was passed on or spooled, and a moment for what is still being sent; then stops. */
  async close(): Promise<void> {
    this.#server.close();
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_GRACE_MS);
    });
    await Promise.race([Promise.allSettled([...this.#open]), grace]);
    clearTimeout(timer);
    this.#server.closeAllConnections();
    await Promise.allSettled([...this.#open]);
    if (this.#rejected > 0)
      this.#options.onProblem(
        `${this.#rejected} records of the agent's own telemetry were rejected, the first because: ${this.#why}`,
      );
  }

  /** Says what the agent is told as the span of its run, before it starts. */
  noteRunSpan(spanId: string): void {
    this.#runSpanId = spanId;
  }

  /** Each reason once, with the count of all: an agent may send as often as it likes. */
  #noteRejected({ rejected, message }: PartialSuccess): void {
    if (rejected === 0) return;
    this.#rejected += rejected;
    this.#why ??= message;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const [secret, ...rest] = path.split('/').slice(1);
    const address = secret === this.#secret ? otlpAddressOf(`/${rest.join('/')}`) : null;
    if (address?.cellId !== this.#options.cellId || request.method !== 'POST') {
      response.writeHead(404).end(MISSED);
      return;
    }
    const contentEncoding = request.headers['content-encoding'] ?? '';
    if (!isKnownCoding(contentEncoding)) {
      // Nobody could take secrets out of it.
      response.writeHead(415, { 'accept-encoding': 'gzip, zstd, deflate' }).end();
      return;
    }
    const body = new Kept(this.#room, MAX_BODY_BYTES);
    try {
      for await (const chunk of request) body.add(chunk as Buffer);
      await this.#takeBody(body, address, request.headers, response);
    } finally {
      body.release();
    }
  }

  async #takeBody(
    body: Kept,
    address: OtlpAddress,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
  ): Promise<void> {
    const bytes = body.bytes();
    if (bytes === null) {
      if (body.size > MAX_BODY_BYTES) response.writeHead(413).end();
      else refuseForNow(response);
      return;
    }
    let plain: Buffer;
    try {
      plain = inflated(bytes, headers['content-encoding'] ?? '', MAX_BODY_BYTES);
    } catch {
      response.writeHead(400).end();
      return;
    }
    if (!this.#room.take(plain.length)) {
      refuseForNow(response);
      return;
    }
    try {
      const contentType = headers['content-type'] ?? 'application/x-protobuf';
      // An empty protobuf message is a whole success, as is an empty object.
      response.writeHead(200, { 'content-type': contentType }).end(contentType.includes('json') ? '{}' : '');
      await this.#pass(otlpPath(address), contentType, this.#options.redactor.maskBytes(plain));
    } finally {
      this.#room.give(plain.length);
    }
  }

  async #pass(path: string, contentType: string, body: Buffer): Promise<void> {
    const { endpoint, token, spool, timeoutMs } = this.#options;
    if (performance.now() >= this.#spoolUntilMs) {
      try {
        const partial = await postAgentBytes(
          { endpoint, token, timeoutMs },
          path,
          body,
          contentType,
          this.#runSpanId,
        );
        if (partial) this.#noteRejected(partial);
        return;
      } catch (error) {
        const { status } = error as { status?: number | null };
        // What a collector refuses now it refuses later, too; unless it only asked for its token.
        if (typeof status === 'number' && status < 500 && ![401, 429].includes(status)) throw error;
        this.#spoolUntilMs = performance.now() + SPOOL_FOR_MS;
      }
    }
    spool.appendRelayed(path, contentType, body, this.#runSpanId);
  }
}

/** OTLP: an exporter sends it again later. */
function refuseForNow(response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1' }).end();
}
