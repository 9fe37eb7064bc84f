// The page "Sweeps": its file is one that `playhead sweep` reads, and its recipe for CI is run as it stands, on a port of its own.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readPlan } from '../../bin/sweep/plan.ts';
import { programEnv } from '../support/program-env.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/sweep.md'), 'utf8');
const [file = '', recipe = ''] = Array.from(page.matchAll(/```yaml\n([\s\S]*?)```/g), ([, text]) => text);
/** Below those that systems give out by themselves: nobody else in a test has it. */
const port = 20_000 + (process.pid % 10_000);
const SWEEP = `sweep: ci
agents: [{ name: shell, command: [sh, -c, 'echo hello > hello.txt'] }]
models: [none]
tasks: [{ name: demo/hello, verify: test -s hello.txt }]
`;

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-sweep-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the file of the page is read, with its budget', () => {
  const path = join(aFolder(), 'sweep.yaml');
  writeFileSync(path, file);
  const { combinations, limits } = readPlan(path);
  expect([combinations.length, limits]).toEqual([3, { maxCostUsd: 20, maxCellCostUsd: 1.5 }]);
});

test('the recipe for CI keeps a database and the sweep as JSON', async () => {
  const folder = aFolder();
  const program = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/playhead.ts')}' "$@"\n`;
  writeFileSync(join(folder, 'playhead'), program);
  chmodSync(join(folder, 'playhead'), 0o755);
  writeFileSync(join(folder, 'sweep.yaml'), SWEEP);
  const { jobs } = parse(recipe) as { jobs: { sweep: { steps: { run?: string }[] } } };
  const script = jobs.sweep.steps.find(({ run }) => run?.includes('playhead sweep'))?.run ?? '';
  const child = spawn('/bin/sh', ['-e', '-c', script.replaceAll('127.0.0.1:4318', `127.0.0.1:${port}`)], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: {
      ...programEnv,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      PLAYHEAD_PORT: String(port),
      PLAYHEAD_GRPC_PORT: '0',
      PLAYHEAD_ENDPOINT: `http://127.0.0.1:${port}`,
      XDG_STATE_HOME: folder,
    },
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  // The collector that it left running, as a job's end would.
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8'))).toMatchObject({
    judged: 1,
    missing: 0,
    runs: [{ cell: 'ci/shell/none/demo/hello', outcome: 'passed' }],
  });
  expect(readFileSync(join(folder, 'playhead.db')).subarray(0, 15).toString()).toBe('SQLite format 3');
});
