// A terminal's screen at a moment, as wide as its box: drawn on a canvas, its last rows in sight. A picture alone.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Film, frameAt, type Screen, screenAt } from '../../model/terminal/film.ts';
import { ADVANCE_EM } from '../../model/terminal/terminal-view-size.ts';
import { prepare } from '../parts/canvas.ts';
import { useSize } from '../parts/use-size.ts';
import { paintPicture } from '../terminal/paint-picture.ts';
import './film-picture.css';

const LINE_EM = 1.3;
const PADDING_PX = 10;
const LARGEST_PX = 9;

export function FilmPicture({ film, tNs }: { film: Film; tNs: number }) {
  const box = useRef<HTMLSpanElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  useSize(
    () => box.current,
    ({ clientWidth, clientHeight }) => {
      const { width, height } = size.peek();
      if (width !== clientWidth || height !== clientHeight)
        size.value = { width: clientWidth, height: clientHeight };
    },
  );
  const { width, height } = size.value;
  const frame = frameAt(film, tNs);
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const screen = screenAt(film, tNs);
    const room = width - 2 * PADDING_PX;
    const fontPx = Math.min(LARGEST_PX, room / (screen.cols * ADVANCE_EM));
    const rowPx = fontPx * LINE_EM;
    const context = prepare(canvas.current, room, Math.ceil(screen.rows * rowPx));
    if (context) paintPicture(context, screen, fontPx, rowPx);
    // What was written last is what one wants to see.
    const hidden = (lastTextRow(screen) + 1) * rowPx - (height - 2 * PADDING_PX);
    canvas.current.style.top = `${PADDING_PX - Math.max(0, hidden)}px`;
    canvas.current.style.width = `${room}px`;
  }, [film, frame, width, height]);
  return (
    <span class="film-picture" ref={box} aria-hidden="true">
      <canvas ref={canvas} />
    </span>
  );
}

function lastTextRow({ lines }: Screen): number {
  return lines.findLastIndex((line) => line.some(({ text }) => text.trim() !== ''));
}
