// `playhead import`: sends recordings made elsewhere to a running collector, and says file by file what became
// of each.
import { createWriteStream, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { MAX_WHOLE_BYTES } from '../../adapter/import/text-file.ts';
import { stateFolder } from '../../adapter/platform.ts';
import { readCell, readClient } from '../client.ts';
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { readSize } from '../quantities.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { stopOnSignal } from '../stop.ts';
import { readTimeZone, timeZoneFlags } from '../time-zone.ts';
import { UsageError } from '../usage-error.ts';
import { playheadVersion } from '../version.ts';

export const importing = command({
  name: 'import',
  about:
    'Sends recordings made elsewhere to a running collector. What a file is, is told by its content: cell.json manifests, asciicasts, agents’ streams and session files, OTLP JSON, scores, what `playhead run` spooled, each also packed with gzip or zstd. A folder is searched for them. Importing again adds nothing twice, and goes on where it was interrupted.',
  args: [{ name: 'FILE…', about: 'files, folders, archives of them, globs; - reads standard input' }],
  flags: {
    cell: {
      value: 'CELL',
      about: 'the run that all files are of, by its id or its replay’s address, whatever they say',
    },
    sweep: { value: 'ID', about: 'the sweep of runs whose files name none; swe-bench where absent' },
    'dry-run': { about: 'says what was found, and sends nothing' },
    ...timeZoneFlags,
    'read-whole': {
      value: 'SIZE',
      about:
        'how large a file may be that is read at once, as sessions of agents are: 64MiB where absent, at most 256MiB; it takes some eight times as much memory',
    },
    ...clientFlags,
    ...jsonFlags,
  },
  examples: [
    { line: 'playhead import run.jsonl', says: 'what an agent printed' },
    {
      line: 'playhead import run.jsonl terminal.cast --cell my-sweep/pi/my-model/my-family/my-task',
      says: 'the stream and the terminal of one run, under a name of your own',
    },
  ],
  async run({ values, args }) {
    readTimeZone(values);
    using given = await pathsOf(args);
    const { paths } = given;
    if (values['dry-run']) return preview(paths, values.json === true);
    const { importFiles } = await import('../../adapter/import/import.ts');
    const wholeBytes = readWholeBytes(values['read-whole']);
    const named = values.cell === undefined ? null : await readCell(values.cell, values);
    // Every line is garbage a moment later. Node would let 64 MB of it lie before it looks: of 250 MB this saves 80 MB of memory.
    setFlagsFromString('--semi-space-growth-factor=1');
    const progress = new Progress(process.stderr);
    const stop = stopOnSignal();
    const report = await importFiles(paths, {
      ...(named?.client ?? readClient(values)),
      ...(named === null ? {} : { cellId: named.cellId }),
      ...(values.sweep === undefined ? {} : { sweepId: values.sweep }),
      stateFolder: join(stateFolder(process.env), 'import', playheadVersion()),
      signal: stop.signal,
      ...(wholeBytes === undefined ? {} : { wholeBytes }),
      onProgress: ({ file, phase, bytes, totalBytes }) =>
        progress.tell(printable(`${phase} ${file}`), bytes, totalBytes),
    });
    progress.clear();
    stop.release();
    if (values.json) {
      const entries = report.entries.map(({ file, format, outcome, cellId, detail }) => ({
        file,
        format,
        outcome,
        cell: cellId,
        detail,
      }));
      printJson({ entries, cells: report.cells, problems: report.problems });
    } else for (const line of report.lines) printLine(line);
    for (const problem of report.problems) process.stderr.write(`${printable(problem)}\n`);
    if (report.problems.length > 0) process.exitCode = 1;
    // What is left of the recorder would wait for the rest.
    if (stop.signal.aborted) {
      given[Symbol.dispose]();
      process.exit(130);
    }
  },
});

interface Paths extends Disposable {
  readonly paths: readonly string[];
}

/** Standard input as a file, for a format may be read in any order; globs that no shell has resolved. */
async function pathsOf(args: readonly string[]): Promise<Paths> {
  const folder = args.includes('-') ? mkdtempSync(join(tmpdir(), 'playhead-stdin-')) : null;
  const paths: string[] = [];
  for (const arg of args)
    if (arg === '-' && folder !== null) {
      const file = join(folder, 'stdin');
      await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }));
      paths.push(file);
    } else if (/[*?[{]/.test(arg) && !existsSync(arg)) {
      const found = globSync(arg).sort();
      paths.push(...(found.length === 0 ? [arg] : found));
    } else paths.push(arg);
  return {
    paths,
    [Symbol.dispose]: () => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function preview(paths: readonly string[], isJson: boolean): Promise<void> {
  const { findRecordings, foundLines } = await import('../../adapter/import/packed-folder/found.ts');
  const report = await findRecordings(paths);
  if (isJson) {
    const entries = report.found.map(({ words, count, first }) => {
      const detail = `${count} of this format`;
      return { file: first, format: words, outcome: 'found', cell: null, detail };
    });
    printJson({ entries, cells: [], problems: report.problems });
  } else for (const line of foundLines(report)) printLine(line);
  for (const problem of report.problems) process.stderr.write(`${printable(problem)}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
}

/** @throws UsageError */
function readWholeBytes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = readSize('read-whole', text);
  if (bytes < 1 || bytes > MAX_WHOLE_BYTES)
    throw new UsageError(
      `--read-whole takes a size up to ${MAX_WHOLE_BYTES / 2 ** 20}MiB, not ${JSON.stringify(text)}`,
    );
  return bytes;
}
