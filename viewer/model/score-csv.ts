// Cells as CSV and JSON, for spreadsheets and scripts. CSV after RFC 4180; a text that a spreadsheet would
// take for a formula gets an apostrophe. What was not recorded is an empty field, or null in JSON.
import type { MatrixCell } from './matrix.ts';

export type CsvValue = string | number | null;

/** RFC 4180: CRLF, quotes doubled, fields quoted where needed. */
export declare function csvText(rows: readonly (readonly CsvValue[])[]): string;

/** One row a cell, the axes as columns. */
export declare function cellsCsv(cells: readonly MatrixCell[]): string;

/** The same as JSON text, two blanks deep. */
export declare function cellsJson(cells: readonly MatrixCell[]): string;
