// The film's store of rows: each distinct row of cells once, as runs of one look. It refuses to know
// frames and time.
import { colourKind, RUN_WORDS, runFlag } from './film.ts';
import { GrowingArray } from './growing-array.ts';

/** One row of cells, reused between reads. Entry x belongs to column x. */
export interface RowCells {
  cols: number;
  /** '' for a blank cell and for the second half of a wide character. */
  readonly chars: string[];
  /** 0 second half, 1, 2 wide. */
  readonly width: number[];
  /** Packed colours, kind << 24 | value. */
  readonly fg: number[];
  readonly bg: number[];
  /** Bits of `runFlag`. */
  readonly flags: number[];
}

export function emptyRowCells(): RowCells {
  return { cols: 0, chars: [], width: [], fg: [], bg: [], flags: [] };
}

/** A character with a thousand accents is an attack on the eye; this many code units are kept. */
export const MAX_CELL_UNITS = 32;

const INVISIBLE_WHEN_BLANK = ~(runFlag.bold | runFlag.dim | runFlag.italic);

export class LineStore {
  readonly runsFrom = new GrowingArray((n) => new Uint32Array(n));
  readonly textFrom = new GrowingArray((n) => new Uint32Array(n));
  readonly runs = new GrowingArray((n) => new Uint32Array(n));
  readonly text = new GrowingArray((n) => new Uint16Array(n));
  /** Hash to the newest line with it; older ones follow by #older. */
  readonly #newest = new Map<number, number>();
  readonly #older = new GrowingArray((n) => new Int32Array(n));
  /** The row being encoded. */
  readonly #rowRuns: number[] = [];
  readonly #rowText: number[] = [];

  constructor() {
    this.runsFrom.push(0);
    this.textFrom.push(0);
  }

  get count(): number {
    return this.#older.length;
  }

  /** The number of the line that looks like these cells; the same cells always get the same number. */
  intern(cells: RowCells): number {
    const hash = this.#encode(cells);
    let line = this.#newest.get(hash) ?? -1;
    for (; line >= 0; line = this.#older.at(line)) if (this.#isRow(line)) return line;
    const id = this.#older.length;
    this.#older.push(this.#newest.get(hash) ?? -1);
    this.#newest.set(hash, id);
    this.runs.append(this.#rowRuns, this.#rowRuns.length);
    this.text.append(this.#rowText, this.#rowText.length);
    this.runsFrom.push(this.runs.length / RUN_WORDS);
    this.textFrom.push(this.text.length);
    return id;
  }

  /** Writes the row as runs into the scratch arrays and returns a hash of them. */
  #encode(cells: RowCells): number {
    const runs = this.#rowRuns;
    const text = this.#rowText;
    runs.length = 0;
    text.length = 0;
    const end = visibleEnd(cells);
    let hash = 0x811c9dc5;
    let run = -RUN_WORDS;
    for (let x = 0; x < end; x++) {
      const width = cells.width[x] ?? 1;
      if (width === 0) continue;
      const fg = cells.fg[x] ?? 0;
      const bg = cells.bg[x] ?? 0;
      const flags = cells.flags[x] ?? 0;
      const word = runs[run + 1] ?? 0;
      const joins =
        run >= 0 && width === 1 && runs[run + 2] === fg && runs[run + 3] === bg && word >>> 16 === flags;
      if (joins && (word & LAST_WIDE) === 0) runs[run + 1] = word + 1;
      else {
        run += RUN_WORDS;
        runs.push(0, width | (flags << 16), fg, bg);
        if (width === 2) runs[run + 1] = (runs[run + 1] ?? 0) | LAST_WIDE;
        hash = Math.imul(hash ^ fg ^ (bg << 5) ^ (flags << 11), 0x01000193);
      }
      runs[run] = (runs[run] ?? 0) + pushChars(text, cells.chars[x] ?? '');
    }
    // The mark that kept a wide character alone is not part of the run.
    for (let at = 1; at < runs.length; at += RUN_WORDS) runs[at] = (runs[at] ?? 0) & ~LAST_WIDE;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ (text[i] ?? 0), 0x01000193);
    return hash | 0;
  }

  #isRow(line: number): boolean {
    const runFrom = this.runsFrom.at(line) * RUN_WORDS;
    const textFrom = this.textFrom.at(line);
    if (this.runsFrom.at(line + 1) * RUN_WORDS - runFrom !== this.#rowRuns.length) return false;
    if (this.textFrom.at(line + 1) - textFrom !== this.#rowText.length) return false;
    for (let i = 0; i < this.#rowRuns.length; i++)
      if (this.runs.at(runFrom + i) !== this.#rowRuns[i]) return false;
    for (let i = 0; i < this.#rowText.length; i++)
      if (this.text.at(textFrom + i) !== this.#rowText[i]) return false;
    return true;
  }
}

/** While a row is encoded: bit 15 of cells|flags says that the run is one wide character. Rows have <= 1000 cells. */
const LAST_WIDE = 0x8000;

/** Columns up to the last that shows anything. */
function visibleEnd(cells: RowCells): number {
  let end = cells.cols;
  while (end > 0) {
    const x = end - 1;
    const chars = cells.chars[x] ?? '';
    const plain =
      (chars === '' || chars === ' ') &&
      cells.width[x] === 1 &&
      (cells.bg[x] ?? 0) >>> 24 === colourKind.default &&
      ((cells.flags[x] ?? 0) & INVISIBLE_WHEN_BLANK) === 0;
    if (!plain) break;
    end--;
  }
  return end;
}

/** Appends a cell's characters, a blank for none; returns the code units written. */
function pushChars(text: number[], chars: string): number {
  if (chars.length <= 1) {
    text.push(chars === '' ? 0x20 : chars.charCodeAt(0));
    return 1;
  }
  const length = Math.min(chars.length, MAX_CELL_UNITS);
  for (let i = 0; i < length; i++) text.push(chars.charCodeAt(i));
  return length;
}
