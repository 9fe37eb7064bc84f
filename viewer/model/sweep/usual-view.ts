// How a sweep is shown where its address leaves that open: by what its cells name. Does not read addresses.
import type { MatrixSort } from './matrix.ts';
import type { CellIndex, MatrixAxis } from './matrix-index.ts';
import { spreadOf } from './spread.ts';

export const sweepShapes = ['matrix', 'charts', 'list'] as const;
export type SweepShape = (typeof sweepShapes)[number];

export interface Axes {
  readonly rows: MatrixAxis;
  readonly columns: MatrixAxis;
}

/** Runs that name no task, which is what telemetry alone gives, would all stand in one column: they are a list. */
export function usualShape(index: CellIndex | null): SweepShape {
  return index !== null && index.length > 0 && !namesAny(index, 'task') ? 'list' : 'matrix';
}

/** Both axes by pass rate, the best first, where they are named by no measure of their own. */
export function usualSort(measure: string): MatrixSort {
  const by = measure === 'outcome' || measure === 'pass' ? 'rate' : 'name';
  return { by, column: '', descending: false };
}

/**
 * Several agents and several models stand against each other, the axis that tells more runs apart as rows. Else rows
 * are the first axis that tells cells apart, agents before models, and columns are tasks, where any is named.
 * @param chosen null for what is left open
 */
export function usualAxes(
  chosen: { readonly rows: MatrixAxis | null; readonly columns: MatrixAxis | null },
  index: CellIndex | null,
): Axes {
  const several = (axis: MatrixAxis) => (index?.keys(axis).length ?? 0) > 1;
  if (index && several('agent') && several('model') && chosen.rows === null && chosen.columns === null) {
    const isModel = (spreadOf(index, 'model') ?? 0) > (spreadOf(index, 'agent') ?? 0);
    return isModel ? { rows: 'model', columns: 'agent' } : { rows: 'agent', columns: 'model' };
  }
  const usual: MatrixAxis[] = several('agent') || !several('model') ? ['agent', 'model'] : ['model', 'agent'];
  const rows = chosen.rows ?? usual.find((axis) => axis !== chosen.columns) ?? 'agent';
  const hasTasks = index === null || index.length === 0 || namesAny(index, 'task');
  const across: readonly MatrixAxis[] = hasTasks ? ['task', 'agent'] : ['model', 'agent'];
  const columns = chosen.columns ?? across.find((axis) => axis !== rows) ?? 'task';
  return { rows, columns };
}

function namesAny(index: CellIndex, axis: MatrixAxis): boolean {
  return index.keys(axis).some((key) => key !== '');
}
