// `playhead backup`: copies a database file, also while a collector writes it.
import { backupDatabase } from '../../collector/offline/backup.ts';
import { DEFAULT_DB, readFlags, UsageError } from '../flags.ts';

export const backupFlags = { db: { type: 'string' } } as const;

export async function backupCommand(args: string[]): Promise<void> {
  const { values, positionals } = readFlags(args, backupFlags);
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0) throw new UsageError('backup takes one FILE to write');
  const entries = await backupDatabase(values.db ?? DEFAULT_DB, target);
  process.stdout.write(`${target} holds ${entries} log entries\n`);
}
