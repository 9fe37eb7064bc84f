// What a sweep file may say, and what is said of one that says something else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPlan } from '../../../bin/sweep/plan.ts';
import { groupsOf, type KnownCell } from '../../../bin/sweep/slots.ts';
import { sweepTable } from '../../../bin/sweep/sweep-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'playhead-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plan(text: string) {
  const file = join(folder, 'sweep.yaml');
  writeFileSync(file, text);
  return readPlan(file);
}

const TEXT = `
sweep: s
models: [m/a, m/b]
verify: npm test
agents: [{ name: x, command: [x, -m, "{model}", "{prompt}", "{attempt}"] }, { name: y, command: [y], models: [m/b] }]
tasks: [{ name: f/one, prompt: "say {model}", files: work }, { name: f/two, verify: make }]
`;

test('a file is every agent with each of its models at each task, with what each task says in place of the usual', () => {
  const { combinations, attempts } = plan(TEXT);
  expect(attempts).toBe(1);
  expect(
    combinations.map(({ agent, model, task, verify }) => [agent, model, task, verify].join(' ')),
  ).toEqual([
    'x m/a f/one npm test',
    'x m/a f/two make',
    'x m/b f/one npm test',
    'x m/b f/two make',
    'y m/b f/one npm test',
    'y m/b f/two make',
  ]);
  expect(combinations[0]).toMatchObject({
    command: ['x', '-m', 'm/a', 'say {model}', '{attempt}'],
    files: join(folder, 'work'),
  });
});

test('JSON is read as well', () => {
  const json = {
    sweep: 's',
    models: ['m'],
    agents: [{ name: 'x', command: ['x'] }],
    tasks: [{ name: 'f/t' }],
    attempts: 2,
  };
  expect(plan(JSON.stringify(json))).toMatchObject({ sweep: 's', attempts: 2 });
});

test('what is wrong is named by its place, in one line', () => {
  expect(() => plan(TEXT.replace('f/two', 'two'))).toThrow(
    'tasks.1.name: is <family>/<name>; docs/sweep.md shows one',
  );
  expect(() => plan(`${TEXT}\nattemps: 3`)).toThrow(/sweep.yaml: the file: .*attemps/);
  expect(() => plan('sweep: [')).toThrow(/sweep\.yaml: \S[^\n]*$/);
  expect(() => readPlan(join(folder, 'none.yaml'))).toThrow(/none\.yaml: does not exist$/);
});

test('an attempt that is judged stands; one that its surroundings ended is to be made in its place, under a new number', () => {
  const [combination] = plan(TEXT).combinations;
  const cell = (attempt: number, outcome: KnownCell['outcome']): KnownCell => ({
    id: `s/x/m/a/f/one${attempt > 1 ? `#run${attempt}` : ''}`,
    attempt,
    outcome,
  });
  const cells = [cell(3, 'failed'), cell(1, 'passed'), cell(2, 'rate_limited')];
  const [group] = groupsOf(combination ? [combination] : [], 4, cells);
  expect(group?.nextAttempt).toBe(4);
  expect(
    group?.slots.map(({ done, replaces }) => [done?.attempt ?? null, replaces?.attempt ?? null]),
  ).toEqual([
    [1, null],
    [3, null],
    [null, 2],
    [null, null],
  ]);
});

test('the table has a row a combination and a sign an attempt', () => {
  const row = { agent: 'pi', model: 'm', task: 'f/t' };
  expect(
    sweepTable([
      { ...row, states: ['passed', 'failed', 'rate_limited'] },
      { ...row, agent: 'codex', states: ['running', 'waiting', 'unscored'] },
    ]),
  ).toEqual(['  pi     m  f/t  ✓ ✗ !  1/3', '  codex  m  f/t  ▶ · –  0/3']);
});

test('a length of time is read with the file, before anything runs', () => {
  expect(plan(`${TEXT}timeout: 90\nverify_timeout: 1h30m\n`).combinations[0]).toMatchObject({
    timeout: 90_000,
    verify_timeout: 5_400_000,
  });
  expect(() => plan(`${TEXT}timeout: soon\n`)).toThrow(/timeout: --timeout takes a duration .*not "soon"/);
  const task = TEXT.replace('verify: make', 'verify: make, verify_timeout: 40d');
  expect(() => plan(task)).toThrow(/tasks\.1\.verify_timeout: --verify-timeout takes at most 23d, not "40d"/);
});
