// What is shown of a sweep as a file, in one of the formats of shared/export. Built in the page from what is here;
// the collector is not asked.

import type { ExportedCell, ExportedMatrix, SweepFormat } from '../../../shared/export/export-format.ts';
import type { Matrix } from '../../model/sweep/matrix.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { triedComposite } from '../../model/sweep/sweep-composite.ts';
import type { SweepSession } from './sweep-session.ts';

export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Null before the cells are here. */
export function exportFile(session: SweepSession, format: SweepFormat): ExportFile | null {
  const index = session.index.value;
  const matrix = session.matrix.value;
  if (!index || !matrix) return null;
  const shown = session.filtered ? '-filtered' : '';
  return {
    name: `${fileName(session.sweep)}-${format.content}${shown}.${format.extension}`,
    type: format.mediaType,
    text: format.convert({
      cells: () => listed(session, index, matrix),
      matrix: () => means(session, matrix),
    }),
  };
}

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

/** Gives the browser a text to keep. @param name may hold anything that a sweep's name does */
export function saveFile(name: string, type: string, text: string): void {
  const dot = name.lastIndexOf('.');
  download({ name: `${fileName(name.slice(0, dot))}${name.slice(dot)}`, type, text });
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
function listed(session: SweepSession, index: CellIndex, matrix: Matrix): ExportedCell[] {
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

function means(session: SweepSession, matrix: Matrix): ExportedMatrix {
  const { rows, columns } = session.axes.value;
  return {
    rowAxis: rows,
    columnAxis: columns,
    mean: matrix.total.mean,
    columns: matrix.columns.map(({ key, total }) => ({ key, mean: total.mean })),
    rows: matrix.rows.map(({ key, total }, row) => ({
      key,
      mean: total.mean,
      means: matrix.columns.map((_, column) => matrix.at(row, column)?.mean ?? null),
    })),
  };
}
