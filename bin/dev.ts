// `npm run dev`: collector and viewer from their sources behind one address. Vite answers with the viewer's sources
// and reloads pages as they change; every address of the collector is handed on to a collector of its own, which
// Node starts again as its sources change. Builds nothing. Does not take connections from other machines.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createServer, type ProxyOptions } from 'vite';
import { catalogue } from '../collector/routes/catalogue.ts';
import { command, type Values } from './command.ts';
import { serveFlags } from './commands/serve.ts';

const ROOT = join(import.meta.dirname, '..');
const HOST = '127.0.0.1';

/** Of the collector's addresses those that are not pages of the viewer, as a pattern for Vite's proxy. */
function collectorPattern(): string {
  const ours = catalogue.filter(({ reads }) => reads !== 'viewer');
  const first = new Set(ours.map(({ path }) => RegExp.escape(path.split('/')[1] ?? '')));
  return `^/(${[...first].join('|')})([/?]|$)`;
}

/** A port that is free now. The collector keeps it over its restarts, so that the proxy need not follow. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket();
    socket.once('error', reject);
    socket.listen(0, HOST, () => {
      const address = socket.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      socket.close(() => resolve(port));
    });
  });
}

/** The flags are those of `playhead serve`; without a database the examples are loaded at every start. */
function startWatchedCollector(args: readonly string[], hasDatabase: boolean, port: number): ChildProcess {
  const flags = [...args, ...(hasDatabase ? [] : ['--demo']), '--host', HOST, '--port', String(port)];
  return spawn(
    process.execPath,
    ['--watch', '--watch-preserve-output', join(ROOT, 'bin/playhead.ts'), 'serve', ...flags],
    // A group of its own: Ctrl-C reaches it once, through `stop`, and not a second time from the terminal.
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
}

/** @param args as they were given, to be handed on */
async function main(args: string[], values: Values<typeof serveFlags>): Promise<void> {
  const port = Number(values.port ?? process.env.PORT ?? 4318);
  const collectorPort = await freePort();
  const collectorUrl = `http://${HOST}:${collectorPort}`;
  const toCollector: ProxyOptions = { target: collectorUrl };
  const vite = await createServer({
    configFile: join(ROOT, 'viewer/vite.config.ts'),
    clearScreen: false,
    logLevel: 'info',
    server: {
      host: HOST,
      port,
      strictPort: true,
      // An address with a token in it is answered by the collector on every page: it gives the browser its cookie.
      proxy: { [collectorPattern()]: toCollector, '^/[^?]*\\?(.*&)?token=': toCollector },
    },
  });
  await vite.listen();
  const address = vite.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? `http://${HOST}:${port}`;

  const collector = startWatchedCollector(args, values.db !== undefined, collectorPort);
  let starts = 0;
  if (collector.stdout)
    createInterface(collector.stdout).on('line', (line) => {
      process.stdout.write(`${line.replace(collectorUrl, address)}\n`);
      if (line.startsWith('Playhead is ready') && starts++ > 0) vite.ws.send({ type: 'full-reload' });
    });

  let isStopping = false;
  const stop = () => {
    isStopping = true;
    collector.kill('SIGTERM');
  };
  // Vite's own would leave at once, before the collector has closed its database.
  process.removeAllListeners('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  collector.once('exit', (code) => {
    void vite.close().finally(() => process.exit(isStopping ? 0 : (code ?? 1)));
  });
}

const dev = command({
  name: 'dev',
  about: 'Collector and viewer from their sources behind one address, for who works on Playhead.',
  flags: serveFlags,
  examples: [{ line: 'npm run dev -- --port 5000', says: 'both on port 5000' }],
  run: ({ values }) => main(process.argv.slice(2), values),
});

dev.run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`dev: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
