// Starts and stops a collector: store, writer, application, HTTP server. Prints nothing; what cannot be
// done is thrown.
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { createApp } from './app.ts';
import type { CollectorOptions } from './config.ts';
import { Store } from './store/store.ts';
import { Writer } from './writer.ts';

export interface Collector {
  readonly url: string;
  readonly app: Hono;
  readonly writer: Writer;
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
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await writer.close();
      server.closeAllConnections();
      await closed;
    },
  };
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
