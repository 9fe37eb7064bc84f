// The totals of a sweep, and how sure they are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatrixCell } from '../../../../viewer/model/sweep/matrix.ts';
import { indexSweep } from '../../../../viewer/model/sweep/matrix.ts';
import {
  costWords,
  countByOutcome,
  failureGroups,
  medianWords,
  tokenWords,
  totalsOf,
  totalsWords,
} from '../../../../viewer/model/sweep/sweep-totals.ts';
import { aSweep, type SweepCell } from '../../../support/sweep-builders.ts';

const aCell = (parts: Partial<SweepCell>): SweepCell => {
  const cell: MatrixCell = {
    id: '',
    agent: 'pi',
    model: 'm',
    family: 'f',
    task: 'f/t',
    attempt: 1,
    outcome: 'failed',
    pass: 0,
    composite: null,
    durationMs: null,
    ...parts,
  };
  return { ...cell, ...parts, id: `s/${cell.agent}/${cell.model}/${cell.task}` };
};
const all = (cells: readonly SweepCell[]) => Uint32Array.from(cells, (_, at) => at);
const totals = (cells: readonly SweepCell[], out = false) =>
  totalsOf(indexSweep(aSweep(cells)), all(cells), out);

describe('the totals of a sweep', () => {
  const cells = [
    aCell({ pass: 1, outcome: 'passed', durationMs: 10 }),
    aCell({ pass: 1, outcome: 'passed', durationMs: 30, values: [['tokens', 500]] }),
    aCell({ pass: 0, outcome: 'rate_limited', durationMs: 1000 }),
    aCell({ pass: null, outcome: 'unscored' }),
  ];

  it('say how many passed, how sure that is, and what has no verdict', () => {
    expect(totalsWords(totals(cells))).toEqual([
      '2 of 2 attempts passed',
      '100 % (34–100 %)',
      '1 infrastructure failure left out',
      '1 not judged',
    ]);
  });

  it('leave failures of the surroundings out and say so', () => {
    expect(totalsWords(totals(cells, true))).toEqual([
      '2 of 2 attempts passed',
      '100 % (34–100 %)',
      '1 infrastructure failure left out',
      '1 not judged',
    ]);
    expect(medianWords(totals(cells, true))).toBe('20 ms');
  });

  it('tell what was not recorded as that, never as 0', () => {
    const nothing = totals([aCell({ pass: null, outcome: 'unscored' })]);
    expect(totalsWords(nothing)).toEqual(['no attempt was judged']);
    expect([medianWords(nothing), tokenWords(nothing)]).toEqual(['not recorded', 'not recorded']);
    expect(tokenWords(totals(cells))).toBe('500 in 1 of 4 runs');
  });

  it('never add told, estimated and posted costs up', () => {
    expect(costWords(totals(cells))).toBe('not recorded');
    const told = aCell({ costUsd: 0.5, costGrade: 'measured' });
    const estimated = aCell({ costUsd: 0.25, costGrade: 'estimated' });
    const posted = aCell({ costUsd: 2, costGrade: 'as posted' });
    expect(costWords(totals([told, told]))).toBe('$1.00');
    expect(costWords(totals([estimated, estimated]))).toBe('$0.50 estimated');
    expect(costWords(totals([told, estimated, posted, aCell({})]))).toBe(
      '$0.50 measured and $0.25 estimated and $2.00 as posted in 3 of 4 runs',
    );
  });

  it('have the median that sorting would find', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }), (walls) => {
        const sorted = [...walls].sort((a, b) => a - b);
        const middle = sorted.length >> 1;
        const wanted = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
        expect(totals(walls.map((durationMs) => aCell({ durationMs }))).medianMs).toBe(wanted);
      }),
    );
  });

  it('take the scorer’s wall time where no span gave one', () => {
    expect(totals([aCell({ values: [['latency', 70]] })]).medianMs).toBe(70);
  });
});

it('the failures that cells share are counted with who failed so, the largest group first', () => {
  const one = { test: 'a', location: 'x:1', message: null };
  const two = { test: 'b', location: null, message: 'boom' };
  const cells = [
    aCell({ failure: one, agent: 'pi' }),
    aCell({ failure: two, agent: 'pi' }),
    aCell({ failure: two, agent: 'codex', model: 'n' }),
    aCell({ pass: 1, outcome: 'passed' }),
  ];
  const index = indexSweep(aSweep(cells));
  const unseen = { firstMs: null, lastMs: null };
  expect(failureGroups(index, all(cells))).toEqual([
    {
      group: two,
      messages: 1,
      count: 2,
      agents: ['codex', 'pi'],
      models: ['m', 'n'],
      ...unseen,
      tasks: ['f/t'],
      play: 1,
    },
    { group: one, messages: 1, count: 1, agents: ['pi'], models: ['m'], ...unseen, tasks: ['f/t'], play: 0 },
  ]);
  expect(countByOutcome(index, all(cells))).toEqual([
    ['passed', 1],
    ['failed', 3],
  ]);
});

it('cells that failed one test at one place are one group, which says when their messages differ', () => {
  const failure = (message: string) => ({ test: 'a', location: 'x:1', message });
  const cells = [aCell({ failure: failure('boom') }), aCell({ failure: failure('bang'), agent: 'codex' })];
  const index = indexSweep(aSweep(cells));
  const shared = { test: 'a', location: 'x:1', message: null };
  expect(failureGroups(index, all(cells))).toMatchObject([{ group: shared, messages: 2, count: 2 }]);
  expect(failureGroups(index, all(cells).slice(0, 1))).toMatchObject([
    { group: failure('boom'), messages: 1 },
  ]);
});

it('a group says when it was seen first and last, and which run plays it', () => {
  const failure = { test: 'a', location: null, message: 'boom' };
  const cells = [
    aCell({ failure, startMs: 3000, spans: 1 }),
    aCell({ failure, startMs: 2000, spans: 9 }),
    aCell({ failure, startMs: 1000, spans: 9 }),
  ];
  const index = indexSweep(aSweep(cells));
  expect(failureGroups(index, all(cells))).toMatchObject([{ firstMs: 1000, lastMs: 3000, play: 1 }]);
});
