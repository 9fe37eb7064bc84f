// What the page of two sweeps makes of a judgement: words, tones and places; no number of its own.
import { expect, it } from 'vitest';
import { compareSweeps } from '../../../../shared/judge/compare-sweeps.ts';
import {
  changedBetween,
  changedIn,
  checkCommand,
  differenceRows,
  exitCode,
  signed,
} from '../../../../viewer/model/sweep/comparison-rows.ts';
import { aJudgedSweep, ofTasks } from '../../../support/judging/judged-sweeps.ts';

const before = aJudgedSweep(ofTasks('3/3 3/3 3/3 3/3 0/3 3/3 3/3 3/3'), 'n-1');
const after = aJudgedSweep(ofTasks('0/3 0/3 0/3 0/3 3/3 0/3 0/3 0/3'), 'n-2');
const comparison = compareSweeps(after, before, 0.05);

it('a gate that would fail ends with 1, one that cannot tell with 2, others with 0', () => {
  expect((['worse', 'better', 'no difference', 'cannot be told'] as const).map(exitCode)).toEqual([
    1, 0, 0, 2,
  ]);
});

it('the command for CI quotes names that a shell would read', () => {
  expect(checkCommand('n-2', 'n-1')).toBe('playhead check n-2 --against n-1');
  expect(checkCommand('a b', '$x')).toBe("playhead check 'a b' --against '$x'");
});

it('a row says how much, and is worse or better only where its whole interval is', () => {
  const made = {
    ...comparison,
    difference: { value: -0.031, low: -0.042, high: -0.02 },
    before: { value: 0.563, low: 0, high: 1, n: 9 },
    after: { value: 0.532, low: 0, high: 1, n: 9 },
    cost: { before: 1, after: 1.1, ratio: { value: 1.091, low: 0.99, high: 1.2 }, tasks: 9 },
    wallMs: { before: 81_000, after: 85_000, ratio: { value: 1.049, low: 1.01, high: 1.09 }, tasks: 9 },
    tokens: { before: null, after: null, ratio: null, tasks: 0 },
  };
  expect(
    differenceRows(made).map(({ name, before: was, after: is, text, tone }) => [name, was, is, text, tone]),
  ).toEqual([
    ['Pass rate', '56.3 %', '53.2 %', '−3.1 points', 'worse'],
    ['Cost', '$1.00', '$1.10', '+9.1 %', 'open'],
    ['Time', '1:21', '1:25', '+4.9 %', 'worse'],
    ['Tokens', 'not recorded', 'not recorded', null, 'open'],
  ]);
  expect([signed(0.01), signed(-2), signed(2)]).toEqual(['0.0', '−2.0', '+2.0']);
});

it('tasks are shown by what became of them, and all of them are in one of two directions', () => {
  const all = changedIn(comparison, 'all');
  expect(all.length).toBe(8);
  expect(changedIn(comparison, 'worse').length + changedIn(comparison, 'better').length).toBe(all.length);
  expect(changedIn(comparison, 'beyond chance').every(({ beyondChance }) => beyondChance)).toBe(true);
});

it('what was changed in between is counted by what it is', () => {
  const made = {
    ...comparison,
    configurations: [
      { ...comparison.configurations[0], changed: ['version'] },
      { ...comparison.configurations[0], changed: ['version', 'settings'] },
    ] as typeof comparison.configurations,
    onlyAfter: [],
    onlyBefore: [],
  };
  expect(changedBetween(made)).toBe('version of 2, settings of 1');
  expect(changedBetween({ ...made, configurations: [] })).toBe('nothing that was recorded');
});
