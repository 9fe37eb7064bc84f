// The terminal's screen at a moment, small: drawn on a canvas from the film, so that following the pointer
// costs no element. It is a picture; the terminal itself is in the terminal pane.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Film, frameAt, screenAt } from '../../model/terminal/film.ts';
import { ADVANCE_EM } from '../../model/terminal/terminal-view-size.ts';
import { prepare } from '../parts/canvas.ts';
import { paintPicture } from '../terminal/paint-picture.ts';

const WIDTH_PX = 300;
const MAX_HEIGHT_PX = 196;
const LINE_EM = 1.25;

export function TerminalPreview({ film, tNs }: { film: Film; tNs: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = frameAt(film, tNs);
  const cols = film.frameCols[frame] ?? 80;
  const rows = film.frameRows[frame] ?? 24;
  const fontPx = Math.min(WIDTH_PX / (cols * ADVANCE_EM), MAX_HEIGHT_PX / (rows * LINE_EM));
  const height = Math.ceil(rows * fontPx * LINE_EM);
  useLayoutEffect(() => {
    const context = canvas.current && prepare(canvas.current, WIDTH_PX, height);
    if (context) paintPicture(context, screenAt(film, tNs), fontPx, fontPx * LINE_EM);
  }, [film, frame]);
  return <canvas ref={canvas} style={{ width: `${WIDTH_PX}px`, height: `${height}px` }} />;
}
