// Writes the made long run as the demo has it: `node test/support/long-run/write.ts`. A test holds the files to it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Spool } from '../../../adapter/sdk/spool.ts';
import { madeFiles } from '../../../bin/demo.ts';
import { longRunId, recordLongRun } from './record.ts';

/** Where nobody listens: what is recorded goes to the spool. */
const NOBODY = 'http://127.0.0.1:9';

/** @returns the spool's text */
export async function longRunText(attempt: 1 | 2): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-long-run-'));
  const file = join(folder, 'run.jsonl');
  try {
    await recordLongRun({ attempt, to: { endpoint: NOBODY, spool: new Spool(file, longRunId(attempt)) } });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main)
  for (const [index, file] of madeFiles().entries())
    writeFileSync(file, gzipSync(await longRunText(index === 0 ? 1 : 2), { level: 9 }));
