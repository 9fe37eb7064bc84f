// Runs of small shell agents for tests of the adapter: a working directory of their own, nobody at the
// keyboard, and options that a test changes one at a time.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runAgent } from '../../adapter/run/run.ts';
import type { RunOptions, RunResult } from '../../adapter/run/run-options.ts';

export const runCellId = 'tests/shell/none/family/task';

export interface Scratch {
  readonly folder: string;
  readonly workdir: string;
}

/** A folder that ends with the test, with a working directory of some files in it. */
export function scratchFolder(files: Readonly<Record<string, string>> = {}): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-run-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const workdir = join(folder, 'work');
  mkdirSync(workdir);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(workdir, path, '..'), { recursive: true });
    writeFileSync(join(workdir, path), text);
  }
  return { folder, workdir };
}

/** Runs a shell script as an agent. */
export function runShell(
  endpoint: string,
  { folder, workdir }: Scratch,
  script: string,
  options: Partial<RunOptions> = {},
): Promise<RunResult> {
  return runAgent({
    endpoint,
    sweep: 'tests',
    agent: 'shell',
    model: 'none',
    task: 'family/task',
    attempt: 1,
    command: ['bash', '--norc', '-c', script],
    workdir,
    verify: null,
    verifyTimeoutMs: 10_000,
    expect: [],
    timeoutMs: 15_000,
    image: null,
    imageEnv: [],
    proxy: false,
    content: false,
    telemetry: false,
    terminal: 'auto',
    cols: 80,
    rows: 24,
    stdin: 'none',
    spoolDir: join(folder, 'spool'),
    env: { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' },
    ...options,
  });
}
