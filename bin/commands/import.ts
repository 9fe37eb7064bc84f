// `playhead import`: sends recordings made elsewhere to a running collector, and says file by file what became
// of each.
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { stateFolder } from '../../adapter/platform.ts';
import { readCell, readClient } from '../client.ts';
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { stopOnSignal } from '../stop.ts';
import { playheadVersion } from '../version.ts';

export const importing = command({
  name: 'import',
  about:
    'Sends recordings made elsewhere to a running collector. What a file is, is told by its content: cell.json manifests, asciicasts, agents’ streams and session files, OTLP JSON, scores, what `playhead run` spooled, each also packed with gzip or zstd. A folder is searched for them. Importing again adds nothing twice, and goes on where it was interrupted.',
  args: [{ name: 'FILE…', about: 'files or folders' }],
  flags: {
    cell: {
      value: 'CELL',
      about: 'the run that all files are of, by its id or its replay’s address, whatever they say',
    },
    sweep: { value: 'ID', about: 'the sweep of runs whose files name none; swe-bench where absent' },
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
    const { importFiles } = await import('../../adapter/import/import.ts');
    const named = values.cell === undefined ? null : await readCell(values.cell, values);
    // Every line is garbage a moment later. Node would let 64 MB of it lie before it looks: of 250 MB this saves 80 MB of memory.
    setFlagsFromString('--semi-space-growth-factor=1');
    const progress = new Progress(process.stderr);
    const stop = stopOnSignal();
    const report = await importFiles(args, {
      ...(named?.client ?? readClient(values)),
      ...(named === null ? {} : { cellId: named.cellId }),
      ...(values.sweep === undefined ? {} : { sweepId: values.sweep }),
      stateFolder: join(stateFolder(process.env), 'import', playheadVersion()),
      signal: stop.signal,
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
    if (stop.signal.aborted) process.exit(130);
  },
});
