// How large the matrix's parts are drawn: squares as wide as there is room, names as wide as they need and
// no wider. Arithmetic on counts and lengths of names. Does not read the page.
import type { Matrix, MatrixView } from './matrix.ts';

export interface MatrixSizes {
  readonly rowPx: number;
  readonly columnPx: number;
  /** Height of the column heads, the family's line included. */
  readonly headPx: number;
  readonly familyPx: number;
  readonly namePx: number;
  /** The totals' column; it stays in sight where the page is wide enough. */
  readonly totalPx: number;
  readonly stickyTotalPx: number;
  /** Where the first square is. */
  readonly leftPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Column names run upwards where they would not fit across. */
  readonly upright: boolean;
  readonly nameChars: number;
  readonly columnChars: number;
}

/** The mean width of a letter, a little wide. */
const LETTER_PX = 7;
/** Columns at least so wide bear their names across, in up to four lines. */
const LEAST_ACROSS_PX = 76;
const MOST_LINES = 4;
const LINE_PX = 15;
/** So few rows are as high as a thumb, and a few more stand a little apart. */
const FEWEST_ROWS = 10;
const FEW_ROWS = 14;

/** @param widthPx of the whole matrix, names included */
export function matrixSizes(matrix: Matrix, view: MatrixView, widthPx: number, narrow: boolean): MatrixSizes {
  const grouped = view.columns === 'task';
  const rowPx = narrow ? 38 : rowHeight(matrix.rows.length);
  const longest = (keys: readonly { readonly key: string }[], shorten: boolean) =>
    keys.reduce(
      (most, { key }) => Math.max(most, shorten ? key.length - key.indexOf('/') - 1 : key.length, 4),
      0,
    );
  const namePx = Math.round(
    Math.min(narrow ? 132 : 300, Math.max(narrow ? 96 : 132, longest(matrix.rows, false) * LETTER_PX + 28)),
  );
  const totalPx = narrow ? 56 : 124;
  const leftPx = namePx + totalPx;
  const count = Math.max(1, matrix.columns.length);
  const columnPx = Math.max(narrow ? 42 : 40, Math.min(100, Math.floor((widthPx - leftPx - 2) / count)));
  const letters = longest(matrix.columns, grouped);
  const upright = columnPx < LEAST_ACROSS_PX;
  const namesPx = upright
    ? Math.min(168, Math.max(64, letters * LETTER_PX + 16))
    : 14 + LINE_PX * Math.min(MOST_LINES, Math.ceil((letters * LETTER_PX) / (columnPx - 30)));
  const familyPx = grouped ? 24 : 0;
  const headPx = Math.round(familyPx + namesPx + 24);
  return {
    rowPx,
    columnPx,
    headPx,
    familyPx,
    namePx,
    totalPx,
    stickyTotalPx: narrow ? 0 : totalPx,
    leftPx,
    widthPx: leftPx + columnPx * matrix.columns.length,
    heightPx: headPx + rowPx * matrix.rows.length,
    upright,
    nameChars: Math.floor((namePx - 24) / LETTER_PX),
    columnChars: upright
      ? Math.floor((namesPx - 14) / LETTER_PX)
      : MOST_LINES * Math.floor((columnPx - 30) / LETTER_PX),
  };
}

function rowHeight(rows: number): number {
  return rows <= FEWEST_ROWS ? 50 : rows <= FEW_ROWS ? 40 : 32;
}
