// `playhead import`: sends recordings made elsewhere to a running collector, and says file by file what became
// of each.
import { importFiles } from '../../adapter/import/import.ts';
import { clientFlags, readClient } from '../client.ts';
import { readFlags, UsageError } from '../flags.ts';

export const importFlags = { cell: { type: 'string' }, ...clientFlags } as const;

export async function importCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const { values, positionals } = readFlags(args, importFlags);
  if (positionals.length === 0) throw new UsageError('import needs at least one file');
  const report = await importFiles(positionals, {
    ...readClient(values, defaultEndpoint),
    ...(values.cell ? { cellId: values.cell } : {}),
  });
  for (const line of report.lines) process.stdout.write(`${line}\n`);
  for (const problem of report.problems) process.stderr.write(`${problem}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
}
