// The marks that programs print beside their words: check marks, bullets, arrows, triangles, stars, prompts, spinners.
// Each is a few strokes in a square whose sides run from -1 to 1 and which lies in the middle of the cell, y downwards,
// in the small language of `parse`. They are symbols and no letters: what has a shape in words is left to fonts.
import { MARKS, PICTURES } from './mark-table.ts';
import { type Cell, FULL_TURN, middle, type Shape } from './shape.ts';

type Part = readonly [verb: string, ...numbers: readonly number[]];

const marks: ReadonlyMap<number, readonly Part[]> = new Map(parse(MARKS));

function* parse(table: string): Generator<[number, readonly Part[]]> {
  for (const line of table.trim().split('\n')) {
    const [chars = '', ...rest] = line.split(' ');
    const parts = rest
      .join(' ')
      .split(';')
      .map((part): Part => {
        const [verb = '', ...numbers] = part.trim().split(' ');
        return [verb, ...numbers.map(Number)];
      });
    for (const char of chars) yield [char.codePointAt(0) ?? 0, parts];
  }
}

/** All characters that are drawn as marks. */
export const markCodes: readonly number[] = [...marks.keys()];

/** Whether systems show a picture of their own for it, which is then preferred. */
export function isPicture(code: number): boolean {
  return PICTURES.has(code);
}

/** The shapes of a mark; null for what is none. */
export function mark(code: number, cell: Cell): Shape[] | null {
  const parts = marks.get(code);
  return parts ? parts.flatMap((part) => drawn(part, frameOf(cell))) : null;
}

/** Where a mark's square lies in its cell, and its line's width. */
interface Frame {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly line: number;
}

/** The middle is that of the lines of box drawing, so that an arrow and a line agree. */
function frameOf({ x0, y0, x1, y1, line }: Cell): Frame {
  const [width, height] = [x1 - x0, y1 - y0];
  return {
    x: middle(x0, x1, line) + line / 2,
    y: middle(y0, y1, line) + line / 2,
    size: (Math.min(width, height * 0.8) - line) / 2,
    line,
  };
}

function drawn([verb, ...n]: Part, { x, y, size, line }: Frame): Shape[] {
  const points = () => n.map((value, index) => (index % 2 === 0 ? x : y) + value * size);
  const [a = 0, b = 0, radius = 0, from = 0, to = 360] = n;
  const circle = { x: x + a * size, y: y + b * size, radius: radius * size };
  switch (verb) {
    case 'l':
      return [{ kind: 'stroke', points: points(), width: line }];
    case 'L':
      return [{ kind: 'stroke', points: points(), width: 1.7 * line }];
    case 'o':
      return [{ kind: 'stroke', points: points(), width: line, closed: true }];
    case 'f':
      return [{ kind: 'polygon', points: points() }];
    case 'd':
      return [{ kind: 'disc', ...circle, radius: Math.max(line / 2, circle.radius) }];
    case 'c':
      return [{ kind: 'arc', ...circle, from: 0, to: FULL_TURN, width: line }];
    case 'a':
      return [{ kind: 'arc', ...circle, from: radians(from), to: radians(to), width: line }];
    case 's':
      return rays(a, { x, y, size: b * size, line });
    case 'w':
      return [{ kind: 'polygon', points: slice(circle, radians(from), radians(to)) }];
    default:
      throw new Error(`marks: no such part: ${verb}`);
  }
}

function rays(count: number, { x, y, size, line }: Frame): Shape[] {
  return Array.from({ length: count }, (_, index): Shape => {
    const angle = (index / count) * FULL_TURN - FULL_TURN / 4;
    const points = [x, y, x + Math.cos(angle) * size, y + Math.sin(angle) * size];
    return { kind: 'stroke', points, width: line };
  });
}

const SLICE_STEPS = 16;

function slice(
  { x, y, radius }: { x: number; y: number; radius: number },
  from: number,
  to: number,
): number[] {
  const points = [x, y];
  for (let step = 0; step <= SLICE_STEPS; step++) {
    const angle = from + ((to - from) * step) / SLICE_STEPS;
    points.push(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
  }
  return points;
}

function radians(degrees: number): number {
  return (degrees / 360) * FULL_TURN;
}
