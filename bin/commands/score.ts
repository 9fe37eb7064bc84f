// `playhead score`: puts score records to a cell of a running collector.
import { readFileSync } from 'node:fs';
import { readScoreFile } from '../../adapter/import/score-file.ts';
import { putScores } from '../../adapter/sdk/collector-client.ts';
import { clientFlags, readClient } from '../client.ts';
import { onlyCell, readFlags, UsageError } from '../flags.ts';

export const scoreFlags = { file: { type: 'string' }, ...clientFlags } as const;

/** Standard input, as a path that can be read. */
const STANDARD_INPUT = 0;

export async function scoreCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const { values, positionals } = readFlags(args, scoreFlags);
  const cellId = onlyCell('score', positionals);
  if (values.file === undefined) throw new UsageError('score needs --file, or --file - for standard input');
  const file = values.file === '-' ? STANDARD_INPUT : values.file;
  const scores = readScoreFile(readFileSync(file, 'utf8'), values.file);
  const notes = await putScores(readClient(values, defaultEndpoint), cellId, scores);
  process.stdout.write(`${cellId}: ${scores.map(({ axis }) => axis).join(', ')}\n`);
  for (const note of notes) process.stderr.write(`playhead: ${note}\n`);
}
