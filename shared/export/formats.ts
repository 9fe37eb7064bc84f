// The formats that a cell or a sweep can be taken away in; the command line and the viewer offer these and no
// others. Adding a format is a file beside this one and a line in a list.
import { cellJson } from './cell-json.ts';
import { cellScores } from './cell-scores.ts';
import { cellTerminal } from './cell-terminal.ts';
import { cellTrace } from './cell-trace.ts';
import type { CellFormat, SweepFormat } from './export-format.ts';
import { sweepCellsCsv } from './sweep-cells-csv.ts';
import { sweepCellsJson } from './sweep-cells-json.ts';
import { sweepMatrixCsv } from './sweep-matrix-csv.ts';

/** For `playhead export`; the first where none is named. */
export const cellFormats: readonly [CellFormat, ...CellFormat[]] = [
  cellJson,
  cellTrace,
  cellTerminal,
  cellScores,
];

export const cellFormatNames: readonly string[] = cellFormats.map(({ name }) => name);

/** For the export menu of a sweep, in its order. */
export const sweepFormats: readonly SweepFormat[] = [sweepCellsCsv, sweepCellsJson, sweepMatrixCsv];
