// From a character to its geometry: what a terminal's own lines, blocks, dots and marks look like in a cell, whatever
// fonts a machine has. Does not paint: views/terminal/paint-cells does; and no letter is drawn here.
import { blocks } from './blocks.ts';
import { boxLines } from './box-lines.ts';
import { isPicture, mark, markCodes } from './marks.ts';
import { type Cell, FULL_TURN, type Shape } from './shape.ts';

/** The shapes of a character in its cell; null where it is not one of those that are drawn. */
export function glyphShapes(code: number, cell: Cell): Shape[] | null {
  return boxLines(code, cell) ?? blocks(code, cell) ?? mark(code, cell);
}

export type Drawn = 'always' | 'without-font' | 'never';

const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x2500, 0x259f],
  [0x2800, 0x28ff],
  [0xe0b0, 0xe0bf],
  [0x1fb00, 0x1fb3b],
  [0x1fb70, 0x1fb8b],
];
const drawnMarks = new Map<number, Drawn>(
  markCodes.map((code) => [code, isPicture(code) ? 'without-font' : 'always']),
);
const EMOJI_SELECTOR = '\ufe0f';
const TEXT_SELECTOR = '\ufe0e';

/**
 * Whether a character as it is written, with the selectors upon it, is drawn: always, or where no font has the picture
 * that is asked for. A character with other marks upon it is a letter.
 */
export function howDrawn(cluster: string): Drawn {
  const code = cluster.codePointAt(0) ?? 0;
  if (code < 0x2000) return 'never';
  const rest = cluster.slice(code > 0xffff ? 2 : 1);
  if (rest !== '' && rest !== EMOJI_SELECTOR && rest !== TEXT_SELECTOR) return 'never';
  const drawn = drawnMarks.get(code);
  if (drawn !== undefined)
    return rest === EMOJI_SELECTOR ? 'without-font' : rest === TEXT_SELECTOR ? 'always' : drawn;
  return ranges.some(([first, last]) => code >= first && code <= last) ? 'always' : 'never';
}

/** What stands in a cell whose character no font has: a dotted frame, which is no character of anybody's. */
export function missingShapes({ x0, y0, x1, y1, line }: Cell): Shape[] {
  const [left, right] = [x0 + line, x1 - line];
  const [top, bottom] = [y0 + 2 * line, y1 - 2 * line];
  const shapes: Shape[] = [];
  const dot = (x: number, y: number): Shape => ({ kind: 'rect', box: { x, y, width: line, height: line } });
  for (let x = left; x + line <= right; x += 2 * line) shapes.push(dot(x, top), dot(x, bottom - line));
  for (let y = top + 2 * line; y + line < bottom - line; y += 2 * line)
    shapes.push(dot(left, y), dot(right - line, y));
  const radius = Math.max(line, (right - left) / 6);
  shapes.push({
    kind: 'arc',
    x: (x0 + x1) / 2,
    y: (y0 + y1) / 2,
    radius,
    from: 0,
    to: FULL_TURN,
    width: line,
  });
  return shapes;
}
