// Draws the dock's tracks: ticks, bars and the moments beside them - changes, output, errors, verdicts. It
// reads geometry and colours and touches nothing else: no event, no state, and never the playhead, which is
// an element of its own. Bars are drawn by draw-bars.
import type { IdleGap } from '../../model/timeline/idle-map.ts';
import { actorOfTrack } from '../../model/timeline/span-tracks.ts';
import { pxAt, type TimeScale, ticks } from '../../model/timeline/time-scale.ts';
import { activityBins, type Mark, visibleMarks } from '../../model/timeline/track-marks.ts';
import { barTop, type TimelineTrack, tracksHeight } from '../../model/timeline/tracks.ts';
import type { ScoreMoment } from '../../state/timeline/overview-work.ts';
import { actorToken, colour, FONT, fitText, type Palette } from '../parts/canvas.ts';
import { type BarDrawing, drawBars, LABEL_MIN_PX } from './draw-bars.ts';
import { paintDiamond, paintDot } from './draw-marks.ts';
import { TICK_APPROX_PX } from './draw-ruler.ts';

export interface Drawing extends BarDrawing {
  readonly tracks: readonly TimelineTrack[];
  readonly errors: ReadonlyMap<string, readonly Mark[]>;
  readonly changes: readonly Mark[];
  readonly scores: readonly ScoreMoment[];
  /** Moments of terminal output, or null while they are not here. */
  readonly terminalNs: Float64Array | null;
  /** Idle stretches that play in a moment; none while nothing is compressed. */
  readonly gaps: readonly IdleGap[];
}

const MARK_GAP_PX = 9;
const BIN_PX = 5;

export function drawTracks(context: CanvasRenderingContext2D, drawing: Drawing, colours: Palette): void {
  const height = tracksHeight(drawing.tracks);
  context.fillStyle = colour(colours, 'line-2');
  for (const tick of ticks(drawing.scale, TICK_APPROX_PX))
    context.fillRect(Math.round(tick.px), 0, 1, height);
  drawGaps(context, drawing, height, colours);
  for (const track of drawing.tracks) {
    if (track.missing !== null) drawMissing(context, track, drawing.scale, colours);
    else if (track.id === 'files') drawChanges(context, track, drawing, colours);
    else if (track.id === 'terminal') drawActivity(context, track, drawing, drawing.terminalNs, colours);
    else if (track.density) drawActivity(context, track, drawing, track.density, colours);
    else if (track.spans) {
      drawLife(context, track, drawing.scale, colours);
      drawBars(context, track, track.spans, drawing, colours);
    }
  }
  for (const track of drawing.tracks) {
    if (!track.opened) drawErrors(context, track, drawing, colours);
    if (track.id === 'verify') drawScores(context, track, drawing, colours);
  }
}

/** Between an actor's calls and its tools, from its first act to its last. */
function drawLife(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  scale: TimeScale,
  colours: Palette,
): void {
  const actor = actorOfTrack(track.id);
  if (actor === null || !track.spans) return;
  const rows = track.spans.barRows.filter(({ count }) => count > 0);
  const from = Math.min(...rows.map(({ startNs }) => startNs[0] ?? 0));
  const to = Math.max(...rows.map(({ endNs }) => endNs.at(-1) ?? 0));
  const [x, end] = [Math.max(0, pxAt(scale, from)), Math.min(scale.widthPx, pxAt(scale, to))];
  context.fillStyle = colour(colours, actorToken(actor));
  if (end > x) context.fillRect(x, track.y + track.height / 2 - 0.75, end - x, 1.5);
}

/** Idle stretches while compressed: washed out, since playing passes them in a moment. */
function drawGaps(
  context: CanvasRenderingContext2D,
  { gaps, scale }: Drawing,
  height: number,
  colours: Palette,
): void {
  context.strokeStyle = colour(colours, 'line');
  context.lineWidth = 1;
  for (const gap of gaps) {
    const from = Math.max(0, pxAt(scale, gap.fromNs));
    const to = Math.min(scale.widthPx, pxAt(scale, gap.toNs));
    if (to <= from) continue;
    context.save();
    context.beginPath();
    context.rect(from, 0, to - from, height);
    context.clip();
    context.beginPath();
    for (let at = from - height; at < to; at += 9) {
      context.moveTo(at, height);
      context.lineTo(at + height, 0);
    }
    context.stroke();
    context.restore();
  }
}

function drawChanges(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  drawing: Drawing,
  colours: Palette,
): void {
  context.font = FONT;
  const y = track.y + track.height / 2;
  const marks = visibleMarks(drawing.changes, drawing.scale, MARK_GAP_PX);
  marks.forEach((visible, index) => {
    const { x } = visible;
    context.fillStyle = colour(colours, 'file');
    paintDiamond(context, x, y);
    context.fill();
    const text = visible.count > 1 ? `${visible.count} changes` : visible.mark.label;
    const room = (marks[index + 1]?.x ?? drawing.scale.widthPx) - x - 20;
    const fits = room >= LABEL_MIN_PX;
    if (!fits && index > 0) return;
    context.fillStyle = colour(colours, 'ink-2');
    const shown = fitText(context, text, fits ? Math.min(room, 260) : 260);
    const width = context.measureText(shown).width;
    if (fits) context.fillText(shown, x + 11, y + 0.5);
    else if (x - width - 11 > 0) context.fillText(shown, x - width - 11, y + 0.5);
  });
}

/** How much happened when: output of the terminal, spans that began in a folded track. */
function drawActivity(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  { scale }: Drawing,
  timesNs: Float64Array | null,
  colours: Palette,
): void {
  if (!timesNs) return;
  const { binPx, fromPx, counts, max } = activityBins(timesNs, scale, BIN_PX);
  const bottom = track.y + track.height - 5;
  const full = track.height - 9;
  context.fillStyle = colour(colours, 'activity');
  counts.forEach((count, index) => {
    if (count === 0) return;
    // A square root, so that one busy moment does not flatten all others.
    const high = Math.max(2, Math.round(full * Math.sqrt(count / Math.max(1, max))));
    context.fillRect(fromPx + index * binPx + 1, bottom - high, binPx - 2, high);
  });
}

function drawErrors(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  drawing: Drawing,
  colours: Palette,
): void {
  if (!track.spans || track.spans.count === 0 || track.spans.id === 'verify') return;
  const own = drawing.errors.get(track.spans.id) ?? [];
  // What was not overcome lies on top.
  for (const isRecovered of [true, false]) {
    const marks = own.filter((mark) => mark.isRecovered === isRecovered);
    for (const { x } of visibleMarks(marks, drawing.scale, MARK_GAP_PX))
      paintDot(context, x, track.y + barTop(track) - 0.5, colours, isRecovered);
  }
}

/** Verdicts that came while the run was on the clock: hollow diamonds on the track's upper edge. */
function drawScores(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  { scores, scale }: Drawing,
  colours: Palette,
): void {
  for (const { tNs } of scores) {
    const x = pxAt(scale, tNs);
    if (x < -8 || x > scale.widthPx + 8) continue;
    paintDiamond(context, x, track.y + barTop(track));
    context.fillStyle = colour(colours, 'surface');
    context.fill();
    context.strokeStyle = colour(colours, 'verify');
    context.lineWidth = 1.75;
    context.stroke();
  }
}

function drawMissing(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  scale: TimeScale,
  colours: Palette,
): void {
  context.font = FONT;
  const y = track.y + track.height / 2;
  context.fillStyle = colour(colours, 'ink-3');
  const text = track.missing ?? '';
  context.fillText(text, 2, y + 0.5);
  const from = context.measureText(text).width + 12;
  context.strokeStyle = colour(colours, 'line');
  context.lineWidth = 1;
  context.setLineDash([3, 4]);
  context.beginPath();
  context.moveTo(from, Math.round(y) + 0.5);
  context.lineTo(scale.widthPx, Math.round(y) + 0.5);
  context.stroke();
  context.setLineDash([]);
}
