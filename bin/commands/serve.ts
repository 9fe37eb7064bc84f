// `playhead serve`: the collector and the viewer on one address, until a signal. Its log is one JSON line an
// event on standard error; of the demo, which nobody operates, only what went wrong.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectorOptions, LogEvent } from '../../collector/config.ts';
import type { Collector, startCollector } from '../../collector/main.ts';
import { readToken } from '../client.ts';
import { command, type Values } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { readCount, readPort } from '../quantities.ts';
import { DEFAULT_DB, DEFAULT_PORT, dbFlags, jsonFlags } from '../shared-flags.ts';
import { UsageError } from '../usage-error.ts';

/** As the standard has it: what exporters send to where nobody says anything. */
const DEFAULT_GRPC_PORT = 4317;

const ROOT = join(import.meta.dirname, '../..');

/** Every flag of `playhead serve`; `docs/serve.md` says more of each. */
export const serveFlags = {
  port: { value: 'N', about: `the port, ${DEFAULT_PORT} where absent; 0 takes any free one`, short: 'p' },
  'grpc-port': { value: 'N', about: `the port of OTLP over gRPC, ${DEFAULT_GRPC_PORT} where absent` },
  'no-grpc': { about: 'takes no OTLP over gRPC' },
  host: { value: 'ADDRESS', about: 'the address to bind, 127.0.0.1 where absent' },
  ...dbFlags,
  demo: { about: 'loads recorded runs into a throw-away database' },
  token: { value: 'T', about: 'asked for wherever data is read or written' },
  'rate-limit': { value: 'N', about: 'requests a second that one address may make' },
  'max-request-cells': { value: 'N', about: 'cells that one request may bring records of' },
  'max-request-resources': { value: 'N', about: 'resources with records in one request' },
  insecure: { about: 'takes connections from other machines without a token' },
  'allow-host': { value: 'NAME', multiple: true, about: 'a further name by which it may be addressed' },
  'allow-origin': { value: 'URL', multiple: true, about: 'an origin whose pages may read and write' },
  'allow-frame': { value: 'URL', multiple: true, about: 'an origin whose pages may frame a replay' },
  'price-file': { value: 'FILE', about: 'own prices of models, asked before those that come with Playhead' },
  ...jsonFlags,
} as const;

export const serve = command({
  name: 'serve',
  about:
    'Receives OTLP over HTTP and serves the viewer, both on one address, and receives OTLP over gRPC on another port, until it is stopped.',
  flags: serveFlags,
  examples: [
    { line: 'playhead serve --db playhead.db --port 4318', says: 'keeps what it gets in this file' },
  ],
  run: ({ values }) => serveUntilStopped(values),
});

export async function serveUntilStopped(values: Values<typeof serveFlags>): Promise<void> {
  const token = values.token === undefined ? undefined : readToken(values.token);
  const rateLimit = values['rate-limit'];
  const requestCells = values['max-request-cells'];
  const requestResources = values['max-request-resources'];
  const port = readPort(values.port ?? process.env.PORT ?? String(DEFAULT_PORT));
  const collectorMain = await import('../../collector/main.ts');
  const grpcPort = readGrpcPort(values, port);
  const { agentList } = await import('../agent-list.ts');
  const scratch = values.demo ? mkdtempSync(join(tmpdir(), 'playhead-demo-')) : null;
  process.on('exit', () => {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  });
  const collector = await startWithHelp(collectorMain.startCollector, {
    port,
    ...(grpcPort === null ? {} : { grpcPort }),
    host: values.host ?? '127.0.0.1',
    dbPath: scratch ? join(scratch, 'playhead.db') : (values.db ?? DEFAULT_DB),
    viewerDir: join(ROOT, 'viewer/dist'),
    allowedHosts: values['allow-host'] ?? [],
    allowedOrigins: values['allow-origin'] ?? [],
    frameOrigins: (values['allow-frame'] ?? []).map(readOrigin),
    insecure: values.insecure ?? false,
    agents: agentList,
    ...(values['price-file'] === undefined ? {} : { priceFile: values['price-file'] }),
    ...(token === undefined ? {} : { token }),
    ...(rateLimit === undefined ? {} : { rateLimit: readCount('rate-limit', rateLimit, 1) }),
    limits: {
      ...(requestCells === undefined
        ? {}
        : { requestCells: readCount('max-request-cells', requestCells, 1, 25_000) }),
      ...(requestResources === undefined
        ? {}
        : { requestResources: readCount('max-request-resources', requestResources, 1) }),
    },
    log: (event) => {
      if (!scratch || event.level !== 'info') writeLog(event);
    },
  });
  const stopped = untilStopped(() => collector.close());
  const first = scratch ? await loadExamples(collector.url, token) : null;
  // Shown once in its address, the token gives a browser its cookie.
  const asked = token === undefined ? '' : `token=${encodeURIComponent(token)}`;
  const url = `${collector.url}${asked && `/?${asked}`}`;
  const firstUrl = first === null ? null : `${first}${asked && `&${asked}`}`;
  const { grpcPort: openGrpcPort } = collector;
  if (values.json) printJson({ url, first: firstUrl, grpcPort: openGrpcPort });
  else {
    printLine(`Playhead is ready: ${url}`);
    if (openGrpcPort !== null) printLine(`OTLP over gRPC is taken on port ${openGrpcPort}`);
    if (firstUrl !== null) printLine(`A run that failed, to begin with (space plays it): ${firstUrl}`);
  }
  throw await Promise.race([stopped, collector.failed]);
}

/** What helps where a collector cannot start, by the error's code. */
const helps: Readonly<Record<string, string>> = {
  exposed: '--token T has them ask for it, --insecure says that this is meant',
  port_taken: '--port 0 takes any free one',
};

/** @throws StartError that says which flag helps */
async function startWithHelp(start: typeof startCollector, options: CollectorOptions): Promise<Collector> {
  try {
    return await start(options);
  } catch (error) {
    const help = error instanceof Error && 'code' in error ? helps[String(error.code)] : undefined;
    if (error instanceof Error && help !== undefined) error.message += `; ${help}`;
    throw error;
  }
}

/** The demo takes none unless it is asked to; who lets the system choose one port lets it choose both. */
function readGrpcPort(values: Values<typeof serveFlags>, port: number): number | null {
  if (values['no-grpc'] === true) return null;
  const given = values['grpc-port'];
  if (given !== undefined) return readPort(given);
  if (values.demo) return null;
  return port === 0 ? 0 : DEFAULT_GRPC_PORT;
}

function writeLog(event: LogEvent): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
}

/** What imports is loaded for the demo alone. @returns the address of the example to begin with */
async function loadExamples(endpoint: string, token: string | undefined): Promise<string> {
  const { loadDemo } = await import('../demo.ts');
  const { problems, firstUrl } = await loadDemo(endpoint, token);
  for (const problem of problems) writeLog({ event: 'demo', level: 'warn', message: problem });
  return firstUrl;
}

/** An origin as `frame-ancestors` takes it: anything else could end that directive and begin another. */
function readOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === 'null') throw new UsageError(`not an origin: ${text}`);
  return origin;
}

/** First signal: finish what is in flight, then exit 0. Second signal: leave at once. @returns why it could not */
function untilStopped(close: () => Promise<void>): Promise<unknown> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(1);
      stopping = true;
      close().then(() => process.exit(0), resolve);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
