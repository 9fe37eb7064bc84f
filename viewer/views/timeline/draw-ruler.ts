// Draws the ruler above the tracks: the times, and on its lower edge the named moments and what a search
// found. It reads geometry and colours and touches nothing else.
import type { Marker } from '../../model/timeline/markers.ts';
import { pxAt, type TimeScale, ticks } from '../../model/timeline/time-scale.ts';
import { RULER_PX } from '../../model/timeline/tracks.ts';
import { colour, type Palette } from '../parts/canvas.ts';

export const TICK_APPROX_PX = 92;
const MARKER_GAP_PX = 4;

export interface RulerDrawing {
  readonly scale: TimeScale;
  readonly markers: readonly Marker[];
  /** What a search found, in order of time. */
  readonly hits: readonly { readonly tNs: number }[];
}

export function drawRuler(context: CanvasRenderingContext2D, drawing: RulerDrawing, colours: Palette): void {
  const { scale } = drawing;
  context.fillStyle = colour(colours, 'ink-3');
  context.textAlign = 'center';
  for (const tick of ticks(scale, TICK_APPROX_PX)) {
    const half = context.measureText(tick.label).width / 2;
    const x = Math.min(Math.max(tick.px, half + 1), scale.widthPx - half - 1);
    context.fillText(tick.label, x, 12);
  }
  context.textAlign = 'left';
  drawMarkers(context, drawing, colours);
  drawHits(context, drawing, colours);
}

/** Small tabs that hang on the tracks' upper edge. */
function drawMarkers(
  context: CanvasRenderingContext2D,
  { markers, scale }: RulerDrawing,
  colours: Palette,
): void {
  context.fillStyle = colour(colours, 'ink-2');
  let lastX = Number.NEGATIVE_INFINITY;
  for (const { tNs } of markers) {
    const x = Math.round(pxAt(scale, tNs));
    if (x < -4 || x > scale.widthPx + 4 || x - lastX < MARKER_GAP_PX) continue;
    lastX = x;
    context.beginPath();
    context.moveTo(x - 3, RULER_PX - 5);
    context.lineTo(x + 3, RULER_PX - 5);
    context.lineTo(x, RULER_PX - 1);
    context.closePath();
    context.fill();
  }
}

function drawHits(context: CanvasRenderingContext2D, { hits, scale }: RulerDrawing, colours: Palette): void {
  context.fillStyle = colour(colours, 'ink');
  let lastX = Number.NEGATIVE_INFINITY;
  for (const { tNs } of hits) {
    const x = Math.round(pxAt(scale, tNs));
    if (x < 0 || x > scale.widthPx || x === lastX) continue;
    lastX = x;
    context.fillRect(x, RULER_PX - 7, 1.5, 7);
  }
}
