// Where a search's matches stand in a line of the terminal, in columns: wide characters take two, and
// what is drawn as one cell may be many units of text. Does not search a recording: film-search does.
import type { Line } from '../terminal/film.ts';

export interface TerminalHit {
  readonly column: number;
  readonly cells: number;
}

/** Matches in one line. @param pattern global, from `literalPattern` */
export function lineHits(line: Line, pattern: RegExp): TerminalHit[] {
  let text = '';
  /** Column of each unit of the text, and one past the last. */
  const columns: number[] = [];
  let column = 0;
  for (const run of line) {
    const chars = [...run.text];
    const single = chars.length === run.cells;
    for (const char of chars) {
      for (let unit = 0; unit < char.length; unit++) columns.push(column);
      if (single) column++;
    }
    if (!single) column += run.cells;
    text += run.text;
  }
  columns.push(column);
  const hits: TerminalHit[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match && match[0] !== ''; match = pattern.exec(text)) {
    const from = columns[match.index] ?? 0;
    const to = columns[match.index + match[0].length] ?? column;
    hits.push({ column: from, cells: Math.max(1, to - from) });
  }
  return hits;
}
