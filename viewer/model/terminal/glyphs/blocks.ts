// What fills parts of a cell: block elements (U+2580 to 259F), the sextants and eighths of U+1FB00 to 1FB8B, braille
// (U+2800 to 28FF), and Powerline's separators (U+E0B0 to E0BF). Parts are cut at whole pixels, at the same places in
// every cell of a row. Does not draw textures: a shade is its share of the ink.
import { between, type Cell, FULL_TURN, middle, rect, type Shape } from './shape.ts';

/** The shapes of one of these characters; null for any other. */
export function blocks(code: number, cell: Cell): Shape[] | null {
  if (code >= 0x2580 && code <= 0x259f) return block(code, cell);
  if (code >= 0x2800 && code <= 0x28ff) return braille(code, cell);
  if (code >= 0xe0b0 && code <= 0xe0bf) return powerline(code, cell);
  if (code >= 0x1fb00 && code <= 0x1fb3b) return sextants(code, cell);
  if (code >= 0x1fb70 && code <= 0x1fb8b) return eighths(code, cell);
  return null;
}

/** A part of the cell, in shares of its width and height. */
function part({ x0, y0, x1, y1 }: Cell, left: number, top: number, right: number, bottom: number): Shape[] {
  return rect(between(x0, x1, left), between(y0, y1, top), between(x0, x1, right), between(y0, y1, bottom));
}

/** One of eight columns, and one of eight rows; never less than a pixel. */
function upright({ x0, y0, x1, y1 }: Cell, index: number): Shape[] {
  const from = Math.min(x1 - 1, between(x0, x1, index / 8));
  return rect(from, y0, Math.max(from + 1, between(x0, x1, (index + 1) / 8)), y1);
}

function across({ x0, y0, x1, y1 }: Cell, index: number): Shape[] {
  const from = Math.min(y1 - 1, between(y0, y1, index / 8));
  return rect(x0, from, x1, Math.max(from + 1, between(y0, y1, (index + 1) / 8)));
}

/** Upper left 1, upper right 2, lower left 4, lower right 8, from U+2596 on. */
const QUADRANTS = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];

function block(code: number, cell: Cell): Shape[] {
  if (code === 0x2580) return part(cell, 0, 0, 1, 0.5);
  if (code <= 0x2588) return part(cell, 0, 1 - (code - 0x2580) / 8, 1, 1);
  if (code <= 0x258f) return part(cell, 0, 0, (0x2590 - code) / 8, 1);
  if (code === 0x2590) return part(cell, 0.5, 0, 1, 1);
  if (code <= 0x2593) return rect(cell.x0, cell.y0, cell.x1, cell.y1, (code - 0x2590) / 4);
  if (code === 0x2594) return across(cell, 0);
  if (code === 0x2595) return upright(cell, 7);
  return grid(cell, QUADRANTS[code - 0x2596] ?? 0, 2);
}

/** Two columns of so many rows, of which the bits say which are full: left before right, top before bottom. */
function grid(cell: Cell, bits: number, rows: number): Shape[] {
  const shapes: Shape[] = [];
  for (let row = 0; row < rows; row++) {
    const [left, right] = [(bits >> (2 * row)) & 1, (bits >> (2 * row + 1)) & 1];
    if (left || right)
      shapes.push(...part(cell, left ? 0 : 0.5, row / rows, right ? 1 : 0.5, (row + 1) / rows));
  }
  return shapes;
}

/** Unicode passes over what are block elements already: the left and the right half. */
function sextants(code: number, cell: Cell): Shape[] {
  const place = code - 0x1fb00 + 1;
  return grid(cell, place + (place >= 0b010101 ? 1 : 0) + (place + 1 >= 0b101010 ? 1 : 0), 3);
}

/** From U+1FB7C on: an eighth along two sides of the cell, and at the end four of its eight rows. */
const SIDES = [
  [[upright, 0] as const, [across, 7] as const],
  [[upright, 0] as const, [across, 0] as const],
  [[upright, 7] as const, [across, 0] as const],
  [[upright, 7] as const, [across, 7] as const],
  [[across, 0] as const, [across, 7] as const],
  [[across, 0] as const, [across, 2] as const, [across, 4] as const, [across, 7] as const],
];

const UPPER_PARTS = [2 / 8, 3 / 8, 5 / 8, 6 / 8, 7 / 8];

function eighths(code: number, cell: Cell): Shape[] {
  if (code <= 0x1fb75) return upright(cell, code - 0x1fb6f);
  if (code <= 0x1fb7b) return across(cell, code - 0x1fb75);
  if (code <= 0x1fb81) return (SIDES[code - 0x1fb7c] ?? []).flatMap(([line, index]) => line(cell, index));
  if (code <= 0x1fb86) return part(cell, 0, 0, 1, UPPER_PARTS[code - 0x1fb82] ?? 1);
  return part(cell, 1 - (UPPER_PARTS[code - 0x1fb87] ?? 1), 0, 1, 1);
}

/** Unicode's order of the eight dots: three down the left, three down the right, then the lowest two. */
const DOTS = [0, 2, 4, 1, 3, 5, 6, 7];

function braille(code: number, { x0, y0, x1, y1 }: Cell): Shape[] {
  const [width, height] = [x1 - x0, y1 - y0];
  const size = Math.max(1, Math.round(Math.min(width / 2, height / 4) * 0.56));
  const shapes: Shape[] = [];
  DOTS.forEach((place, bit) => {
    if (((code >> bit) & 1) === 0) return;
    const [column, row] = [place % 2, place >> 1];
    const x = middle(between(x0, x1, column / 2), between(x0, x1, (column + 1) / 2), size);
    const y = middle(between(y0, y1, row / 4), between(y0, y1, (row + 1) / 4), size);
    // Below four pixels a disc is a blurred square.
    if (size < 4) shapes.push(...rect(x, y, x + size, y + size));
    else shapes.push({ kind: 'disc', x: x + size / 2, y: y + size / 2, radius: size / 2 });
  });
  return shapes;
}

const HALF_CIRCLE_STEPS = 24;

function powerline(code: number, cell: Cell): Shape[] {
  const { x0, y0, x1, y1, line } = cell;
  const filled = code % 2 === 0;
  // Pairs of a filled and an outlined one, each pair to the right and to the left.
  const toLeft = code === 0xe0b2 || code === 0xe0b3 || code === 0xe0b6 || code === 0xe0b7;
  const [base, tip] = toLeft ? [x1, x0] : [x0, x1];
  if (code <= 0xe0b3) {
    const points = [base, y0, tip, (y0 + y1) / 2, base, y1];
    return [filled ? { kind: 'polygon', points } : { kind: 'stroke', points, width: line }];
  }
  if (code <= 0xe0b7) {
    const points: number[] = [];
    const reach = filled ? tip - base : tip - base - (toLeft ? -line : line) / 2;
    for (let step = 0; step <= HALF_CIRCLE_STEPS; step++) {
      const angle = (step / HALF_CIRCLE_STEPS - 0.5) * (FULL_TURN / 2);
      points.push(base + Math.cos(angle) * reach, (y0 + y1) / 2 + (Math.sin(angle) * (y1 - y0)) / 2);
    }
    return [filled ? { kind: 'polygon', points } : { kind: 'stroke', points, width: line }];
  }
  return [slant(code, cell)];
}

/** E0B8 to E0BF: lower left, lower right, upper left, upper right; each filled, then its slope alone. */
function slant(code: number, { x0, y0, x1, y1, line }: Cell): Shape {
  const place = (code - 0xe0b8) >> 1;
  const falling = place === 0 || place === 3;
  const slope = falling ? [x0, y0, x1, y1] : [x0, y1, x1, y0];
  if (code % 2 === 1) return { kind: 'stroke', points: slope, width: line };
  const right = [x0, y1, x1, y1, x0, y0, x1, y0].slice(2 * place, 2 * place + 2);
  return { kind: 'polygon', points: [...slope, ...right] };
}
