// `playhead rebuild`: makes everything that is derived from a database's log again.
import { rebuildDatabase } from '../../collector/offline/rebuild.ts';
import { counted, DEFAULT_DB, readFlags, UsageError } from '../flags.ts';

export const rebuildFlags = { db: { type: 'string' } } as const;

export async function rebuildCommand(args: string[]): Promise<void> {
  const { values, positionals } = readFlags(args, rebuildFlags);
  if (positionals.length > 0) throw new UsageError(`rebuild takes no ${positionals[0]}`);
  const path = values.db ?? DEFAULT_DB;
  const { entries, setAside } = rebuildDatabase(path);
  for (const { seq, reason } of setAside) process.stdout.write(`log entry ${seq} was set aside: ${reason}\n`);
  process.stdout.write(`${path}: built anew from ${counted(entries, 'log entry', 'log entries')}\n`);
  if (setAside.length > 0) process.exitCode = 1;
}
