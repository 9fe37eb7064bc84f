// Starts and stops a collector: store, writer, application, HTTP and gRPC servers. Does not print anything;
// what cannot be done is thrown.
import type { Hono } from 'hono';
import { createApp } from './app.ts';
import type { CollectorStore, FoundLog } from './cell/stores.ts';
import { type CollectorOptions, defaultLimits, isLoopback } from './config.ts';
import { StartError } from './errors.ts';
import { GrpcServer } from './grpc/grpc-server.ts';
import { CollectorMetrics } from './http/collector-metrics.ts';
import { ConnectionCount } from './http/connection-count.ts';
import { GrpcNotice } from './http/grpc-notice.ts';
import { CollectorServer, checkAddress } from './http/server.ts';
import { requestLimits } from './otlp/limits.ts';
import { Search } from './search/search-thread-host.ts';
import { Store } from './store/store.ts';
import { Writer } from './writer.ts';

export interface Collector {
  readonly url: string;
  /** Where OTLP over gRPC is taken; null where it is not. */
  readonly grpcPort: number | null;
  readonly app: Hono;
  readonly writer: Writer;
  /** For whoever started it: acknowledged entries that are gone, a read-only disk. */
  readonly warnings: readonly string[];
  /** Resolves when the disk failed so that it cannot go on: leave the process with this error's code. */
  readonly failed: Promise<StartError>;
  /** Stops accepting, finishes what is in flight, folds the write-ahead log into the file. */
  close(): Promise<void>;
}

/** @throws StartError, or the server's own error where the address is taken */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const asksForToken = options.token !== undefined || (options.tokens ?? []).length > 0;
  if (!isLoopback(options.host) && !asksForToken && options.insecure !== true)
    throw new StartError('exposed', `others could read and write through ${options.host}`);
  // A database that nobody asked for would lie there afterwards.
  await checkAddress(options.port, options.host);
  const log = options.log ?? (() => undefined);
  const store: CollectorStore = new Store(options.dbPath);
  const { head, losses, forgotten } = store.foundLog();
  const cells = await store.reads.cells.count();
  const limits = { ...defaultLimits, ...options.limits };
  const metrics = new CollectorMetrics({ ...limits, ...requestLimits });
  const now = options.now ?? (() => BigInt(Date.now()) * 1_000_000n);
  const writer = new Writer(store, now, (counts) => metrics.noteEntry(counts), limits.settleMs);
  const search = new Search(store.openerForSearch());
  let server: CollectorServer | null = null;
  const grpc = new GrpcNotice(options.log);
  const app = createApp({ store, writer, metrics, search, grpc }, options, () => server);
  const count = new ConnectionCount(limits, metrics);
  server = new CollectorServer(app.fetch, limits, count, metrics, grpc);
  let port: number;
  try {
    port = await server.listen(options.port, options.host);
  } catch (error) {
    await writer.close();
    throw error;
  }
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const url = `http://${host}:${port}`;
  const warnings = warningsOf({ losses, forgotten }, store.isReadOnly, options.dbPath);
  const grpcServer = new GrpcServer(app.fetch, limits, count, url);
  const grpcPort = await listenForGrpc(grpcServer, options, warnings);
  if (grpcPort !== null) grpc.openOn(grpcPort);
  for (const warning of warnings) log({ event: 'warning', level: 'warn', message: warning });
  log({ event: 'started', level: 'info', url, grpcPort, entries: head.seq, cells });
  writer.failed.then((error) => log({ event: 'failed', level: 'error', message: error.message }));
  return {
    url,
    grpcPort,
    app,
    writer,
    warnings,
    failed: writer.failed,
    async close() {
      log({ event: 'stopping', level: 'info', connections: server.connections });
      // Streams of runs under way never end by themselves.
      writer.cellUpdates.stop();
      await Promise.all([server.drain(), grpcServer.drain()]);
      await search.close();
      await writer.close();
      log({ event: 'stopped', level: 'info' });
    },
  };
}

/** Takes gRPC where it is asked for. Its port may belong to somebody else: all other ways in stay open. */
async function listenForGrpc(
  server: GrpcServer,
  { grpcPort, host }: CollectorOptions,
  warnings: string[],
): Promise<number | null> {
  if (grpcPort === undefined) return null;
  try {
    return await server.listen(grpcPort, host);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'is taken' : 'cannot be opened';
    warnings.push(`port ${grpcPort} ${why}: OTLP over gRPC is not received; over HTTP it is`);
    return null;
  }
}

function warningsOf(
  { losses, forgotten }: Pick<FoundLog, 'losses' | 'forgotten'>,
  isReadOnly: boolean,
  dbPath: string,
): string[] {
  const warnings = losses.map(
    ({ firstSeq, lastSeq }) => `log entries ${firstSeq} to ${lastSeq} were acknowledged and are gone`,
  );
  if (forgotten > 0)
    warnings.push(
      `${dbPath} was not there, though ${forgotten} log entries were acknowledged into it: an empty one was made`,
    );
  if (isReadOnly) warnings.push(`${dbPath} cannot be written: reads are served, ingest answers 503`);
  return warnings;
}
