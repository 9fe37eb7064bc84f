// Cells as CSV: one row a cell, the further axes as columns after the known ones, in order of appearance.
import { cellColumns } from './cell-columns.ts';
import { type CsvValue, csvText } from './csv.ts';
import type { ExportedCell, SweepFormat } from './export-format.ts';

export const sweepCellsCsv: SweepFormat = {
  takes: 'sweep',
  name: 'cells-csv',
  label: 'Cells as CSV',
  extension: 'csv',
  mediaType: 'text/csv;charset=utf-8',
  content: 'cells',
  convert: (shown) => cellsCsv(shown.cells()),
};

function cellsCsv(cells: readonly ExportedCell[]): string {
  const further = furtherAxes(cells);
  const rows: CsvValue[][] = [[...cellColumns.map(([name]) => name), ...further]];
  for (const cell of cells) {
    const values = new Map(cell.values ?? []);
    rows.push([...cellColumns.map(([, of]) => of(cell)), ...further.map((axis) => values.get(axis) ?? null)]);
  }
  return csvText(rows);
}

function furtherAxes(cells: readonly ExportedCell[]): string[] {
  const axes = new Set<string>();
  for (const cell of cells) for (const [axis] of cell.values ?? []) axes.add(axis);
  return [...axes];
}
