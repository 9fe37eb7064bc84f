// The HTTP server around the application: how long a client may take, how many may come, what one is answered
// whose request cannot even be read, and how the server stops. Does not know routes.
import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { StartError } from '../errors.ts';
import type { CollectorMetrics } from './collector-metrics.ts';
import type { ConnectionCount } from './connection-count.ts';
import { GrpcNotice } from './grpc-notice.ts';
import { listenOn } from './listening.ts';

export interface ServerLimits {
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often the two above are looked at. */
  readonly checkMs: number;
  readonly connections: number;
}

/** How long requests in flight may take to finish once the collector stops. */
const DRAIN_MS = 5000;
/** How often, in that time, connections that have fallen idle are closed. */
const DRAIN_STEP_MS = 10;
/** Requests of agents carry a dozen. */
const MAX_HEADERS = 64;

export class CollectorServer {
  readonly #server: Server;
  readonly #metrics: CollectorMetrics;
  readonly #grpc: GrpcNotice;
  readonly #count: ConnectionCount;
  readonly #unanswered = new Set<ServerResponse>();
  #draining = false;

  constructor(
    fetch: Hono['fetch'],
    limits: ServerLimits,
    count: ConnectionCount,
    metrics: CollectorMetrics,
    grpc: GrpcNotice,
  ) {
    this.#count = count;
    this.#metrics = metrics;
    this.#grpc = grpc;
    const serverOptions: ServerOptions = {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      keepAliveTimeout: 65_000,
    };
    this.#server = createAdaptorServer({ fetch, createServer, serverOptions }) as Server;
    this.#server.maxConnections = limits.connections;
    this.#server.maxHeadersCount = MAX_HEADERS;
    this.#server.on('connection', (socket) => this.#admit(socket));
    this.#server.on('drop', () => count.noteDropped());
    this.#server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket));
    this.#server.prependListener('request', (_request, response: ServerResponse) => {
      this.#unanswered.add(response);
      response.once('close', () => this.#unanswered.delete(response));
      // Makes the answer say "Connection: close".
      if (this.#draining) response.shouldKeepAlive = false;
    });
  }

  get connections(): number {
    return this.#count.open;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** @returns the port. @throws StartError where the address cannot be had */
  listen(port: number, host: string): Promise<number> {
    return listenOn(this.#server, port, host).catch((error) => {
      throw addressError(error, port, host);
    });
  }

  /**
   * No new connection, no further request on an open one, and five seconds for the requests in flight to
   * be answered.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const response of this.#unanswered) if (!response.headersSent) response.shouldKeepAlive = false;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const sweep = setInterval(() => this.#server.closeIdleConnections(), DRAIN_STEP_MS);
    const giveUp = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(sweep);
    clearTimeout(giveUp);
  }

  #admit(socket: Socket): void {
    if (this.#count.admit(socket)) return;
    socket.end(
      answer(503, 'Service Unavailable', 14, 'too many connections from one address', ['Retry-After: 1']),
    );
  }

  /** What llhttp or a timeout refused. Node would answer without a body. */
  #refuse(error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket: Socket): void {
    const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    this.#metrics.noteRefusedConnection(slow ? 'slow' : 'malformed');
    if (GrpcNotice.isPreface(error.rawPacket)) this.#grpc.note(socket.remoteAddress ?? '');
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    if (slow) socket.end(answer(408, 'Request Timeout', 4, 'the request comes too slowly'));
    else if (error.code === 'HPE_HEADER_OVERFLOW')
      socket.end(answer(431, 'Request Header Fields Too Large', 8, 'the headers are larger than 16 KiB'));
    else socket.end(answer(400, 'Bad Request', 3, 'this is no HTTP/1.1 request'));
  }
}

/** Whether an address can be had, before anything else is begun. @throws StartError where it cannot */
export async function checkAddress(port: number, host: string): Promise<void> {
  const probe = createSocketServer();
  await listenOn(probe, port, host).catch((error) => {
    throw addressError(error, port, host);
  });
  await new Promise((resolve) => probe.close(resolve));
}

function addressError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE')
    return new StartError('port_taken', `port ${port} is taken`, { cause: error });
  if (error.code === 'EACCES')
    return new StartError('no_address', `port ${port} may not be used by this user`, { cause: error });
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new StartError('no_address', `${host} is no address of this machine`, { cause: error });
  return error;
}

/** A whole answer: google.rpc.Status in JSON, since what encoding was meant is not known. */
function answer(
  status: number,
  reason: string,
  grpcCode: number,
  message: string,
  headers: readonly string[] = [],
): string {
  const body = JSON.stringify({ code: grpcCode, message });
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...headers,
    '',
    body,
  ].join('\r\n');
}
