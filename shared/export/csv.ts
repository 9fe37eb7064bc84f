// CSV after RFC 4180, for spreadsheets. A text that a spreadsheet would take for a formula gets an apostrophe.
// What was not recorded is an empty field.

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
