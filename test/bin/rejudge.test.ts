// `playhead rejudge`: recorded runs judged by another verifier, from what they left behind; the verdict before stays in their
// history, and the sweep's judgement says who gave the verdicts.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodeOf } from '../../bin/exit-codes.ts';
import type { JudgementJson } from '../../shared/judge/judgement-json.ts';
import type { CellDetail } from '../../shared/wire.ts';
import { sharedCollector } from '../support/hostile.ts';
import { sendSweep } from '../support/judging/judged-cells.ts';
import { said } from './said.ts';

const SWEEP = `sweep: night
agents: [{ name: shell, command: [sh, -c, "{prompt}"] }]
models: [none]
tasks:
  - name: words/right
    prompt: echo forty-two > answer.txt; touch empty.py
    files: base
    verify: grep -q 42 answer.txt
  - { name: words/wrong, prompt: echo no idea > answer.txt, files: base, verify: "true" }
  - { name: words/binary, prompt: 'printf "a\\0b" > image.bin', files: base, verify: "true" }
`;
const collector = sharedCollector({ now: () => BigInt(Date.now()) * 1_000_000n });
let folder: string;
let base: string;
const plan = () => join(folder, 'sweep.yaml');

const rejudge = (...args: string[]) => said(['rejudge', ...args, '--endpoint', collector().url]);
const cellOf = (id: string) => collector().get<CellDetail>(`/api/cells/${encodeURIComponent(id)}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-rejudge-test-'));
  process.env.XDG_STATE_HOME = folder;
  base = join(folder, 'base');
  mkdirSync(base);
  writeFileSync(join(base, 'answer.txt'), 'what?\n');
  writeFileSync(plan(), SWEEP);
  await said(['sweep', plan(), '--at-once', '3', '--endpoint', collector().url]);
});

afterAll(() => {
  delete process.env.XDG_STATE_HOME;
  rmSync(folder, { recursive: true, force: true });
});

test('a new verifier judges what the runs left behind, and names by file what it cannot have whole', async () => {
  const call = ['night', '--workdir', base, '--verify', 'grep -q forty-two answer.txt && test -f empty.py'];
  const dry = await rejudge(...call, '--dry-run');
  expect(dry).toMatchObject({ code: 1, out: expect.stringContaining('can be judged again: 2 of 3') });
  const { code, out } = await rejudge(...call, '--verifier', 'words v2', '--json');
  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      dryRun: false,
      judged: 2,
      changed: 2,
      refused: 1,
      interrupted: false,
      runs: [
        {
          cell: 'night/shell/none/words/binary',
          before: 1,
          after: null,
          refused: 'the change to image.bin was recorded without its content (no text, or too large)',
        },
        { cell: 'night/shell/none/words/right', before: 0, after: 1, refused: null },
        { cell: 'night/shell/none/words/wrong', before: 1, after: 0, refused: null },
      ],
    },
  ]);
  expect(readdirSync(base)).toEqual(['answer.txt']);
});

test('the verdict before stays in the run’s history, and the run’s page tells of the one that stands', async () => {
  const [right, wrong] = [
    await cellOf('night/shell/none/words/right'),
    await cellOf('night/shell/none/words/wrong'),
  ];
  expect([right.outcome, wrong.outcome]).toEqual(['passed', 'failed']);
  const verdict = wrong.scores.find(({ axis }) => axis === 'pass_rate');
  expect(verdict).toMatchObject({ scorer: 'playhead rejudge', values: { pass: 0, verifier: 'words v2' } });
  expect(wrong.corrections).toContainEqual(
    expect.objectContaining({ axis: 'pass_rate', before: 1, scorer: 'playhead run', revision: 2 }),
  );
  const composite = (cell: CellDetail) => cell.scores.find(({ axis }) => axis === 'composite')?.values;
  expect(composite(wrong)).toMatchObject({ components: { pass_rate: 0 } });
  expect(composite(right)).toMatchObject({ components: { pass_rate: 1 } });
  expect(wrong.headlines.find(({ axis }) => axis === 'pass_rate')).toMatchObject({
    value: 0,
    grade: 'measured',
  });
});

test('the judgement of the sweep says who gave its verdicts', async () => {
  const { verdicts, passed, notes } = await collector().get<JudgementJson>('/api/sweeps/night/judgement');
  expect([passed, verdicts.count, verdicts.correctedCount]).toEqual([2, 3, 2]);
  expect(verdicts.verifiers.map(({ name, count }) => [name, count])).toEqual([
    ['words v2', 2],
    ['true', 1],
  ]);
  expect(notes).toContainEqual(expect.stringContaining('2 verdicts took the place of others'));
  const { out } = await said(['check', 'night', '--min-pass', '1', '--endpoint', collector().url]);
  expect(out).toContain('verdicts: 2 by words v2, 1 by true');
});

test('a verifier that fails itself changes nothing', async () => {
  const { code, out } = await rejudge(
    'night/shell/none/words/right',
    '--workdir',
    base,
    '--verify',
    'no-such-tool-here',
  );
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/refused: The verifier could not be run: exit code 127/),
  ]);
  expect((await cellOf('night/shell/none/words/right')).outcome).toBe('passed');
});

test('a plan gives each task its files and its verifier', async () => {
  const { code, out } = await rejudge('night', '--plan', plan(), '--task', 'words/wrong');
  expect([code, out]).toEqual([
    0,
    'night/shell/none/words/wrong: passed (failed before)\njudged again: 1 of 1; verdicts that changed: 1\n',
  ]);
});

test('a run that nobody watched, and files that are not those it began with, are refused', async () => {
  await sendSweep(collector(), 'imported', '1');
  const told = await rejudge('imported', '--workdir', base, '--verify', 'true');
  expect([told.code, told.out]).toEqual([1, expect.stringContaining('refused: nobody looked at its files')]);
  const other = mkdtempSync(join(folder, 'other-'));
  writeFileSync(join(other, 'answer.txt'), 'when?\n');
  const { code, out } = await rejudge('night/shell/none/words/wrong', '--workdir', other, '--verify', 'true');
  expect([code, out]).toEqual([1, expect.stringContaining('answer.txt does not fit at line 1')]);
});

test.each([
  [['night']],
  [['night', '--verify', 'true']],
  [['night', '--verify', 'true', '--workdir', '/nonexistent']],
  [['night', '--plan', '/nonexistent.yaml']],
])('%j is a wrong call', async (args) => {
  expect(exitCodeOf(await rejudge(...args).catch((error: unknown) => error))).toBe(2);
});
