// Paints what fonts do not: the grounds of cells, and the characters that are geometry, each in whole device pixels. A
// cell ends where the next begins, so that nothing shows between them at any size or zoom. Does not paint letters.
import type { Line, Run } from '../../model/terminal/film.ts';
import { glyphShapes, missingShapes } from '../../model/terminal/glyphs/glyphs.ts';
import { lineWidth, type Shape } from '../../model/terminal/glyphs/shape.ts';
import { partsOf } from './known-glyphs.ts';
import { runColours } from './terminal-colours.ts';

export interface CellGrid {
  readonly cols: number;
  /** A cell's size in device pixels, whole or not. */
  readonly cellWidth: number;
  readonly rowHeight: number;
  /** Of text that names no colour of its own. */
  readonly ink: string;
  /** Whether the reader's system chose the colours: all is ink then, and no ground is painted. */
  readonly forced: boolean;
}

/** Paints a row over whatever was there. The context's unit is a device pixel. */
export function paintRow(context: CanvasRenderingContext2D, line: Line, y: number, grid: CellGrid): void {
  const [y0, y1] = [edge(y, grid.rowHeight), edge(y + 1, grid.rowHeight)];
  const width = edge(grid.cols, grid.cellWidth);
  context.clearRect(0, y0, width, y1 - y0);
  if (line.length === 0) return;
  let column = 0;
  for (const run of line) {
    paintRun(context, run, column, [y0, y1], grid);
    column += run.cells;
  }
}

/** Whether there is anything in a row that `paintRow` paints. */
export function isPainted(line: Line): boolean {
  return line.some(
    (run) => runColours(run).background !== undefined || partsOf(run).some(({ codes }) => codes.length > 0),
  );
}

/** Where a cell begins and the one before it ends. */
export function edge(index: number, size: number): number {
  return Math.round(index * size);
}

function paintRun(
  context: CanvasRenderingContext2D,
  run: Run,
  column: number,
  [y0, y1]: readonly [number, number],
  grid: CellGrid,
): void {
  const { color, background } = runColours(run);
  if (typeof background === 'string' && !grid.forced) {
    const x = edge(column, grid.cellWidth);
    context.fillStyle = background;
    context.fillRect(x, y0, edge(column + run.cells, grid.cellWidth) - x, y1 - y0);
  }
  const ink = typeof color === 'string' && !grid.forced ? color : grid.ink;
  for (const part of partsOf(run)) {
    const each = part.cells / Math.max(1, part.codes.length);
    part.codes.forEach((code, index) => {
      const at = column + part.column + index * each;
      const [x0, x1] = [edge(at, grid.cellWidth), edge(at + each, grid.cellWidth)];
      const line = lineWidth(grid.cellWidth);
      const shapes = shapesOf(part.kind === 'missing' ? -1 : code, x1 - x0, y1 - y0, line);
      if (shapes.some((shape) => spills(shape, y1 - y0))) {
        // Not into another row, which is painted another time.
        context.save();
        context.beginPath();
        context.rect(x0, y0, x1 - x0, y1 - y0);
        context.clip();
        paintShapes(context, shapes, { x: x0, y: y0, ink });
        context.restore();
      } else paintShapes(context, shapes, { x: x0, y: y0, ink });
    });
  }
}

const shapes = new Map<string, readonly Shape[]>();
const MAX_KEPT = 4096;

/** The same few characters fill a screen. */
function shapesOf(code: number, width: number, height: number, line: number): readonly Shape[] {
  const key = `${code} ${width} ${height} ${line}`;
  let kept = shapes.get(key);
  if (!kept) {
    const cell = { x0: 0, y0: 0, x1: width, y1: height, line };
    kept = (code < 0 ? missingShapes(cell) : glyphShapes(code, cell)) ?? [];
    if (shapes.size >= MAX_KEPT) shapes.clear();
    shapes.set(key, kept);
  }
  return kept;
}

/** Whether a slope's end reaches by half of its line out of the row: Powerline's do. */
function spills(shape: Shape, height: number): boolean {
  if (shape.kind !== 'stroke') return false;
  const half = shape.width / 2;
  return shape.points.some((at, index) => index % 2 === 1 && (at < half || at > height - half));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly ink: string;
}

function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  { x, y, ink }: Place,
): void {
  context.fillStyle = ink;
  context.strokeStyle = ink;
  for (const shape of shapes) {
    if (shape.kind === 'rect') {
      if (shape.alpha !== undefined) context.globalAlpha = shape.alpha;
      context.fillRect(x + shape.box.x, y + shape.box.y, shape.box.width, shape.box.height);
      context.globalAlpha = 1;
      continue;
    }
    context.beginPath();
    if (shape.kind === 'polygon') {
      trace(context, shape.points, x, y);
      context.fill();
    } else if (shape.kind === 'disc') {
      context.arc(x + shape.x, y + shape.y, shape.radius, 0, 2 * Math.PI);
      context.fill();
    } else {
      if (shape.kind === 'arc') context.arc(x + shape.x, y + shape.y, shape.radius, shape.from, shape.to);
      else trace(context, shape.points, x, y);
      if (shape.kind === 'stroke' && shape.closed) context.closePath();
      context.lineWidth = shape.width;
      context.stroke();
    }
  }
}

function trace(context: CanvasRenderingContext2D, points: readonly number[], x: number, y: number): void {
  for (let at = 0; at + 1 < points.length; at += 2)
    context.lineTo(x + (points[at] ?? 0), y + (points[at + 1] ?? 0));
}
