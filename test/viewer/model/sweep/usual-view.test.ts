// How a sweep is shown that its address says nothing of.
import { expect, test } from 'vitest';
import { indexSweep } from '../../../../viewer/model/sweep/matrix.ts';
import { usualAxes, usualShape } from '../../../../viewer/model/sweep/usual-view.ts';
import { aSweep, type SweepCell } from '../../../support/sweep-builders.ts';

const open = { rows: null, columns: null };
const of = (...cells: Pick<SweepCell, 'agent' | 'model' | 'task'>[]) =>
  indexSweep(
    aSweep(
      cells.map((cell, at) => ({
        ...{ id: `adhoc/${cell.agent}/${at}`, family: null, attempt: 1, outcome: 'unscored' },
        ...{ pass: null, composite: null, durationMs: null, ...cell },
      })),
    ),
  );

test('runs that name no task are a list, and a matrix of them is of agents and models', () => {
  const index = of({ agent: 'a', model: 'gpt-5', task: null }, { agent: 'b', model: null, task: null });
  expect(usualShape(index)).toBe('list');
  expect(usualAxes(open, index)).toEqual({ rows: 'agent', columns: 'model' });
  expect(usualAxes({ rows: 'model', columns: null }, index)).toEqual({ rows: 'model', columns: 'agent' });
  expect(usualAxes({ rows: null, columns: 'task' }, index)).toEqual({ rows: 'agent', columns: 'task' });
});

test('one task named makes a matrix, tasks across it', () => {
  const index = of({ agent: 'a', model: 'm', task: null }, { agent: 'a', model: 'n', task: 'f/t' });
  expect(usualShape(index)).toBe('matrix');
  expect(usualAxes(open, index)).toEqual({ rows: 'model', columns: 'task' });
  expect(usualAxes({ rows: 'task', columns: null }, index)).toEqual({ rows: 'task', columns: 'agent' });
});

test('a sweep that is not there yet or holds no cell is a matrix', () => {
  expect(usualShape(null)).toBe('matrix');
  expect(usualShape(of())).toBe('matrix');
  expect(usualAxes(open, null)).toEqual({ rows: 'agent', columns: 'task' });
});
