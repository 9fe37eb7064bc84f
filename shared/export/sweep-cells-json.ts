// Cells as JSON: a list of objects, the further axes under `values`. What was not recorded is null.
import { cellColumns } from './cell-columns.ts';
import type { ExportedCell, SweepFormat } from './export-format.ts';

export const sweepCellsJson: SweepFormat = {
  takes: 'sweep',
  name: 'cells-json',
  label: 'Cells as JSON',
  extension: 'json',
  mediaType: 'application/json',
  content: 'cells',
  convert: (shown) => `${JSON.stringify(shown.cells().map(recordOf), null, 2)}\n`,
};

function recordOf(cell: ExportedCell): object {
  return {
    ...Object.fromEntries(cellColumns.map(([name, of]) => [name, of(cell)])),
    // fromEntries defines own properties: an axis called __proto__ is a key like any other.
    values: Object.fromEntries(cell.values ?? []),
  };
}
