// Cells as CSV and JSON, for spreadsheets and scripts. CSV after RFC 4180; a text that a spreadsheet would
// take for a formula gets an apostrophe. What was not recorded is an empty field, or null in JSON.
import type { MatrixCell } from './matrix.ts';

export type CsvValue = string | number | null;

/** RFC 4180: CRLF, quotes doubled, fields quoted where needed. */
export function csvText(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** What Excel, LibreOffice and Sheets take for a formula when it begins a cell (OWASP "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;

function field(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = FORMULA.test(value) ? `'${value}` : value;
  // Blanks at the ends are lost by some readers where they are not quoted.
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const columns: readonly (readonly [name: string, of: (cell: MatrixCell) => CsvValue])[] = [
  ['id', (cell) => cell.id],
  ['agent', (cell) => cell.agent],
  ['model', (cell) => cell.model],
  ['family', (cell) => cell.family],
  ['task', (cell) => cell.task],
  ['attempt', (cell) => cell.attempt],
  ['outcome', (cell) => cell.outcome],
  ['pass', (cell) => cell.pass],
  ['composite', (cell) => cell.composite],
  ['duration_ms', (cell) => cell.durationMs],
];

/** One row a cell, the further axes as columns after the known ones, in order of appearance. */
export function cellsCsv(cells: readonly MatrixCell[]): string {
  const further = furtherAxes(cells);
  const rows: CsvValue[][] = [[...columns.map(([name]) => name), ...further]];
  for (const cell of cells) {
    const values = new Map(cell.values ?? []);
    rows.push([...columns.map(([, of]) => of(cell)), ...further.map((axis) => values.get(axis) ?? null)]);
  }
  return csvText(rows);
}

/** The same as JSON text: a list of objects, the further axes under `values`. */
export function cellsJson(cells: readonly MatrixCell[]): string {
  const records = cells.map((cell) => ({
    ...Object.fromEntries(columns.map(([name, of]) => [name, of(cell)])),
    // fromEntries defines own properties: an axis called __proto__ is a key like any other.
    values: Object.fromEntries(cell.values ?? []),
  }));
  return `${JSON.stringify(records, null, 2)}\n`;
}

function furtherAxes(cells: readonly MatrixCell[]): string[] {
  const axes = new Set<string>();
  for (const cell of cells) for (const [axis] of cell.values ?? []) axes.add(axis);
  return [...axes];
}
