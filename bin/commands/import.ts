// `playhead import`: sends recordings made elsewhere to a running collector, and says file by file what became
// of each.
import { readCell, readClient } from '../client.ts';
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';

export const importing = command({
  name: 'import',
  about:
    'Sends recordings made elsewhere to a running collector. What a file is, is told by its content: cell.json manifests, asciicasts, agents’ streams and session files, OTLP JSON, scores, what `playhead run` spooled, each also packed with gzip or zstd. A folder is searched for them. Importing again adds nothing twice.',
  args: [{ name: 'FILE…', about: 'files or folders' }],
  flags: {
    cell: {
      value: 'CELL',
      about: 'the run that all files are of, by its id or its replay’s address, whatever they say',
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
    const { importFiles } = await import('../../adapter/import/import.ts');
    const named = values.cell === undefined ? null : await readCell(values.cell, values);
    const report = await importFiles(args, {
      ...(named?.client ?? readClient(values)),
      ...(named === null ? {} : { cellId: named.cellId }),
    });
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
    for (const problem of report.problems) process.stderr.write(`${problem}\n`);
    if (report.problems.length > 0) process.exitCode = 1;
  },
});
