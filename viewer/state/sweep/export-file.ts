// What is shown of a sweep as a file: cells as CSV or JSON, or the matrix itself. Built in the page from what
// is here; the collector is not asked.

import type { Matrix, MatrixCell } from '../../model/sweep/matrix.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { cellsCsv, cellsJson, csvText } from '../../model/sweep/score-csv.ts';
import { triedComposite } from '../../model/sweep/sweep-composite.ts';
import type { SweepSession } from './sweep-session.ts';

export const exportForms = [
  { form: 'csv', label: 'Cells as CSV' },
  { form: 'json', label: 'Cells as JSON' },
  { form: 'matrix', label: 'Matrix as CSV' },
] as const;
export type ExportForm = (typeof exportForms)[number]['form'];

export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Null before the cells are here. */
export function exportFile(session: SweepSession, form: ExportForm): ExportFile | null {
  const index = session.index.value;
  const matrix = session.matrix.value;
  if (!index || !matrix) return null;
  const shown = session.filtered ? '-filtered' : '';
  const name = `${fileName(session.sweep)}-${form === 'matrix' ? 'matrix' : 'cells'}${shown}`;
  if (form === 'matrix') return { name: `${name}.csv`, type: CSV, text: matrixCsv(session, matrix) };
  const cells = listed(session, index, matrix);
  return form === 'csv'
    ? { name: `${name}.csv`, type: CSV, text: cellsCsv(cells) }
    : { name: `${name}.json`, type: 'application/json', text: cellsJson(cells) };
}

const CSV = 'text/csv;charset=utf-8';

/** Gives the browser a file to keep. */
export function download({ name, type, text }: ExportFile): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has the blob once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Letters, digits, dots and dashes: what every file system takes. */
function fileName(sweep: string): string {
  return (
    sweep
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 80) || 'sweep'
  );
}

/** Tried weights stand beside the recorded composite, never in its place. */
function listed(session: SweepSession, index: CellIndex, matrix: Matrix): MatrixCell[] {
  const { weights } = session.view.value;
  const tried = weights && triedComposite(index, weights);
  return Array.from(matrix.list, (at) => {
    const cell = index.cell(at);
    if (!tried) return cell;
    const value = tried[at] ?? Number.NaN;
    return {
      ...cell,
      values: [...(cell.values ?? []), ['composite_tried', Number.isNaN(value) ? null : value]],
    };
  });
}

function matrixCsv(session: SweepSession, matrix: Matrix): string {
  const { rows, columns } = session.axes.value;
  return csvText([
    [`${rows} \\ ${columns}`, 'mean', ...matrix.columns.map(({ key }) => key)],
    ['', matrix.total.mean, ...matrix.columns.map(({ total }) => total.mean)],
    ...matrix.rows.map(({ key, total }, row) => [
      key,
      total.mean,
      ...matrix.columns.map((_, column) => matrix.at(row, column)?.mean ?? null),
    ]),
  ]);
}
