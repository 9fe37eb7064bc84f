// Draws the dock's tracks: bars, their names, and the marks on them. It reads geometry and colours and
// touches nothing else: no event, no state, and never the playhead, which is an element of its own.
import type { IdleGap } from '../model/idle-map.ts';
import { type Lane, type LaneId, type LaneRect, visibleRects } from '../model/lanes.ts';
import { activityBins, type Mark, visibleMarks } from '../model/marks.ts';
import { pxAt, type TimeScale, ticks } from '../model/time-scale.ts';
import type { ScoreMoment } from '../state/overview-work.ts';
import type { DockTrack } from '../state/timeline.ts';
import { barForm, OPEN_END_PX, paintBar, paintForm } from './bar-forms.ts';
import { colour, FONT, fitText, type Palette, SMALL_FONT } from './timeline-canvas.ts';
import { paintDiamond, paintDot } from './timeline-marks.ts';
import { TICK_APPROX_PX } from './timeline-ruler.ts';

export interface Drawing {
  readonly tracks: readonly DockTrack[];
  readonly scale: TimeScale;
  readonly errors: ReadonlyMap<LaneId, readonly Mark[]>;
  readonly changes: readonly Mark[];
  readonly scores: readonly ScoreMoment[];
  readonly firstChunkNs: ReadonlyMap<number, number>;
  /** Moments of terminal output, or null while they are not here. */
  readonly terminalNs: Float64Array | null;
  /** Idle stretches that play in a moment; none while nothing is compressed. */
  readonly gaps: readonly IdleGap[];
  /** What a bar is called. */
  readonly label: (row: number) => string;
  /** What stands beside a bar too short to hold it; null for nothing. */
  readonly beside: (row: number) => string | null;
  /** Whether the span has an error. */
  readonly failed: (row: number) => boolean;
  /** Bits of `barForm`; 0 for a plain bar. */
  readonly form: (row: number) => number;
  /** The track of a span's own kind, by which it is coloured. */
  readonly laneOfRow: (row: number) => LaneId;
}

const LABEL_MIN_PX = 30;
const LABEL_PAD_PX = 6;
/** Lower bars have no room for text. */
const LABEL_MIN_BAR_PX = 11;
const MARK_GAP_PX = 9;
// A verdict of no length is still the most important bar of all.
const VERDICT_PX = 8;
const BIN_PX = 5;
const SUSPECT_MIN_PX = 10;

export function drawTracks(context: CanvasRenderingContext2D, drawing: Drawing, colours: Palette): void {
  const height = drawing.tracks.reduce((sum, track) => sum + track.height, 0);
  context.fillStyle = colour(colours, 'line-2');
  for (const tick of ticks(drawing.scale, TICK_APPROX_PX))
    context.fillRect(Math.round(tick.px), 0, 1, height);
  drawGaps(context, drawing, height, colours);
  for (const track of drawing.tracks) {
    if (track.missing !== null) drawMissing(context, track, drawing.scale, colours);
    else if (track.id === 'files') drawChanges(context, track, drawing, colours);
    else if (track.id === 'terminal') drawActivity(context, track, drawing, colours);
    else if (track.lane) drawLane(context, track, track.lane, drawing, colours);
  }
  for (const track of drawing.tracks) {
    if (!track.opened) drawErrors(context, track, drawing, colours);
    if (track.id === 'verify') drawScores(context, track, drawing, colours);
  }
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

interface LaneLook {
  readonly fill: string;
  readonly ink: string;
  readonly waiting: string;
}

const looks: Record<LaneId, LaneLook> = {
  model: { fill: 'call', ink: 'surface', waiting: 'call-pale' },
  tool: { fill: 'tool', ink: 'tool-on', waiting: 'tool' },
  verify: { fill: 'verify', ink: 'surface', waiting: 'verify' },
  step: { fill: 'call-pale', ink: 'call-on-pale', waiting: 'call-pale' },
  run: { fill: 'phase-pale', ink: 'phase-on', waiting: 'phase-pale' },
  other: { fill: 'phase-pale', ink: 'phase-on', waiting: 'phase-pale' },
};

function drawLane(
  context: CanvasRenderingContext2D,
  track: DockTrack,
  lane: Lane,
  drawing: Drawing,
  colours: Palette,
): void {
  context.font = track.barHeight < 16 ? SMALL_FONT : FONT;
  const top = track.y + barTop(track);
  for (const rect of visibleRects(lane, drawing.scale, drawing.firstChunkNs)) {
    const laneId = track.opened ? drawing.laneOfRow(rect.row) : lane.id;
    const y = top + rect.subLane * track.pitch;
    const width = Math.max(laneId === 'verify' ? VERDICT_PX : 1, rect.width - 1);
    const box = { x: Math.min(rect.x, drawing.scale.widthPx - width), y, width, height: track.barHeight };
    drawRect(context, rect, laneId, box, drawing, colours);
    if (track.opened && rect.errors > 0) paintDot(context, box.x + box.width, y + 1, colours);
    if (track.barHeight < LABEL_MIN_BAR_PX || rect.count > 1) continue;
    const waiting = rect.waitingPx > 0;
    const room = waiting ? rect.waitingPx : width;
    const ink = colour(colours, waiting ? 'call-on-pale' : looks[laneId].ink);
    const open = drawing.form(rect.row) & barForm.startless ? OPEN_END_PX : 0;
    const place = { ...box, x: box.x + open, width: width - open, room: room - open, ink };
    drawLabel(context, drawing, rect.row, place, colours);
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawRect(
  context: CanvasRenderingContext2D,
  rect: LaneRect,
  laneId: LaneId,
  box: Box,
  drawing: Drawing,
  colours: Palette,
): void {
  const look = looks[laneId];
  const solid = colour(colours, laneId === 'verify' && rect.errors > 0 ? 'error' : look.fill);
  const form = rect.count === 1 ? drawing.form(rect.row) : 0;
  if (form !== 0 && laneId !== 'verify') {
    const ground = colour(colours, 'surface');
    // What lies in another's place by doubt alone must be seen to do so: pale fills would be lost.
    const fill = look.fill === 'phase-pale' ? colour(colours, 'phase') : solid;
    paintForm(context, form, withinEdges(form, box, drawing.scale.widthPx), {
      fill,
      ground,
      sign: colour(colours, 'ink-3'),
    });
    return;
  }
  context.fillStyle = rect.waitingPx > 0 ? colour(colours, look.waiting) : solid;
  paintBar(context, box);
  if (rect.waitingPx <= 0) return;
  context.fillStyle = solid;
  const streamed = Math.max(2, box.width - rect.waitingPx);
  paintBar(context, { ...box, x: box.x + box.width - streamed, width: streamed });
}

/** At the run's edges a sign stands just inside: the feet of an I-beam, the hatching of a doubtful clock. */
function withinEdges(form: number, box: Box, widthPx: number): Box {
  if (form & barForm.suspect) {
    const width = Math.max(SUSPECT_MIN_PX, box.width);
    return { ...box, width, x: Math.min(Math.max(0, box.x), widthPx - width) };
  }
  return form & barForm.instant ? { ...box, x: Math.min(Math.max(2, box.x), widthPx - 4) } : box;
}

interface LabelPlace extends Box {
  /** Pixels that the label may take inside. */
  readonly room: number;
  readonly ink: string;
}

function drawLabel(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  row: number,
  place: LabelPlace,
  colours: Palette,
): void {
  const middle = place.y + place.height / 2 + 0.5;
  const from = Math.max(0, place.x) + LABEL_PAD_PX;
  const room = Math.min(place.x + place.room, drawing.scale.widthPx) - from - 4;
  if (room >= LABEL_MIN_PX) {
    context.fillStyle = place.ink;
    context.fillText(fitText(context, drawing.label(row), room), from, middle);
    return;
  }
  const text = drawing.beside(row);
  if (text === null) return;
  const needs = context.measureText(text).width + 8;
  context.fillStyle = colour(colours, drawing.failed(row) ? 'error-ink' : 'ink-2');
  if (place.x - needs > 0) context.fillText(text, place.x - needs, middle);
  else if (place.x + place.width + needs < drawing.scale.widthPx)
    context.fillText(text, place.x + place.width + 8, middle);
}

function drawChanges(
  context: CanvasRenderingContext2D,
  track: DockTrack,
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

function drawActivity(
  context: CanvasRenderingContext2D,
  track: DockTrack,
  drawing: Drawing,
  colours: Palette,
): void {
  if (!drawing.terminalNs) return;
  const { binPx, fromPx, counts, max } = activityBins(drawing.terminalNs, drawing.scale, BIN_PX);
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
  track: DockTrack,
  drawing: Drawing,
  colours: Palette,
): void {
  if (!track.lane || track.lane.count === 0 || track.lane.id === 'verify') return;
  const own = drawing.errors.get(track.lane.id) ?? [];
  for (const { x } of visibleMarks(own, drawing.scale, MARK_GAP_PX))
    paintDot(context, x, track.y + barTop(track) - 0.5, colours);
}

/** Verdicts that came while the run was on the clock: hollow diamonds on the track's upper edge. */
function drawScores(
  context: CanvasRenderingContext2D,
  track: DockTrack,
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
  track: DockTrack,
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

/** Pixels from a track's top to its first line of bars. */
export function barTop(track: DockTrack): number {
  const lines = Math.max(1, track.lane?.subLanes.length ?? 1);
  return (track.height - (lines * track.pitch - (track.pitch - track.barHeight))) / 2;
}
