// The order of a sweep's cells in the list view: newest first, as they come, or by the measure.
import type { MatrixView } from './matrix.ts';
import type { CellIndex } from './matrix-index.ts';
import { triedComposite } from './sweep-composite.ts';

/** @param fitting cells, newest first. What has no value comes last, either way. */
export function listOrder(index: CellIndex, view: MatrixView, fitting: Uint32Array): Uint32Array {
  if (view.sort.by !== 'total') return fitting;
  const values =
    view.measure === 'composite' && view.weights
      ? triedComposite(index, view.weights)
      : index.values(view.measure);
  const sign = view.sort.descending ? -1 : 1;
  return fitting.slice().sort((a, b) => {
    const one = values[a] ?? Number.NaN;
    const other = values[b] ?? Number.NaN;
    if (Number.isNaN(one) || Number.isNaN(other))
      return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
    return (one - other) * sign;
  });
}
