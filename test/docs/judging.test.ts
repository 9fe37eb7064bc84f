// The page "Judging a sweep": its worked example comes out as it says, and its recipe for CI is run as it stands.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../bin/commands/check.ts';
import { compareSweeps } from '../../shared/judge/compare-sweeps.ts';
import { judgementTables } from '../../shared/judge/judgement-csv.ts';
import { comparisonJson, judgementJson } from '../../shared/judge/judgement-json.ts';
import { sharedCollector } from '../support/hostile.ts';
import { sendSweep } from '../support/judging/judged-cells.ts';
import { aJudgedSweep, ofTasks } from '../support/judging/judged-sweeps.ts';
import { programEnv } from '../support/program-env.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/judging.md'), 'utf8');
const [, recipe = ''] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
const collector = sharedCollector();
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-judging-'));
  const program = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/playhead.ts')}' "$@"\n`;
  writeFileSync(join(folder, 'playhead'), program);
  chmodSync(join(folder, 'playhead'), 0o755);
  await sendSweep(collector(), 'ci-1', '111111');
  await sendSweep(collector(), 'ci-2', '111111');
  await sendSweep(collector(), 'ci-3', '000001');
  await collector().request('/api/sweeps/ci-1', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"baseline": true}',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inCi = (sweep: string) =>
  promisify(execFile)('/bin/sh', ['-e', '-c', recipe], {
    cwd: folder,
    env: {
      ...programEnv,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      SWEEP: sweep,
      PLAYHEAD_ENDPOINT: collector().url,
      GITHUB_STEP_SUMMARY: join(folder, `${sweep}.summary`),
    },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

test('the recipe for CI lets a sweep through that holds, and fails on one that is worse', async () => {
  const [good, bad] = [await inCi('ci-2'), await inCi('ci-3')];
  expect(good).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^ci-2: holds\.[\s\S]*judged: it holds\n$/),
  });
  expect(bad).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^ci-3: worse\. Worse: 100 % before, 16\.7 % after/),
  });
  expect(readFileSync(join(folder, 'judgement.xml'), 'utf8')).toContain('failures="3"');
  expect(readFileSync(join(folder, 'ci-3.summary'), 'utf8')).toMatch(/^## ❌ ci-3: worse/);
});

test('the worked example comes out as the page says', () => {
  const [, sentence = ''] = /^> (.+)$/m.exec(page) ?? [];
  const after = aJudgedSweep(ofTasks('0/1 0/1 0/1 0/1 0/1 1/1'));
  expect(compareSweeps(after, aJudgedSweep(ofTasks('1/1 1/1 1/1 1/1 1/1 1/1')), 0.05).sentence).toBe(
    sentence,
  );
});

test('the page has every flag of the gate, every table and every field', () => {
  const flags = Object.keys(check.flags).filter((flag) => !['endpoint', 'token'].includes(flag));
  expect(flags.filter((flag) => !page.includes(`--${flag}`))).toEqual([]);
  const fields = [
    ...Object.keys(judgementJson.shape),
    ...Object.keys(comparisonJson.shape),
    ...judgementTables,
  ];
  const [, json = ''] = page.split('## The JSON');
  const inAgainst = new Set(['baseline', 'sweep']);
  expect(fields.filter((field) => !inAgainst.has(field) && !json.includes(field))).toEqual([]);
});
