// Which pixels of a cell shapes cover, by the geometry alone: a pixel counts where its middle is inside. What a canvas
// makes of it is for browser tests.
import type { Cell, Shape } from '../../../viewer/model/terminal/glyphs/shape.ts';

/** Rows of a cell, "#" for a pixel that is covered, "+" for one that is so in part, "." for one that is not. */
export function coverage(shapes: readonly Shape[], { x0, y0, x1, y1 }: Cell): string[] {
  const rows: string[] = [];
  for (let y = y0; y < y1; y++) {
    let row = '';
    for (let x = x0; x < x1; x++) row += shade(shapes, x + 0.5, y + 0.5);
    rows.push(row);
  }
  return rows;
}

function shade(shapes: readonly Shape[], x: number, y: number): string {
  let partly = false;
  for (const shape of shapes) {
    if (!isInside(shape, x, y)) continue;
    if (shape.kind !== 'rect' || shape.alpha === undefined) return '#';
    partly = true;
  }
  return partly ? '+' : '.';
}

function isInside(shape: Shape, x: number, y: number): boolean {
  switch (shape.kind) {
    case 'rect': {
      const { box } = shape;
      return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
    }
    case 'disc':
      return Math.hypot(x - shape.x, y - shape.y) <= shape.radius;
    case 'arc': {
      if (Math.abs(Math.hypot(x - shape.x, y - shape.y) - shape.radius) > shape.width / 2) return false;
      const turn = Math.atan2(y - shape.y, x - shape.x) - shape.from;
      const past = ((turn % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
      return past <= shape.to - shape.from;
    }
    case 'polygon':
      return isInPolygon(shape.points, x, y);
    case 'stroke': {
      const points = shape.closed ? [...shape.points, ...shape.points.slice(0, 2)] : shape.points;
      return segments(points).some((segment) => distance(segment, x, y) <= shape.width / 2);
    }
  }
}

type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

function segments(points: readonly number[]): Segment[] {
  const found: Segment[] = [];
  for (let at = 0; at + 3 < points.length; at += 2)
    found.push(points.slice(at, at + 4) as unknown as Segment);
  return found;
}

function distance([x0, y0, x1, y1]: Segment, x: number, y: number): number {
  const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const share = length === 0 ? 0 : ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length;
  const held = Math.max(0, Math.min(1, share));
  return Math.hypot(x - x0 - held * (x1 - x0), y - y0 - held * (y1 - y0));
}

function isInPolygon(points: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (const [x0, y0, x1, y1] of segments([...points, ...points.slice(0, 2)]))
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) inside = !inside;
  return inside;
}
