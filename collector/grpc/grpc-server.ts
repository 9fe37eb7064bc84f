// Takes connections of gRPC on a port of their own: who may come, what of HTTP/2 they may use, and how they end. HTTP/2
// is loaded with the first of them. Does not read calls; who speaks HTTP/1.1 here is sent to the other port.
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { ConnectionCount } from '../http/connection-count.ts';
import { listenOn } from '../http/listening.ts';
import { type Answer, answerCall } from './call.ts';

export interface GrpcLimits {
  readonly headersMs: number;
  readonly checkMs: number;
  readonly connections: number;
}

const PREFACE = 'PRI * HTTP/2.0';
/** An exporter has one call under way, a Collector a few. */
const CALLS_A_CONNECTION = 32;
/** What a call may send before it is read: with 64 KiB, the default, a batch of 1 MiB waits sixteen times. */
const WINDOW_BYTES = 2 ** 18;
const HEADER_BYTES = 16_384;
/** Without a call. Exporters send every few seconds, metrics every minute; who comes later connects again. */
const IDLE_MS = 300_000;
/** How long calls under way may take once the collector stops. */
const DRAIN_MS = 5000;

export class GrpcServer {
  readonly #answer: Answer;
  readonly #limits: GrpcLimits;
  readonly #count: ConnectionCount;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  /** The sentence for those who speak HTTP/1.1. */
  readonly #advice: string;
  readonly #stopping = new AbortController();
  #http2: Promise<Http2Server> | undefined;

  /** @param httpUrl where OTLP over HTTP is taken */
  constructor(answer: Answer, limits: GrpcLimits, count: ConnectionCount, httpUrl: string) {
    this.#answer = answer;
    this.#limits = limits;
    this.#count = count;
    this.#advice = `this port takes OTLP over gRPC; OTLP over HTTP and the pages are at ${httpUrl}\n`;
    this.#server = createServer((socket) => this.#admit(socket));
    this.#server.maxConnections = limits.connections;
    this.#server.on('drop', () => count.noteDropped());
  }

  /** @returns the port. @throws the system's error where it is taken */
  listen(port: number, host: string): Promise<number> {
    return listenOn(this.#server, port, host);
  }

  /** No new connection, no further call on an open one, and five seconds for the calls under way. */
  async drain(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#stopping.abort();
    const giveUp = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, DRAIN_MS);
    for (const session of this.#sessions) session.close();
    await closed;
    clearTimeout(giveUp);
    (await this.#http2)?.close();
  }

  #admit(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    if (!this.#count.admit(socket)) {
      socket.destroy();
      return;
    }
    const tooSlow = setTimeout(() => socket.destroy(), this.#limits.headersMs);
    socket.once('close', () => clearTimeout(tooSlow));
    this.#greet(socket, Buffer.alloc(0), () => clearTimeout(tooSlow));
  }

  /** Looks at the first bytes, and gives the connection to HTTP/2 or an answer to HTTP/1.1. */
  #greet(socket: Socket, before: Buffer, known: () => void): void {
    socket.once('readable', () => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      const first = Buffer.concat([before, chunk]);
      const start = first.subarray(0, PREFACE.length).toString('latin1');
      if (start === PREFACE) {
        known();
        socket.unshift(first);
        void this.#speak(socket);
      } else if (PREFACE.startsWith(start)) this.#greet(socket, first, known);
      else {
        known();
        const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${this.#advice.length}`;
        socket.end(`${head}\r\nConnection: close\r\n\r\n${this.#advice}`);
      }
    });
  }

  async #speak(socket: Socket): Promise<void> {
    this.#http2 ??= this.#startHttp2();
    (await this.#http2).emit('connection', socket);
  }

  async #startHttp2(): Promise<Http2Server> {
    const http2 = await import('node:http2');
    const server = http2.createServer({
      settings: {
        enablePush: false,
        maxConcurrentStreams: CALLS_A_CONNECTION,
        initialWindowSize: WINDOW_BYTES,
        maxHeaderListSize: HEADER_BYTES,
      },
    });
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      session.on('error', () => session.destroy());
      session.setTimeout(IDLE_MS, () => session.close());
      if (!this.#server.listening) session.close();
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const from = stream.session?.socket.remoteAddress ?? '';
      const { headersMs, checkMs } = this.#limits;
      const { signal: stopping } = this.#stopping;
      void answerCall(stream, headers, { answer: this.#answer, from, headersMs, checkMs, stopping });
    });
    return server;
  }
}
