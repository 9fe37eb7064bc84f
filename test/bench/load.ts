// Eight clients of one OTLP endpoint: each keeps one connection and posts the next 512-span body as soon as
// the last one was acknowledged. Speaks HTTP/1.1 on bare sockets, so that the measured machine's cores go
// to the receiver and not to an HTTP client. Any answer but 200 is an error.
import { connect, type Socket } from 'node:net';
import type { Batches } from './payload.ts';

export interface LoadResult {
  readonly spans: number;
  readonly seconds: number;
  /** Milliseconds from the first byte sent to the answer read, one a request. */
  readonly latenciesMs: number[];
  /** Seconds since the start at which each request was acknowledged. */
  readonly acknowledgedAt: number[];
}

export interface LoadOptions {
  readonly url: string;
  readonly path: string;
  /** One source of bodies a client. */
  readonly clients: readonly Batches[];
  readonly spansABatch: number;
  /** Ends after so many requests in all. */
  readonly requests: number;
}

/** Posts until all requests are acknowledged. @throws on any answer but 200 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const acknowledgedAt: number[] = [];
  let left = options.requests;
  const startMs = performance.now();
  await Promise.all(
    options.clients.map(async (batches) => {
      const client = await HttpClient.open(options.url);
      while (left-- > 0) {
        const body = batches.next();
        const sentMs = performance.now();
        await client.post(options.path, body);
        const nowMs = performance.now();
        latenciesMs.push(nowMs - sentMs);
        acknowledgedAt.push((nowMs - startMs) / 1000);
      }
      client.close();
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  return { spans: options.requests * options.spansABatch, seconds, latenciesMs, acknowledgedAt };
}

/** One connection, one request at a time. */
class HttpClient {
  readonly #socket: Socket;
  readonly #host: string;
  #answer = '';
  #waiting: { resolve: () => void; reject: (error: Error) => void } | null = null;

  static async open(url: string): Promise<HttpClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new HttpClient(socket, `${hostname}:${port}`);
  }

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  post(path: string, body: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { resolve, reject };
    this.#answer = '';
    this.#socket.cork();
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-type: application/x-protobuf\r\n` +
        `content-length: ${body.length}\r\n\r\n`,
    );
    this.#socket.write(body);
    this.#socket.uncork();
    return promise;
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.end();
  }

  #read(text: string): void {
    this.#answer += text;
    const headEnd = this.#answer.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const size = Number(/\r\ncontent-length: (\d+)/i.exec(this.#answer)?.[1] ?? 0);
    if (this.#answer.length < headEnd + 4 + size) return;
    if (this.#answer.startsWith('HTTP/1.1 200 ')) this.#waiting?.resolve();
    else this.#fail(new Error(this.#answer.slice(0, 500)));
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
  }
}
