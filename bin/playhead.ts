#!/usr/bin/env node
// The command line: the one place where collector and adapter meet. Reads flags and their
// PLAYHEAD_* twins, calls one function a command, and turns expected failures into one line on
// standard error and exit code 1 (2 for a wrong call). Nothing else in the house prints.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFiles } from '../adapter/import/import.ts';
import { RunError } from '../adapter/run/run-error.ts';
import { StartError } from '../collector/errors.ts';
import { startCollector } from '../collector/main.ts';
import { runCommand } from './commands/run.ts';
import { readFlags, UsageError } from './flags.ts';

const DEFAULT_PORT = 4318;
const ROOT = join(import.meta.dirname, '..');

const HELP = `playhead — records what a coding agent did, keeps it with its scores, and plays it back

  playhead serve [--port ${DEFAULT_PORT}] [--host 127.0.0.1] [--db ./playhead.db] [--demo]
      receives OTLP/HTTP and serves the viewer, both on one address
      --demo   loads the example cells into a throw-away database

  playhead import FILE… [--cell ID] [--endpoint http://127.0.0.1:${DEFAULT_PORT}]
      sends recordings made elsewhere to a running collector; a file's format is told by its
      content: cell.json manifests, asciicast, agents' streams and session files, OTLP JSON, scores,
      and what \`playhead run\` spooled

  playhead run --agent A --model M --task FAMILY/NAME [--sweep S] [--attempt N] [--workdir D]
               [--verify CMD] [--expect GLOB]… [--timeout S] [--image IMG] [--endpoint URL] -- COMMAND…
      runs any coding agent and records it: terminal, steps, model calls, file changes, scores;
      docs/run.md explains every flag

Every flag has a twin in the environment: PLAYHEAD_PORT, PLAYHEAD_DB, PLAYHEAD_ENDPOINT, …
`;

const commands: Record<string, (args: string[]) => Promise<void>> = {
  serve,
  import: importCommand,
  run: (args) => runCommand(args, `http://127.0.0.1:${DEFAULT_PORT}`),
};

async function serve(args: string[]): Promise<void> {
  const { values } = readFlags(args, {
    port: { type: 'string' },
    host: { type: 'string' },
    db: { type: 'string' },
    demo: { type: 'boolean' },
  });
  const port = readPort(values.port ?? process.env.PORT ?? String(DEFAULT_PORT));
  const scratch = values.demo ? mkdtempSync(join(tmpdir(), 'playhead-demo-')) : null;
  process.on('exit', () => {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  });
  const collector = await startCollector({
    port,
    host: values.host ?? '127.0.0.1',
    dbPath: scratch ? join(scratch, 'playhead.db') : (values.db ?? './playhead.db'),
    viewerDir: join(ROOT, 'viewer/dist'),
  });
  for (const warning of collector.warnings) process.stderr.write(`playhead: ${warning}\n`);
  collector.failed.then(fail);
  stopOnSignal(() => collector.close());
  if (scratch) await loadExamples(collector.url);
  process.stdout.write(`Playhead is ready: ${collector.url}\n`);
}

/** Loads every example through the collector's own HTTP routes, as a stranger's adapter would. */
async function loadExamples(endpoint: string): Promise<void> {
  const folder = join(ROOT, 'examples');
  const manifests = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, 'cell.json'));
  const report = await importFiles(manifests, { endpoint });
  for (const problem of report.problems) process.stderr.write(`demo: ${problem}\n`);
}

async function importCommand(args: string[]): Promise<void> {
  const { values, positionals } = readFlags(args, { cell: { type: 'string' }, endpoint: { type: 'string' } });
  if (positionals.length === 0) throw new UsageError('import needs at least one file');
  const endpoint = values.endpoint ?? `http://127.0.0.1:${DEFAULT_PORT}`;
  const report = await importFiles(positionals, {
    endpoint,
    ...(values.cell ? { cellId: values.cell } : {}),
  });
  for (const line of report.lines) process.stdout.write(`${line}\n`);
  for (const problem of report.problems) process.stderr.write(`${problem}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new UsageError(`not a port: ${text}`);
  return port;
}

/** First signal: finish what is in flight, then exit 0. Second signal: leave at once. */
function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`playhead: ${describe(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

async function main(argv: string[]): Promise<void> {
  const [name = 'help', ...rest] = argv;
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (name === 'help' || own.includes('--help') || name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`unknown command: ${name}`);
  await command(rest);
}

function fail(error: unknown): never {
  process.stderr.write(`playhead: ${describe(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${HELP}`);
  process.exit(exitCodeOf(error));
}

/**
 * 1 failed, 2 wrong call, 3 no database or a damaged one, 4 already in use, 5 of a newer build; `run` has
 * the agent's own codes, and 127 where there is no such command.
 */
function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (error instanceof RunError && error.code === 'command_not_found') return 127;
  return error instanceof StartError ? error.exitCode : 1;
}

main(process.argv.slice(2)).catch(fail);
