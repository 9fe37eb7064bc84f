// The marks that stand on tracks and in the legend alike: an error's dot, and the diamonds of changes and
// scores. Paths and paint only.
import { colour, type Palette } from '../parts/canvas.ts';

/** A round dot with a rim, so that it is seen on any bar; of an error that was overcome, a ring. */
export function paintDot(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  colours: Palette,
  isRecovered = false,
): void {
  context.beginPath();
  if (isRecovered) {
    context.arc(x, y, 3.25, 0, 2 * Math.PI);
    context.fillStyle = colour(colours, 'surface');
    context.fill();
    context.strokeStyle = colour(colours, 'warn-ink');
    context.lineWidth = 1.75;
    context.stroke();
    return;
  }
  context.arc(x, y, 3.75, 0, 2 * Math.PI);
  context.fillStyle = colour(colours, 'error');
  context.fill();
  context.strokeStyle = colour(colours, 'surface');
  context.lineWidth = 1.25;
  context.stroke();
}

/** The path of a diamond, to be filled or stroked. */
export function paintDiamond(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x, y - 6);
  context.lineTo(x + 5, y);
  context.lineTo(x, y + 6);
  context.lineTo(x - 5, y);
  context.closePath();
}
