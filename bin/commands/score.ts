// `playhead score`: puts score records to a cell of a running collector.
import { readFileSync } from 'node:fs';
import { readScoreFile } from '../../adapter/import/score-file.ts';
import { readReports } from '../../adapter/run/report-file.ts';
import { putScores } from '../../adapter/sdk/collector-client.ts';
import { reportSection } from '../../shared/failures/report.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { clientFlags, readClient } from '../client.ts';
import { onlyCell, readFlags, UsageError } from '../flags.ts';

export const scoreFlags = {
  file: { type: 'string' },
  report: { type: 'string', multiple: true },
  ...clientFlags,
} as const;

/** Standard input, as a path that can be read. */
const STANDARD_INPUT = 0;

export async function scoreCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const { values, positionals } = readFlags(args, scoreFlags);
  const cellId = onlyCell('score', positionals);
  const reports = values.report ?? [];
  if (values.file === undefined && reports.length === 0)
    throw new UsageError('score needs --file, --file - for standard input, or --report');
  const scores = [
    ...(values.file === undefined ? [] : readScores(values.file)),
    ...(reports.length === 0 ? [] : [verdictOf(reports)]),
  ];
  const notes = await putScores(readClient(values, defaultEndpoint), cellId, scores);
  process.stdout.write(`${cellId}: ${scores.map(({ axis }) => axis).join(', ')}\n`);
  for (const note of notes) process.stderr.write(`playhead: ${note}\n`);
}

function readScores(file: string): ScoreRecord[] {
  return readScoreFile(readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8'), file);
}

/** The verdict that test reports give: passed where tests ran and none failed. */
function verdictOf(paths: readonly string[]): ScoreRecord {
  const { findings, problems } = readReports(paths, process.cwd(), null);
  if (findings === null || problems.length > 0) throw new UsageError(problems.join('; '));
  const failed = findings.tally?.failed ?? findings.tests.length;
  const ran = findings.tally === null ? findings.tests.length : findings.tally.passed + failed;
  const pass = ran === 0 ? null : failed === 0 && findings.tests.length === 0 ? 1 : 0;
  return { axis: 'pass_rate', values: { pass, stdout_tail: reportSection(findings) } };
}
