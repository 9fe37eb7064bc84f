// `playhead prune`: deletes old cells from a database file, and says which went.
import { type PruneRules, pruneDatabase } from '../../collector/offline/prune.ts';
import { DEFAULT_DB, readCount, readFlags, UsageError } from '../flags.ts';

export const pruneFlags = {
  db: { type: 'string' },
  'older-than': { type: 'string' },
  keep: { type: 'string' },
  'max-size': { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

const MAX_LISTED = 50;

export async function pruneCommand(args: string[]): Promise<void> {
  const { values, positionals } = readFlags(args, pruneFlags);
  if (positionals.length > 0) throw new UsageError(`prune takes no ${positionals[0]}`);
  const rules: PruneRules = {
    nowNs: BigInt(Date.now()) * 1_000_000n,
    dryRun: values['dry-run'] ?? false,
    ...(values['older-than'] !== undefined && { olderThanMs: readAge(values['older-than']) }),
    ...(values.keep !== undefined && { keep: readCount('keep', values.keep, 1) }),
    ...(values['max-size'] !== undefined && { maxBytes: readSize(values['max-size']) }),
  };
  const pruned = pruneDatabase(values.db ?? DEFAULT_DB, rules);
  const { cells, entries, bytesBefore, bytesAfter } = pruned;
  for (const { cellId, bytes } of cells.slice(0, MAX_LISTED))
    process.stdout.write(`${cellId}  ${megabytes(bytes)}\n`);
  if (cells.length > MAX_LISTED) process.stdout.write(`and ${cells.length - MAX_LISTED} more\n`);
  process.stdout.write(
    rules.dryRun
      ? `${cells.length} cells would go, with about ${megabytes(cells.reduce((sum, cell) => sum + cell.bytes, 0))}\n`
      : `${cells.length} cells and ${entries} log entries are gone: ${megabytes(bytesBefore)} → ${megabytes(bytesAfter)}\n`,
  );
}

const ageUnits = new Map([
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

/** "36h", "30d", "8w" as milliseconds. */
function readAge(text: string): number {
  const match = /^(\d{1,6})([hdw])$/.exec(text);
  const unit = ageUnits.get(match?.[2] ?? '');
  if (!match || unit === undefined)
    throw new UsageError(
      `--older-than takes hours, days or weeks (36h, 30d, 8w), not ${JSON.stringify(text)}`,
    );
  return Number(match[1]) * unit;
}

const sizeUnits = new Map([
  ['', 1],
  ['kB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
]);

/** "500MB", "2GB" as bytes. */
function readSize(text: string): number {
  const match = /^(\d{1,15})(kB|MB|GB)?$/.exec(text);
  const unit = sizeUnits.get(match?.[2] ?? '');
  if (!match || unit === undefined)
    throw new UsageError(`--max-size takes bytes, kB, MB or GB (500MB, 2GB), not ${JSON.stringify(text)}`);
  return Number(match[1]) * unit;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
}
