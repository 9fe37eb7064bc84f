// `playhead verify`: checks a database file against its own log, and names every problem.
import { StartError } from '../../collector/errors.ts';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { counted, DEFAULT_DB, readFlags, UsageError } from '../flags.ts';

export const verifyFlags = { db: { type: 'string' } } as const;

/** @throws StartError `damaged`, after naming every problem, unless all is whole */
export async function verifyCommand(args: string[]): Promise<void> {
  const { values, positionals } = readFlags(args, verifyFlags);
  if (positionals.length > 0) throw new UsageError(`verify takes no ${positionals[0]}`);
  const path = values.db ?? DEFAULT_DB;
  const { entries, problems, notes } = verifyDatabase(path);
  for (const note of notes) process.stdout.write(`note: ${note}\n`);
  for (const { code, message } of problems) process.stdout.write(`${code}: ${message}\n`);
  if (problems.length > 0) throw new StartError('damaged', `${path}: ${counted(problems.length, 'problem')}`);
  process.stdout.write(`${path}: ${counted(entries, 'log entry', 'log entries')}, all whole\n`);
}
