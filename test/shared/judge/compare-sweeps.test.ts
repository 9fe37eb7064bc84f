// One sweep held against another: what is paired, what flipped, what is beyond chance, and what cannot be told. Then
// how often the test is wrong, over sweeps of which it is known that they are equal.
import { describe, expect, test } from 'vitest';
import { compareSweeps } from '../../../shared/judge/compare-sweeps.ts';
import { aJudgedSweep, type JudgedCell, ofTasks } from '../../support/judging/judged-sweeps.ts';
import { alarmsOf } from '../../support/judging/simulated-sweeps.ts';

const compare = (after: readonly JudgedCell[], before: readonly JudgedCell[], alpha = 0.05) =>
  compareSweeps(aJudgedSweep(after, 'new'), aJudgedSweep(before, 'old'), alpha);
const times = (word: string, count: number) => Array.from({ length: count }, () => word).join(' ');

test('one attempt a side is exact McNemar over the flips', () => {
  const after = ofTasks(`${times('0/1', 6)} 1/1 ${times('1/1', 5)} ${times('0/1', 3)}`);
  const before = ofTasks(`${times('1/1', 6)} 0/1 ${times('1/1', 5)} ${times('0/1', 3)}`);
  const found = compare(after, before);
  expect(found.flips).toMatchObject({ bothPassed: 5, lost: 6, won: 1, bothFailed: 3, mixed: 0 });
  expect(found.p).toEqual(found.flips.p);
  expect(found.p.worse).toBeCloseTo(8 / 128, 12);
  expect(found.verdict).toBe('no difference');
  expect(found.difference?.value).toBeCloseTo(-5 / 15, 12);
});

test('a clear fall is worse, a clear rise better, with the interval and p in the sentence', () => {
  const low = ofTasks(times('0/3', 8));
  const high = ofTasks(times('3/3', 8));
  expect(compare(low, high)).toMatchObject({
    verdict: 'worse',
    sentence: expect.stringMatching(
      /^Worse: 100 % before, 0 % after on 8 tasks, −100 points \(.+\), p 0\.0039\.$/,
    ),
  });
  expect(compare(high, low).verdict).toBe('better');
});

test('an interval says of many attempts a task what p says of them', () => {
  const found = compare(ofTasks(`${times('11/24', 30)} ${times('12/24', 10)}`), ofTasks(times('12/24', 40)));
  expect(found.verdict).toBe('worse');
  expect(found.p.worse).toBeLessThan(1e-6);
  expect(found.difference?.value).toBeCloseTo(-30 / 24 / 40, 12);
  expect(found.difference?.high).toBeLessThan(0);
});

test('tasks that changed beyond chance are told apart from those that moved', () => {
  const found = compare(ofTasks('0/12 11/12 12/12 6/12'), ofTasks('12/12 12/12 12/12 6/12'));
  expect(
    found.changed.map(({ task, direction, beyondChance, flipped }) => [
      task,
      direction,
      beyondChance,
      flipped,
    ]),
  ).toEqual([
    ['f/0', 'worse', true, true],
    ['f/1', 'worse', false, false],
  ]);
});

test('a new version is held against the old one, and said so', () => {
  const found = compare(ofTasks(times('1/1', 5), { version: '2' }), ofTasks(times('1/1', 5)));
  expect(found.configurations).toMatchObject([{ after: 0, before: 0, changed: ['version'], tasks: 5 }]);
  expect(found.notes.join()).toContain('a 2 × m {} is held against a 1 × m {}: version differs.');
});

test('of several versions each is held against its like, and what has none is named', () => {
  const of = (version: string, agent = 'a') => ofTasks('1/1 0/1', { version, agent });
  const found = compare([...of('1'), ...of('2'), ...of('1', 'new')], [...of('1'), ...of('2'), ...of('3')]);
  expect(found.configurations.map(({ after, before, changed }) => [after, before, changed])).toEqual([
    [0, 0, []],
    [1, 1, []],
    [2, 2, ['agent', 'version']],
  ]);
  const apart = compare([...of('1'), ...of('1', 'new'), ...of('1', 'other')], of('1'));
  expect(apart.onlyAfter.map(({ agent }) => agent)).toEqual(['new', 'other']);
});

test('a task that several configurations tried is one unit of evidence', () => {
  const agents = ['a', 'b', 'c', 'd'];
  const all = (word: string) => agents.flatMap((agent) => ofTasks(times(word, 5), { agent }));
  expect(compare(all('0/1'), all('1/1')).p.worse).toBeCloseTo(2 ** -5, 12);
});

test('cost, time and tokens are told as ratios over tasks, of like grades alone', () => {
  const cells = (factor: number, grade: 'measured' | 'estimated') =>
    ofTasks(times('1/1', 4)).map((cell, at) => ({
      ...cell,
      usd: factor * (at + 1),
      grade,
      wallMs: factor * 1000 * (at + 1),
    }));
  const found = compare(cells(2, 'measured'), cells(1, 'measured'));
  expect(found.wallMs).toMatchObject({ before: 2500, after: 5000, tasks: 4 });
  expect(found.wallMs.ratio?.value).toBeCloseTo(2, 12);
  expect(found.cost.ratio?.value).toBeCloseTo(2, 12);
  expect(compare(cells(2, 'estimated'), cells(1, 'measured')).cost).toMatchObject({
    tasks: 0,
    ratio: null,
    after: null,
  });
  expect(found.tokens).toMatchObject({ tasks: 0, before: null, after: null, ratio: null });
});

describe('it cannot be told, and is not,', () => {
  test.each<[string, JudgedCell[], JudgedCell[], RegExp]>([
    ['where no task is in both', [{ task: 'f/a' }], [{ task: 'f/b' }], /no task in common/],
    [
      'where one is all infrastructure',
      [{ came: 'rate_limited' }],
      [{ came: 'rate_limited' }],
      /no attempt counts/,
    ],
    [
      'of few tasks',
      ofTasks('0/1 0/1 0/1'),
      ofTasks('1/1 1/1 1/1'),
      /3 tasks could give a p of 0.13 at best, and 5 are needed/,
    ],
    ['of one task', ofTasks('0/9'), ofTasks('9/9'), /1 task could give a p of 0.5 at best/],
  ])('%s', (_what, after, before, sentence) => {
    const found = compare(after, before);
    expect(found.verdict).toBe('cannot be told');
    expect(found.sentence).toMatch(sentence);
  });
});

test('settings that nobody recorded are said to be unknown', () => {
  const cells = ofTasks(times('1/1', 5), { settings: null });
  expect(compare(cells, cells).notes.join()).toContain(
    'settings not recorded: whether the configurations are the same',
  );
});

test('unequal numbers of attempts are compared by their rates', () => {
  const found = compare(ofTasks('1/2 3/4 0/1 1/1 2/5'), ofTasks('2/3 1/1 1/2 1/4 5/5'));
  expect(found.method).toBe('exact');
  const rates = [1 / 2 - 2 / 3, 3 / 4 - 1, -1 / 2, 1 - 1 / 4, 2 / 5 - 1];
  expect(found.difference?.value).toBeCloseTo(rates.reduce((a, b) => a + b) / 5, 12);
});

test('of equal sweeps no more are called worse than alpha says, whether attempts go together or not', () => {
  for (const together of [0, 0.7]) {
    const { alarms, pairs } = alarmsOf({
      pairs: 200,
      tasks: 20,
      attempts: 3,
      drop: 0,
      together,
      alpha: 0.05,
      seed: 7,
    });
    expect(alarms / pairs).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / pairs));
  }
});
