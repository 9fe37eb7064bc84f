// What the signs on the timeline mean, drawn by the functions that draw the timeline itself.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { formWords } from '../../model/timeline/span-oddities.ts';
import { colour, type Palette, prepare, readPalette } from '../parts/canvas.ts';
import { paintDiamond, paintDot } from './draw-marks.ts';
import { type Box, paintBar, paintForm } from './draw-oddities.ts';

const WIDTH_PX = 52;
const HEIGHT_PX = 18;
const BOX: Box = { x: 14, y: 2, width: 34, height: 14 };

type Paint = (context: CanvasRenderingContext2D, colours: Palette) => void;

const plainSigns: readonly (readonly [words: string, paint: Paint])[] = [
  [
    'model call: waiting pale, answering solid',
    (context, colours) => {
      context.fillStyle = colour(colours, 'call-pale');
      paintBar(context, BOX);
      context.fillStyle = colour(colours, 'call');
      paintBar(context, { ...BOX, x: 34, width: 14 });
    },
  ],
  ['an error ends here', (context, colours) => paintDot(context, 24, 9, colours)],
  ['an error after which the agent went on', (context, colours) => paintDot(context, 24, 9, colours, true)],
  [
    'a file changed',
    (context, colours) => {
      context.fillStyle = colour(colours, 'file');
      paintDiamond(context, 24, 9);
      context.fill();
    },
  ],
  [
    'scores came',
    (context, colours) => {
      context.strokeStyle = colour(colours, 'verify');
      context.lineWidth = 1.75;
      paintDiamond(context, 24, 9);
      context.stroke();
    },
  ],
];

export function BarLegend() {
  return (
    <section class="bar-legend">
      <h3>On the timeline</h3>
      <dl>
        {plainSigns.map(([words, paint]) => (
          <Sign key={words} words={words} paint={paint} />
        ))}
        {formWords.map(([form, words]) => (
          <Sign key={words} words={words} paint={(context, colours) => paintOdd(context, form, colours)} />
        ))}
      </dl>
    </section>
  );
}

function paintOdd(context: CanvasRenderingContext2D, form: number, colours: Palette): void {
  const ink = {
    fill: colour(colours, 'tool'),
    ground: colour(colours, 'surface'),
    sign: colour(colours, 'ink-3'),
  };
  paintForm(context, form, BOX, ink);
}

function Sign({ words, paint }: { words: string; paint: Paint }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current && prepare(canvas.current, WIDTH_PX, HEIGHT_PX);
    if (context) paint(context, readPalette());
  }, []);
  return (
    <div>
      <dt>
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without children takes no focus */}
        <canvas ref={canvas} aria-hidden="true" />
      </dt>
      <dd>{words}</dd>
    </div>
  );
}
