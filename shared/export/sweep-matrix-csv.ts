// The matrix itself as CSV: a row a row, means of the measure that is shown.
import { csvText } from './csv.ts';
import type { ExportedMatrix, SweepFormat } from './export-format.ts';

export const sweepMatrixCsv: SweepFormat = {
  takes: 'sweep',
  name: 'matrix-csv',
  label: 'Matrix as CSV',
  extension: 'csv',
  mediaType: 'text/csv;charset=utf-8',
  content: 'matrix',
  convert: (shown) => matrixCsv(shown.matrix()),
};

function matrixCsv({ rowAxis, columnAxis, mean, columns, rows }: ExportedMatrix): string {
  return csvText([
    [`${rowAxis} \\ ${columnAxis}`, 'mean', ...columns.map(({ key }) => key)],
    ['', mean, ...columns.map((column) => column.mean)],
    ...rows.map((row) => [row.key, row.mean, ...row.means]),
  ]);
}
