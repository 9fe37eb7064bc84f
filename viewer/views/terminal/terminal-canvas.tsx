// The canvas under a terminal's text: grounds and geometry. Only rows that are not as they were are painted again. It
// is as large as the screen in whole device pixels, so that the browser never stretches it.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Line, Screen } from '../../model/terminal/film.ts';
import { ADVANCE_EM, type TypeSize } from '../../model/terminal/terminal-view-size.ts';
import { forcedColours, pixelRatio } from '../../state/page/media.ts';
import { glyphEpoch } from './known-glyphs.ts';
import { edge, isPainted, paintRow } from './paint-cells.ts';

/** Above it a canvas is refused by some browsers and costs all of them: it is then coarser than the screen. */
const MAX_PIXELS = 24e6;

interface Painted {
  readonly key: string;
  readonly ink: string;
  readonly lines: (Line | undefined)[];
  /** Rows in which there is something. */
  readonly filled: Set<number>;
}

export function TerminalCanvas({ screen, size }: { screen: Screen; size: TypeSize }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painted = useRef<Painted>({ key: '', ink: '', lines: [], filled: new Set() });
  const { cols, rows, lines } = screen;
  const ratio = ratioFor(pixelRatio.value, cols * size.fontPx * ADVANCE_EM * rows * size.rowPx);
  const cellWidth = size.fontPx * ADVANCE_EM * ratio;
  const rowHeight = size.rowPx * ratio;
  const width = exactLength(edge(cols, cellWidth), ratio);
  const height = exactLength(edge(rows, rowHeight), ratio);
  const forced = forcedColours.value;
  const key = [cols, rows, cellWidth, rowHeight, forced, glyphEpoch.value].join(' ');
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    if (painted.current.key !== key) {
      const { color } = getComputedStyle(canvas.current);
      painted.current = { key, ink: color, lines: [], filled: new Set() };
      // Setting a size empties a canvas.
      canvas.current.width = width;
      canvas.current.height = height;
    }
    const { ink, lines: before, filled } = painted.current;
    lines.forEach((line, y) => {
      if (before[y] === line) return;
      before[y] = line;
      const fills = isPainted(line);
      if (fills || filled.has(y)) paintRow(context, line, y, { cols, cellWidth, rowHeight, ink, forced });
      if (fills) filled.add(y);
      else filled.delete(y);
    });
  }, [key, screen]);
  return (
    <canvas
      ref={canvas}
      class="terminal-cells"
      style={{ width: `${width / ratio}px`, height: `${height / ratio}px` }}
    />
  );
}

/** Browsers lay out in 64ths of a CSS pixel: a canvas whose size is none of them is stretched by as much, and blurred. */
const LAYOUT_UNITS = 64;

/** The next length in device pixels that is a whole number of layout units; as it is where none is near. */
function exactLength(pixels: number, ratio: number): number {
  const isExact = (length: number) => {
    const units = (length / ratio) * LAYOUT_UNITS;
    return Math.abs(units - Math.round(units)) < 1e-6;
  };
  for (let length = Math.max(1, pixels); length < pixels + LAYOUT_UNITS; length++)
    if (isExact(length)) return length;
  return Math.max(1, pixels);
}

function ratioFor(ratio: number, cssPixels: number): number {
  return Math.min(ratio, Math.sqrt(MAX_PIXELS / Math.max(1, cssPixels)));
}
