#!/usr/bin/env node
// The command line: the one place where collector and adapter meet. Reads flags and their
// PLAYHEAD_* twins, calls one function a command, and turns expected failures into one line on
// standard error and exit code 1 (2 for a wrong call). Nothing else in the house prints.
import { RunError } from '../adapter/run/run-error.ts';
import { StartError } from '../collector/errors.ts';
import { cellFormatNames } from '../shared/export/formats.ts';
import { UsageError } from './flags.ts';

const MIN_NODE = 22;
const DEFAULT_PORT = 4318;
const DEFAULT_ENDPOINT = `http://127.0.0.1:${DEFAULT_PORT}`;

const HELP = `playhead — records what a coding agent did, keeps it with its scores, and plays it back

  playhead serve [--port ${DEFAULT_PORT}] [--host 127.0.0.1] [--db ./playhead.db] [--demo]
                 [--token T | --insecure] [--rate-limit N] [--allow-host NAME]… [--allow-origin URL]…
                 [--max-request-cells N] [--max-request-resources N]
                 [--allow-frame URL]… [--price-file FILE]
      receives OTLP/HTTP and serves the viewer, both on one address
      --demo   loads the example cells into a throw-away database
      docs/serve.md explains every flag, and what the collector tells of itself

  playhead demo [--port ${DEFAULT_PORT}]
      is \`playhead serve --demo\`

  playhead prune [--db FILE] [--older-than 30d] [--keep N] [--max-size 2GB] [--dry-run]
      deletes old cells for good and writes the file anew without them; no collector may be using it

  playhead backup FILE [--db FILE]
      copies a database, also while a collector writes it

  playhead verify [--db FILE]
      checks a database against its own log: flipped bytes, gaps, lost entries, tables that say something
      else; changes nothing, and may run beside a collector. Exit code 3 where anything is wrong

  playhead rebuild [--db FILE]
      builds everything that is derived from the log again; no collector may be using it

  playhead import FILE… [--cell ID] [--endpoint ${DEFAULT_ENDPOINT}] [--token T]
      sends recordings made elsewhere to a running collector; a file's format is told by its
      content: cell.json manifests, asciicast, agents' streams and session files, OTLP JSON, scores,
      what \`playhead run\` spooled, each also packed with gzip or zstd; a folder is searched for them

  playhead score CELL [--file scores.json] [--report FILE]… [--endpoint URL] [--token T]
      puts score records to a cell: {"scores": [{"axis", "values", …}]}; --file - reads standard input;
      --report reads the verdict out of test reports in JUnit's XML or CTRF

  playhead export CELL [--format ${cellFormatNames.join('|')}] [--out FILE] [--endpoint URL] [--token T]
      writes what is known of a cell: all of it, its spans, its terminal as asciicast v3, or its scores

  playhead doctor [--send] [--price-file FILE] [--endpoint URL] [--token T]
      says whether a collector is there and lets us in, and by which prices costs are estimated;
      --send sends a span, reads it back and deletes it again
  playhead doctor --listen [--port ${DEFAULT_PORT}] [--host 127.0.0.1]
      takes OTLP in a collector's place and says of what arrives who sends it, in which dialect, whose
      cell it is and why, and which attributes nothing reads; keeps nothing

  playhead run --agent A --model M --task FAMILY/NAME [--sweep S] [--attempt N] [--workdir D]
               [--verify CMD] [--report FILE]… [--expect GLOB]… [--timeout S] [--image IMG] [--endpoint URL] [--token T]
               -- COMMAND…
      runs any coding agent and records it: terminal, steps, model calls, file changes, scores;
      docs/run.md explains every flag

Every flag has a twin in the environment: PLAYHEAD_PORT, PLAYHEAD_DB, PLAYHEAD_ENDPOINT, …
`;

/** Each is loaded when it is asked for: the whole house takes three times as long to load as the largest of them. */
const commands: Record<string, (args: string[]) => Promise<void>> = {
  serve: async (args) => (await import('./commands/serve.ts')).serveCommand(args, DEFAULT_PORT, fail),
  demo: async (args) =>
    (await import('./commands/serve.ts')).serveCommand(['--demo', ...args], DEFAULT_PORT, fail),
  prune: async (args) => (await import('./commands/prune.ts')).pruneCommand(args),
  backup: async (args) => (await import('./commands/backup.ts')).backupCommand(args),
  verify: async (args) => (await import('./commands/verify.ts')).verifyCommand(args),
  rebuild: async (args) => (await import('./commands/rebuild.ts')).rebuildCommand(args),
  import: async (args) => (await import('./commands/import.ts')).importCommand(args, DEFAULT_ENDPOINT),
  score: async (args) => (await import('./commands/score.ts')).scoreCommand(args, DEFAULT_ENDPOINT),
  export: async (args) => (await import('./commands/export.ts')).exportCommand(args, DEFAULT_ENDPOINT),
  doctor: async (args) => (await import('./commands/doctor.ts')).doctorCommand(args, DEFAULT_ENDPOINT),
  run: async (args) => (await import('./commands/run.ts')).runCommand(args, DEFAULT_ENDPOINT),
};

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

async function main(argv: string[]): Promise<void> {
  // Told before anything is loaded that an older Node cannot load.
  if (Number.parseInt(process.versions.node, 10) < MIN_NODE)
    throw new Error(
      `Node ${MIN_NODE} or newer is needed, and this is ${process.versions.node}: https://nodejs.org`,
    );
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

// Who reads may go away (`… | head`, a closed terminal): what is under way is done to its end, unheard.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') fail(error);
  });
main(process.argv.slice(2)).catch(fail);
