// `playhead prune`: deletes old cells from a database file, and says which went.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pruned, PruneRules } from '../../collector/offline/prune.ts';
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { megabytes, readCount, readDuration, readSize } from '../quantities.ts';
import { DEFAULT_DB, dbFlags, jsonFlags } from '../shared-flags.ts';

const MAX_LISTED = 50;

export const prune = command({
  name: 'prune',
  about:
    'Deletes old runs for good and writes the file anew without them. No collector may be using it; with --dry-run one may.',
  flags: {
    ...dbFlags,
    'older-than': { value: 'AGE', about: 'runs that were first received longer ago: 36h, 30d, 8w' },
    keep: { value: 'N', about: 'so many of the newest stay, whatever else is said; alone: all others go' },
    'max-size': { value: 'SIZE', about: 'the oldest go until the file is this small: 500MB, 2GB' },
    'dry-run': { about: 'only says what would go' },
    ...jsonFlags,
  },
  examples: [
    {
      line: 'playhead prune --db playhead.db --older-than 30d --keep 100 --dry-run',
      says: 'what would go if all older than 30 days went, but for the newest 100',
    },
  ],
  async run({ values }) {
    const { pruneDatabase } = await import('../../collector/offline/prune.ts');
    const dryRun = values['dry-run'] ?? false;
    const prune = dryRun ? pruneCopy : pruneDatabase;
    const pruned = await prune(values.db ?? DEFAULT_DB, {
      nowNs: BigInt(Date.now()) * 1_000_000n,
      dryRun,
      ...(values['older-than'] !== undefined && {
        olderThanMs: readDuration('older-than', values['older-than'], 'refused'),
      }),
      ...(values.keep !== undefined && { keep: readCount('keep', values.keep, 1) }),
      ...(values['max-size'] !== undefined && { maxBytes: readSize('max-size', values['max-size']) }),
    });
    const { cells, entries, bytesBefore, bytesAfter } = pruned;
    if (values.json) return printJson({ dryRun, cells, entries, bytesBefore, bytesAfter });
    for (const { cellId, bytes } of cells.slice(0, MAX_LISTED)) printLine(`${cellId}  ${megabytes(bytes)}`);
    if (cells.length > MAX_LISTED) printLine(`and ${cells.length - MAX_LISTED} more`);
    printLine(
      dryRun
        ? `${cells.length} cells would go, with about ${megabytes(cells.reduce((sum, cell) => sum + cell.bytes, 0))}`
        : `${cells.length} cells and ${entries} log entries are gone: ${megabytes(bytesBefore)} → ${megabytes(bytesAfter)}`,
    );
  },
});

/** What would go from a database that a collector may be using: a copy of it is asked. */
async function pruneCopy(path: string, rules: PruneRules): Promise<Pruned> {
  const { backupDatabase } = await import('../../collector/offline/backup.ts');
  const { pruneDatabase } = await import('../../collector/offline/prune.ts');
  const folder = mkdtempSync(join(tmpdir(), 'playhead-prune-'));
  try {
    const copy = join(folder, 'copy.db');
    await backupDatabase(path, copy);
    return pruneDatabase(copy, rules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
