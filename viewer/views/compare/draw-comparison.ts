// Draws the overview of a comparison: the ruler or the steps' columns, each run's bars, between the first
// two the steps that they share, and the line at which they part. Reads geometry and colours and touches
// nothing else.
import type { OverviewRow } from '../../model/compare/compare-bars.ts';
import {
  type CompareDrawing,
  type DrawnRun,
  FOOT_PX,
  heightOfRuns,
  LINK_PX,
  type Link,
  RUN_PX,
  runTop,
} from '../../model/compare/overview-runs.ts';
import { MIN_RECT_PX } from '../../model/timeline/span-tracks.ts';
import { createScale, ticks } from '../../model/timeline/time-scale.ts';
import { RULER_PX } from '../../model/timeline/tracks.ts';
import { colour, FONT, fitText, type Palette, SMALL_FONT } from '../parts/canvas.ts';
import { paintDot } from '../timeline/draw-marks.ts';
import { TICK_APPROX_PX } from '../timeline/draw-ruler.ts';

const ROWS: { readonly [row in OverviewRow]: { readonly top: number; readonly height: number } } = {
  model: { top: 6, height: 14 },
  done: { top: 22, height: 14 },
  run: { top: 41, height: 2 },
};
const DIAMOND_PX = 4.5;
/** Narrower bars have no room for a name. */
const NAMED_BAR_PX = 44;
/** Narrower columns have no room for a name. */
const NAMED_COLUMN_PX = 56;
const NUMBER_ROOM_PX = 12;
/** Marks closer than this are one. */
const MARK_GAP_PX = 8;

export function drawComparison(
  context: CanvasRenderingContext2D,
  drawing: CompareDrawing,
  colours: Palette,
): void {
  const bottom = heightOfRuns(drawing.runs.length) - FOOT_PX;
  for (const [index, run] of drawing.runs.entries()) drawGround(context, run, runTop(index), colours);
  if (drawing.clock === 'step') drawColumns(context, drawing, bottom, colours);
  else drawRuler(context, drawing, bottom, colours);
  drawLinks(context, drawing, colours);
  for (const [index, run] of drawing.runs.entries())
    drawRun(context, run, runTop(index), drawing.widthPx, colours);
  if (drawing.parting) drawParting(context, drawing.parting, bottom, colours);
}

function drawGround(context: CanvasRenderingContext2D, run: DrawnRun, top: number, colours: Palette): void {
  context.fillStyle = colour(colours, 'line-2');
  context.beginPath();
  context.roundRect(0, top, run.toPx, RUN_PX, 5);
  context.fill();
}

function drawRuler(
  context: CanvasRenderingContext2D,
  { widthPx, axisLength }: CompareDrawing,
  bottom: number,
  colours: Palette,
): void {
  for (const tick of ticks(createScale(axisLength, widthPx), TICK_APPROX_PX)) {
    const half = context.measureText(tick.label).width / 2;
    const x = Math.min(Math.max(tick.px, half + 1), widthPx - half - 1);
    context.fillStyle = colour(colours, 'ink-3');
    context.textAlign = 'center';
    context.fillText(tick.label, x, 13);
    context.fillStyle = colour(colours, 'line');
    context.fillRect(Math.round(tick.px), RULER_PX - 4, 1, bottom - RULER_PX + 4);
  }
  context.textAlign = 'left';
}

function drawColumns(
  context: CanvasRenderingContext2D,
  { columns, runs, widthPx }: CompareDrawing,
  bottom: number,
  colours: Palette,
): void {
  const [{ width } = { width: 0 }] = columns;
  const every = numberedEvery(context.measureText(String(columns.length)).width + NUMBER_ROOM_PX, width);
  for (const [index, { x, label, parts, waits }] of columns.entries()) {
    const isShown = (index + 1) % every === 0;
    context.fillStyle = colour(colours, 'line');
    if (isShown) context.fillRect(Math.round(x), RULER_PX - 6, 1, bottom - RULER_PX + 6);
    const number = String(index + 1);
    const name = width >= NAMED_COLUMN_PX ? fitText(context, `${number}  ${label}`, width - 24) : number;
    context.fillStyle = colour(colours, parts ? 'ink' : 'ink-2');
    context.textAlign = 'center';
    // Within the column, so that the playhead at a step's start covers no name.
    const half = context.measureText(name).width / 2;
    const middle = Math.min(x + width / 2, widthPx - half - 1);
    if (isShown || (parts && every === 1)) context.fillText(name, middle, 13);
    context.textAlign = 'left';
    if (waits !== null && runs.length >= 2)
      drawWait(context, x, width, runTop(waits === 'a' ? 0 : 1), colours);
  }
}

/** Every how many columns there is room for a number: 1, 2, 5, 10, 20… */
function numberedEvery(roomPx: number, columnPx: number): number {
  const least = roomPx / Math.max(columnPx, 1e-6);
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * decade).find((every) => every >= least) ?? 1;
}

/** Moments that lie on one another are drawn once. */
function apart(places: readonly number[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return places.filter((x) => {
    if (x - last < MARK_GAP_PX) return false;
    last = x;
    return true;
  });
}

/** Dots over the step that the other run takes alone. */
function drawWait(
  context: CanvasRenderingContext2D,
  x: number,
  width: number,
  top: number,
  colours: Palette,
): void {
  context.fillStyle = colour(colours, 'line-strong');
  for (let at = x + 6; at < x + width - 4; at += 7) context.fillRect(at, top + RUN_PX / 2 - 1, 2, 2);
}

function drawLinks(context: CanvasRenderingContext2D, { links }: CompareDrawing, colours: Palette): void {
  context.strokeStyle = colour(colours, 'line-strong');
  context.lineWidth = 1;
  context.beginPath();
  let last = Number.NEGATIVE_INFINITY;
  for (const { a, b } of links) {
    if (a - last < 2) continue;
    last = a;
    bend(context, { a, b });
  }
  context.stroke();
}

/** From the first run's lower edge to the second's upper one. */
function bend(context: CanvasRenderingContext2D, { a, b }: Link): void {
  context.moveTo(crisp(a), runTop(0) + RUN_PX);
  context.lineTo(crisp(b), runTop(1));
}

function crisp(px: number): number {
  return Math.round(px) + 0.5;
}

const INKS = new Map([
  ['model_call', 'call'],
  ['tool_call', 'tool'],
  ['verify', 'verify'],
]);

function drawRun(
  context: CanvasRenderingContext2D,
  run: DrawnRun,
  top: number,
  widthPx: number,
  colours: Palette,
): void {
  if (run.missing !== null) {
    context.fillStyle = colour(colours, 'ink-3');
    context.fillText(fitText(context, run.missing, widthPx - 16), 8, top + RUN_PX / 2);
    return;
  }
  for (const { barRow, kind, failed, row, x, width } of run.bars) {
    const { top: rowTop, height } = ROWS[barRow];
    context.fillStyle = colour(colours, failed ? 'error' : (INKS.get(kind) ?? 'phase'));
    context.beginPath();
    // A hair apart, so that calls that follow each other are told apart.
    const drawn = Math.max(MIN_RECT_PX, width - (width > 6 ? 1 : 0));
    context.roundRect(x, top + rowTop, drawn, height, width > 5 ? Math.min(3, height / 2) : 0);
    context.fill();
    if (run.label === null || barRow !== 'done' || width < NAMED_BAR_PX || kind !== 'tool_call') continue;
    context.fillStyle = colour(colours, 'tool-on');
    context.font = SMALL_FONT;
    context.fillText(fitText(context, run.label(row), width - 10), x + 5, top + rowTop + height / 2 + 0.5);
    context.font = FONT;
  }
  drawMarks(context, run, top, colours);
}

function drawMarks(context: CanvasRenderingContext2D, run: DrawnRun, top: number, colours: Palette): void {
  // What was not overcome lies on top.
  for (const x of apart(run.recoveredPx)) paintDot(context, x, top + ROWS.done.top, colours, true);
  for (const x of apart(run.errorsPx)) paintDot(context, x, top + ROWS.done.top, colours);
  context.strokeStyle = colour(colours, 'surface');
  context.lineWidth = 1;
  context.fillStyle = colour(colours, 'file');
  for (const x of apart(run.changesPx)) {
    const y = top + ROWS.done.top + ROWS.done.height + 1;
    context.beginPath();
    context.moveTo(x, y - DIAMOND_PX);
    context.lineTo(x + DIAMOND_PX, y);
    context.lineTo(x, y + DIAMOND_PX);
    context.lineTo(x - DIAMOND_PX, y);
    context.closePath();
    context.fill();
    context.stroke();
  }
}

/** Through both runs, each at its own moment, and its sign between them. */
function drawParting(context: CanvasRenderingContext2D, link: Link, bottom: number, colours: Palette): void {
  context.strokeStyle = colour(colours, 'ink');
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(crisp(link.a), RULER_PX - 6);
  context.lineTo(crisp(link.a), runTop(0) + RUN_PX);
  bend(context, link);
  context.lineTo(crisp(link.b), bottom);
  context.stroke();
  const x = crisp((link.a + link.b) / 2);
  const y = runTop(0) + RUN_PX + LINK_PX / 2;
  context.fillStyle = colour(colours, 'ink');
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = colour(colours, 'surface');
  context.font = FONT;
  context.textAlign = 'center';
  context.fillText('≠', x, y + 0.5);
  context.textAlign = 'left';
}
