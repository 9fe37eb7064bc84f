// What a drawn character is made of, in whole device pixels of its cell: the painter fills these and tests measure
// them. A shape ends at the edge of its cell, so that neighbours meet without a gap and without a seam. Does
// not know characters, colours or a canvas.

/** Where a character goes. Edges are whole device pixels, and those of neighbours are the same numbers. */
export interface Cell {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Width of a light line, whole device pixels. */
  readonly line: number;
}

export type Shape =
  | { readonly kind: 'rect'; readonly box: Box; readonly alpha?: number }
  /** Filled; x and y by turns. */
  | { readonly kind: 'polygon'; readonly points: readonly number[] }
  /** A line through points, x and y by turns; its corners are mitred. */
  | {
      readonly kind: 'stroke';
      readonly points: readonly number[];
      readonly width: number;
      readonly closed?: boolean;
    }
  /** Part of a circle's line, clockwise from `from` to `to`, radians from the right. */
  | {
      readonly kind: 'arc';
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly from: number;
      readonly to: number;
      readonly width: number;
    }
  | { readonly kind: 'disc'; readonly x: number; readonly y: number; readonly radius: number };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const FULL_TURN = 2 * Math.PI;

/** From edge to edge; nothing where there is nothing between them. */
export function rect(x0: number, y0: number, x1: number, y1: number, alpha?: number): Shape[] {
  if (x1 <= x0 || y1 <= y0) return [];
  const box = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  return [alpha === undefined ? { kind: 'rect', box } : { kind: 'rect', box, alpha }];
}

/** Width of a light line in cells that are so wide, device pixels: 1.1 px at 12.5 px type, never less than one. */
export function lineWidth(cellWidth: number): number {
  return Math.max(1, Math.round(cellWidth * 0.15));
}

/** Where a line so wide begins that runs through the middle between two edges. */
export function middle(from: number, to: number, width: number): number {
  return from + Math.floor((to - from - width) / 2);
}

/** The edge that is `share` of the way from one to the other, in whole pixels. */
export function between(from: number, to: number, share: number): number {
  return from + Math.round((to - from) * share);
}
