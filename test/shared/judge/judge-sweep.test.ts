// One sweep judged: what counts, what stands apart, and the sentence that an odd table deserves.
import { describe, expect, test } from 'vitest';
import { judgeSweep } from '../../../shared/judge/judge-sweep.ts';
import { aJudgedSweep, type JudgedCell, ofTasks } from '../../support/judging/judged-sweeps.ts';

const judged = (cells: readonly JudgedCell[]) => judgeSweep(aJudgedSweep(cells));
const only = (cells: readonly JudgedCell[]) => {
  const { configurations, ...rest } = judged(cells);
  const [one] = configurations;
  if (one === undefined || configurations.length !== 1)
    throw new Error(`${configurations.length} configurations`);
  return { ...rest, one };
};

test('two versions, models or settings of one agent are configurations of their own', () => {
  const cells: JudgedCell[] = [
    { version: '1' },
    { version: '2', came: 'failed' },
    { version: '2', settings: '{"effort":"high"}' },
    { version: '2', model: 'other' },
    { version: null },
  ];
  expect(judged(cells).configurations.map(({ n, unknown }) => [n, unknown])).toEqual([
    [1, []],
    [1, []],
    [1, []],
    [1, []],
    [1, ['version']],
  ]);
});

test('pass@k and pass^k are means over tasks, flaky are those that passed at times', () => {
  const { one } = only(ofTasks('2/3 3/3 0/3'));
  expect(one).toMatchObject({ n: 9, passed: 5, tasks: 3, flaky: 1, attempts: { least: 3, most: 3 } });
  expect(one.passAt.map(({ value }) => value)).toEqual(
    [5 / 9, 2 / 3, 2 / 3].map((one) => expect.closeTo(one, 12)),
  );
  expect(one.passHat.map(({ value }) => value)).toEqual(
    [5 / 9, 4 / 9, 1 / 3].map((one) => expect.closeTo(one, 12)),
  );
});

test('failures of the surroundings are not in n and stand apart, those of the agent are in it without a verdict, too', () => {
  const { one } = only([
    { came: 'passed' },
    { came: 'timed_out' },
    { came: 'rate_limited' },
    { came: 'interrupted' },
    { came: 'rate_limited' },
    { came: 'unscored' },
  ]);
  expect(one).toMatchObject({ cells: 6, n: 2, passed: 1, unscored: 1 });
  expect(one.leftOut).toEqual([
    { outcome: 'rate_limited', count: 2 },
    { outcome: 'interrupted', count: 1 },
  ]);
});

test('an interval is as wide as tasks are few: attempts at the same tasks tell less than other tasks would', () => {
  const width = (words: string) => {
    const { low, high } = only(ofTasks(words)).one.passRate ?? { low: 0, high: 0 };
    return high - low;
  };
  const alike = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? '4/4' : '0/4')).join(' ');
  const mixed = Array.from({ length: 10 }, () => '2/4').join(' ');
  const single = Array.from({ length: 10 }, (_, at) => `${at % 2}/1`).join(' ');
  expect(width(alike)).toBeCloseTo(width(single), 10);
  expect(width(mixed)).toBeLessThan(width(alike) * 0.6);
  expect(width('4/4 4/4 4/4')).toBeCloseTo(width('1/1 1/1 1/1'), 10);
});

test('costs are summed by grade, model, task and pass, and what is unknown is counted', () => {
  const { cost } = judged([
    { task: 'f/a', usd: 1 },
    { task: 'f/a', usd: 2, grade: 'estimated', atLeast: true, came: 'failed' },
    { task: 'f/b', usd: 5, model: 'other' },
    { task: 'f/b', usd: null },
  ]);
  expect(cost.total).toEqual({
    measured: { usd: 6, cells: 2 },
    estimated: { usd: 2, cells: 1 },
    asPosted: { usd: 0, cells: 0 },
    unknown: 1,
    atLeast: 1,
    totalUsd: 8,
    perPassUsd: 8 / 3,
  });
  expect(cost.byModel.map(({ model, totalUsd }) => [model, totalUsd])).toEqual([
    ['m', 3],
    ['other', 5],
  ]);
  expect(cost.byTask.map(({ task, perPassUsd }) => [task, perPassUsd])).toEqual([
    ['f/b', 2.5],
    ['f/a', 3],
  ]);
  expect(cost.dearestCellUsd).toBe(5);
});

test('every configuration is held against the best, corrected for how many there are', () => {
  const good = ofTasks('1/1 1/1 1/1 1/1 1/1 1/1 1/1 1/1');
  const bad = (agent: string) => ofTasks('0/1 0/1 0/1 0/1 0/1 0/1 0/1 1/1', { agent });
  const { configurations } = judged([...good, ...bad('b'), ...bad('c')]);
  expect(configurations.map(({ versusBest }) => versusBest?.difference.value ?? null)).toEqual([
    null,
    -0.875,
    -0.875,
  ]);
  expect(configurations[1]?.versusBest?.p.worse).toBeCloseTo(2 ** -7, 12);
  expect(configurations[1]?.versusBest?.pHolm).toBeCloseTo(4 * 2 ** -7, 12);
});

describe('an odd table gets an honest sentence:', () => {
  test.each<[string, JudgedCell[], RegExp]>([
    ['no cell', [], /holds no cell/],
    ['one attempt a task', ofTasks('1/1 0/1'), /One attempt a task: which tasks are flaky.* cannot be told/],
    ['all passed', ofTasks('1/1 1/1'), /All 2 attempts passed/],
    ['none passed', ofTasks('0/1 0/1'), /None of 2 attempts passed/],
    ['unequal attempts', ofTasks('1/1 1/3'), /from 1 to 3 attempts: pass@k and pass\^k are of the tasks/],
    [
      'everything infrastructure',
      [{ came: 'rate_limited' }, { came: 'provider_error' }],
      /No attempt counts: of 2 cells the surroundings failed in 2. Nothing can be told/,
    ],
    ['no verdict', [{ came: 'unscored' }], /No cell has a verdict: nothing can be told/],
    ['unknown settings', [{ settings: null }], /Settings were not recorded for any cell/],
    ['an unknown version', [{ version: null }, {}], /version was not recorded for a × m \{\}/],
    ['fractions of a pass', [{ came: 0.5 }], /1 verdict between 0 and 1 count as not passed/],
    ['an id without a task', [{ task: null }, {}], /1 cell whose id names no task is not judged/],
  ])('%s', (_what, cells, sentence) => {
    expect(judged(cells).notes.join('\n')).toMatch(sentence);
  });

  test('numbers that cannot be told are null and never 0', () => {
    const { one } = only([{ came: 'rate_limited' }]);
    expect(one).toMatchObject({ n: 0, passRate: null, passAt: [], wallMs: { median: null, known: 0 } });
  });
});
