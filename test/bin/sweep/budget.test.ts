// What a sweep may cost: no run begins once that is spent, a run that cost more than one may is named, and a cost that is not
// known is told and not taken for nothing.
import { expect, test } from 'vitest';
import { Budget, spentOn } from '../../../bin/sweep/budget.ts';
import type { Plan } from '../../../bin/sweep/plan.ts';
import { runSweep } from '../../../bin/sweep/run-sweep.ts';
import type { Headline } from '../../../shared/score.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { sendSweep } from '../../support/judging/judged-cells.ts';

const collector = sharedCollector();
const cost = (value: number | null, atLeast?: true): Headline[] => [
  {
    axis: 'cost',
    label: 'Cost',
    value,
    unit: 'usd',
    grade: 'measured',
    because: '',
    ...(atLeast && { atLeast }),
  },
];

test('it is spent when what is known reaches it, and unknown costs are told beside it', () => {
  const budget = new Budget({ maxCostUsd: 1, maxCellCostUsd: 0.5 }, { usd: 0.3, unknown: 0 });
  expect([budget.add('s/a', cost(0.5)), budget.isSpent]).toEqual(['', false]);
  expect(budget.add('s/b', cost(null))).toBe('');
  expect(budget.add('s/c', cost(0.6, true))).toBe('It cost $0.60, more than the $0.50 that a run may.');
  expect(budget.isSpent).toBe(true);
  expect(budget.words(2)).toEqual([
    'the budget of $1.00 is spent: $1.40',
    'of 2 runs the cost is not or not wholly known: the budget is of the others alone',
  ]);
  expect(budget.json()).toEqual({
    maxCostUsd: 1,
    maxCellCostUsd: 0.5,
    costUsd: 1.4,
    unknown: 2,
    spent: true,
    overCell: ['s/c'],
  });
});

test('a sweep goes on from what its runs cost before, and begins none beyond its budget', async () => {
  await sendSweep(collector(), 'dear', '110', { usd: 0.25 });
  const client = { endpoint: collector().url };
  expect(await spentOn('none', client)).toEqual({ usd: 0, unknown: 0 });
  const spent = await spentOn('dear', client);
  expect(spent).toEqual({ usd: 0.75, unknown: 0 });
  const combination = { agent: 'b', model: 'm', task: 'f/t', command: ['no-such-agent'], env: {} };
  const plan: Plan = {
    sweep: 'dear',
    attempts: 2,
    atOnce: null,
    retry: null,
    limits: { maxCostUsd: 0.7, maxCellCostUsd: null },
    combinations: [{ ...combination, settings: undefined, files: null }],
  };
  const ignore = () => undefined;
  const [group] = await runSweep(plan, {
    client,
    atOnce: 2,
    retry: 1,
    keepFailed: false,
    budget: new Budget(plan.limits, spent),
    env: {},
    signal: new AbortController().signal,
    on: { states: ignore, state: ignore, ended: ignore },
  });
  expect(group?.slots.map(({ done }) => done)).toEqual([null, null]);
});
