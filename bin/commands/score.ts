// `playhead score`: puts score records to a cell of a running collector.
import { readFileSync } from 'node:fs';
import type { ScoreRecord } from '../../shared/score.ts';
import { cellArgument, readCell } from '../client.ts';
import { command } from '../command.ts';
import { printJson, printLine, printProblem } from '../json.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { UsageError } from '../usage-error.ts';

/** Standard input, as a path that can be read. */
const STANDARD_INPUT = 0;

export const score = command({
  name: 'score',
  about: 'Puts score records to a run; of each axis the record that was put last stands.',
  args: [cellArgument],
  flags: {
    file: { value: 'FILE', about: '{"scores": [{"axis", "values", …}]}; - reads standard input' },
    report: {
      value: 'FILE',
      multiple: true,
      about: 'reads the verdict out of a test report in JUnit’s XML or CTRF; may be given several times',
    },
    ...clientFlags,
    ...jsonFlags,
  },
  examples: [
    {
      line: 'playhead score my-sweep/my-agent/my-model/my-family/my-task --file scores.json',
      says: 'puts the records of a file to this run',
    },
    {
      line: 'playhead score my-sweep/my-agent/my-model/my-family/my-task --report junit.xml',
      says: 'passed, where tests ran and none failed',
    },
  ],
  async run({ values, args: [cell = ''] }) {
    const reports = values.report ?? [];
    if (values.file === undefined && reports.length === 0)
      throw new UsageError('score needs --file, --file - for standard input, or --report');
    const { putScores } = await import('../../adapter/sdk/collector-client.ts');
    const scores = [
      ...(values.file === undefined ? [] : await readScores(values.file)),
      ...(reports.length === 0 ? [] : [await verdictOf(reports)]),
    ];
    const { client, cellId } = await readCell(cell, values);
    const notes = await putScores(client, cellId, scores);
    const axes = scores.map(({ axis }) => axis);
    if (values.json) return printJson({ cell: cellId, axes, notes });
    printLine(`${cellId}: ${axes.join(', ')}`);
    for (const note of notes) printProblem(note);
  },
});

async function readScores(file: string): Promise<ScoreRecord[]> {
  const { readScoreFile } = await import('../../adapter/import/score-file.ts');
  return readScoreFile(readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8'), file);
}

/** The verdict that test reports give: passed where tests ran and none failed. */
async function verdictOf(paths: readonly string[]): Promise<ScoreRecord> {
  const { readReports } = await import('../../adapter/run/report-file.ts');
  const { verdictOf: reportVerdict } = await import('../../adapter/import/exchange/test-report.ts');
  const { findings, problems } = readReports(paths, process.cwd(), null);
  if (findings === null || problems.length > 0) throw new UsageError(problems.join('; '));
  return reportVerdict(findings);
}
