// How large the matrix's parts are drawn: laws that hold for any sweep and any page.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  defaultMatrixView,
  indexSweep,
  type MatrixCell,
  pivot,
} from '../../../../viewer/model/sweep/matrix.ts';
import { matrixSizes } from '../../../../viewer/model/sweep/matrix-sizes.ts';
import { aSweep } from '../../../support/sweep-builders.ts';

function sizesOf(agents: number, tasks: number, widthPx: number, narrow: boolean) {
  const cells: MatrixCell[] = [];
  for (let agent = 0; agent < agents; agent++)
    for (let task = 0; task < tasks; task++)
      cells.push({
        id: `s/agent-${agent}/m/family/task-${task}`,
        agent: `agent-${agent}`,
        model: 'm',
        family: 'family',
        task: `family/task-${task}`,
        attempt: 1,
        outcome: 'passed',
        pass: 1,
        composite: null,
        durationMs: null,
      });
  return matrixSizes(pivot(indexSweep(aSweep(cells)), defaultMatrixView), defaultMatrixView, widthPx, narrow);
}

it('squares are no smaller than a finger or a pointer needs, and no wider than 100 pixels', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 300, max: 3000 }),
      fc.boolean(),
      (agents, tasks, widthPx, narrow) => {
        const { columnPx, rowPx } = sizesOf(agents, tasks, widthPx, narrow);
        expect(columnPx).toBeGreaterThanOrEqual(narrow ? 42 : 40);
        expect(columnPx).toBeLessThanOrEqual(100);
        expect(rowPx).toBeGreaterThanOrEqual(32);
      },
    ),
  );
});

it('few columns fill the page and do not overflow it', () => {
  const { widthPx, leftPx, columnPx } = sizesOf(2, 12, 1200, false);
  expect(widthPx).toBeLessThanOrEqual(1200);
  expect(widthPx).toBe(leftPx + 12 * columnPx);
});

it('the names of columns run upwards where they would not fit across', () => {
  expect(sizesOf(2, 3, 1200, false).upright).toBe(false);
  expect(sizesOf(2, 12, 700, false).upright).toBe(true);
});

it('totals leave the sight of a narrow page as it scrolls', () => {
  expect(sizesOf(2, 3, 390, true).stickyTotalPx).toBe(0);
  expect(sizesOf(2, 3, 1200, false).stickyTotalPx).toBeGreaterThan(0);
});
