// The terminal's screen at a moment, small: drawn on a canvas from the film, so that following the pointer
// costs no element. It is a picture; the terminal itself is in the terminal pane.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Film, frameAt, type Screen, screenAt } from '../../model/terminal/film.ts';
import { prepare } from '../parts/canvas.ts';
import { runColours } from '../terminal/terminal-colours.ts';

const WIDTH_PX = 300;
const MAX_HEIGHT_PX = 196;
// JetBrains Mono's advance is 600 of 1000 units.
const ADVANCE_EM = 0.6;
const LINE_EM = 1.25;
const FAMILY = '"JetBrains Mono Variable", "JetBrains Mono Fallback", ui-monospace, monospace';

export function TerminalPreview({ film, tNs }: { film: Film; tNs: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = frameAt(film, tNs);
  const cols = film.frameCols[frame] ?? 80;
  const rows = film.frameRows[frame] ?? 24;
  const fontPx = Math.min(WIDTH_PX / (cols * ADVANCE_EM), MAX_HEIGHT_PX / (rows * LINE_EM));
  const height = Math.ceil(rows * fontPx * LINE_EM);
  useLayoutEffect(() => {
    const context = canvas.current && prepare(canvas.current, WIDTH_PX, height);
    if (context) drawScreen(context, screenAt(film, tNs), fontPx);
  }, [film, frame]);
  return <canvas ref={canvas} style={{ width: `${WIDTH_PX}px`, height: `${height}px` }} />;
}

function drawScreen(context: CanvasRenderingContext2D, screen: Screen, fontPx: number): void {
  const ink = getComputedStyle(document.documentElement).getPropertyValue('--term-ink');
  const advance = fontPx * ADVANCE_EM;
  const pitch = fontPx * LINE_EM;
  context.font = `${fontPx}px ${FAMILY}`;
  screen.lines.forEach((line, y) => {
    let x = 0;
    for (const run of line) {
      const { color, background } = runColours(run);
      if (typeof background === 'string') {
        context.fillStyle = background;
        context.fillRect(x * advance, y * pitch, run.cells * advance, pitch);
      }
      context.fillStyle = typeof color === 'string' ? color : ink;
      context.fillText(run.text, x * advance, (y + 0.5) * pitch);
      x += run.cells;
    }
  });
  if (!screen.cursor.visible) return;
  context.globalAlpha = 0.55;
  context.fillStyle = ink;
  context.fillRect(screen.cursor.x * advance, screen.cursor.y * pitch, advance, pitch);
  context.globalAlpha = 1;
}
