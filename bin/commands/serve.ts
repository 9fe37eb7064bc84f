// `playhead serve`: the collector and the viewer on one address, until a signal. Its log is one JSON line an
// event on standard error; of the demo, which nobody operates, only what went wrong.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogEvent } from '../../collector/config.ts';
import { startCollector } from '../../collector/main.ts';
import { agentList } from '../agent-list.ts';
import { readToken } from '../client.ts';
import { readCount, readFlags, UsageError } from '../flags.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every flag of `playhead serve`; `docs/serve.md` says more of each. */
export const serveFlags = {
  port: { type: 'string' },
  host: { type: 'string' },
  db: { type: 'string' },
  demo: { type: 'boolean' },
  token: { type: 'string' },
  'rate-limit': { type: 'string' },
  'max-request-cells': { type: 'string' },
  'max-request-resources': { type: 'string' },
  insecure: { type: 'boolean' },
  'allow-host': { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
  'allow-frame': { type: 'string', multiple: true },
  'price-file': { type: 'string' },
} as const;

/** @param fail leaves the process with what went wrong */
export async function serveCommand(
  args: string[],
  defaultPort: number,
  fail: (error: unknown) => never,
): Promise<void> {
  const { values } = readFlags(args, serveFlags);
  const token = values.token === undefined ? undefined : readToken(values.token);
  const rateLimit = values['rate-limit'];
  const requestCells = values['max-request-cells'];
  const requestResources = values['max-request-resources'];
  const port = readPort(values.port ?? process.env.PORT ?? String(defaultPort));
  const scratch = values.demo ? mkdtempSync(join(tmpdir(), 'playhead-demo-')) : null;
  process.on('exit', () => {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  });
  const collector = await startCollector({
    port,
    host: values.host ?? '127.0.0.1',
    dbPath: scratch ? join(scratch, 'playhead.db') : (values.db ?? './playhead.db'),
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
  collector.failed.then(fail);
  stopOnSignal(() => collector.close(), fail);
  const first = scratch ? await loadExamples(collector.url, token) : null;
  // Shown once in its address, the token gives a browser its cookie.
  const asked = token === undefined ? '' : `token=${encodeURIComponent(token)}`;
  process.stdout.write(`Playhead is ready: ${collector.url}${asked && `/?${asked}`}\n`);
  if (first !== null)
    process.stdout.write(
      `A run that failed, to begin with (space plays it): ${first}${asked && `&${asked}`}\n`,
    );
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

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new UsageError(`not a port: ${text}`);
  return port;
}

/** An origin as `frame-ancestors` takes it: anything else could end that directive and begin another. */
function readOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === 'null') throw new UsageError(`not an origin: ${text}`);
  return origin;
}

/** First signal: finish what is in flight, then exit 0. Second signal: leave at once. */
function stopOnSignal(close: () => Promise<void>, fail: (error: unknown) => never): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    close().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
