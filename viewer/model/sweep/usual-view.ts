// How a sweep is shown where its address leaves that open: by what its cells name. Does not read addresses.
import type { CellIndex, MatrixAxis } from './matrix-index.ts';

export const sweepShapes = ['matrix', 'list'] as const;
export type SweepShape = (typeof sweepShapes)[number];

export interface Axes {
  readonly rows: MatrixAxis;
  readonly columns: MatrixAxis;
}

/** Runs that name no task, which is what telemetry alone gives, would all stand in one column: they are a list. */
export function usualShape(index: CellIndex | null): SweepShape {
  return index !== null && index.length > 0 && !namesAny(index, 'task') ? 'list' : 'matrix';
}

/**
 * Rows: the first axis that tells cells apart, agents before models. Columns: tasks, where any is named.
 * @param chosen null for what is left open
 */
export function usualAxes(
  chosen: { readonly rows: MatrixAxis | null; readonly columns: MatrixAxis | null },
  index: CellIndex | null,
): Axes {
  const several = (axis: MatrixAxis) => (index?.keys(axis).length ?? 0) > 1;
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
