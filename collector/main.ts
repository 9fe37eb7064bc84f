// Starts and stops a collector: store, writer, application, HTTP server. Prints nothing; what cannot be
// done is thrown.
import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { createApp } from './app.ts';
import type { CollectorOptions } from './config.ts';
import type { StartError } from './errors.ts';
import { Store } from './store/store.ts';
import { Writer } from './writer.ts';

export interface Collector {
  readonly url: string;
  readonly app: Hono;
  readonly writer: Writer;
  /** What whoever started it should be told: acknowledged entries that are gone, a read-only disk. */
  readonly warnings: readonly string[];
  /** Resolves when the disk failed so that it cannot go on: leave the process with this error's code. */
  readonly failed: Promise<StartError>;
  /** Stops accepting, finishes what is in flight, folds the write-ahead log into the file. */
  close(): Promise<void>;
}

/** Slow clients hold a socket, not a place in the queue; these bound the sockets. */
const serverLimits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
};
const MAX_CONNECTIONS = 512;
/** How long requests in flight may take to finish once the collector is told to stop. */
const DRAIN_MS = 5000;
/** How often connections that have fallen idle are closed meanwhile. */
const DRAIN_STEP_MS = 10;

/** @throws StartError, or the server's own error where the address is taken */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const store = new Store(options.dbPath);
  const writer = new Writer(store, options.now ?? (() => BigInt(Date.now()) * 1_000_000n));
  const app = createApp({ store, writer }, options);
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: serverLimits,
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  const drain = drainOf(server);
  try {
    await listen(server, options.port, options.host);
  } catch (error) {
    await writer.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    app,
    writer,
    warnings: warningsOf(store, options.dbPath),
    failed: writer.failed,
    async close() {
      // Streams of runs under way never end by themselves.
      writer.advances.stop();
      await drain();
      await writer.close();
    },
  };
}

/**
 * How a server stops: no new connection, no further request on an open one, and five seconds for the
 * requests in flight to be answered.
 */
function drainOf(server: Server): () => Promise<void> {
  const unanswered = new Set<ServerResponse>();
  let draining = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
    // Makes the answer say "Connection: close".
    if (draining) response.shouldKeepAlive = false;
  });
  return async () => {
    draining = true;
    for (const response of unanswered) if (!response.headersSent) response.shouldKeepAlive = false;
    const closed = new Promise((resolve) => server.close(resolve));
    const sweep = setInterval(() => server.closeIdleConnections(), DRAIN_STEP_MS);
    const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(sweep);
    clearTimeout(giveUp);
  };
}

function warningsOf(store: Store, dbPath: string): string[] {
  const warnings = store.log
    .losses()
    .map(({ firstSeq, lastSeq }) => `log entries ${firstSeq} to ${lastSeq} were acknowledged and are gone`);
  if (store.isReadOnly) warnings.push(`${dbPath} cannot be written: reads are served, ingest answers 503`);
  return warnings;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
