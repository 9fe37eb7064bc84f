// Draws the dock's tracks and ruler on canvases, crisp at any pixel ratio. It reads geometry and colours
// and touches nothing else: no event, no state, and never the playhead, which is an element of its own.
import { type Lane, visibleRects } from '../model/lanes.ts';
import { activityBins, type Mark, visibleMarks } from '../model/marks.ts';
import { type TimeScale, ticks } from '../model/time-scale.ts';
import type { DockTrack } from '../state/timeline.ts';

/** Colours by the names of tokens.css, without the dashes. */
export type Palette = ReadonlyMap<string, string>;

export interface Drawing {
  readonly tracks: readonly DockTrack[];
  readonly scale: TimeScale;
  readonly errors: readonly Mark[];
  readonly changes: readonly Mark[];
  readonly firstChunkNs: ReadonlyMap<number, number>;
  /** Moments of terminal output, or null while they are not here. */
  readonly terminalNs: Float64Array | null;
  /** What a bar is called. */
  readonly label: (row: number) => string;
  /** What stands beside a bar too short to hold it; null for nothing. */
  readonly beside: (row: number) => string | null;
  /** Whether the span has an error. */
  readonly failed: (row: number) => boolean;
}

/** Height of the ruler above the tracks. */
export const RULER_PX = 26;
const TICK_APPROX_PX = 92;
const LABEL_MIN_PX = 30;
const LABEL_PAD_PX = 6;
const MARK_GAP_PX = 9;
// A verdict of no length is still the most important bar of all.
const VERDICT_PX = 8;
const BIN_PX = 5;
const FAMILY = '"Inter Variable", "Inter Fallback", system-ui, sans-serif';
const FONT = `500 11px ${FAMILY}`;
const SMALL_FONT = `500 10px ${FAMILY}`;

const TOKENS = [
  'surface',
  'ink',
  'ink-2',
  'ink-3',
  'line',
  'line-2',
  'call',
  'call-pale',
  'call-on-pale',
  'tool',
  'tool-on',
  'phase',
  'phase-pale',
  'phase-on',
  'verify',
  'file',
  'error',
  'error-ink',
  'activity',
];

/** The colours in force. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return new Map(TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** Sizes a canvas for its box and the screen's pixel ratio. @returns its context, cleared */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const [pixelWidth, pixelHeight] = [
    Math.max(1, Math.round(width * ratio)),
    Math.max(1, Math.round(height * ratio)),
  ];
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  return context;
}

export function drawRuler(context: CanvasRenderingContext2D, scale: TimeScale, colours: Palette): void {
  context.fillStyle = colour(colours, 'ink-3');
  context.textAlign = 'center';
  for (const tick of ticks(scale, TICK_APPROX_PX)) {
    const half = context.measureText(tick.label).width / 2;
    const x = Math.min(Math.max(tick.px, half + 1), scale.widthPx - half - 1);
    context.fillText(tick.label, x, 14);
  }
  context.textAlign = 'left';
}

export function drawTracks(context: CanvasRenderingContext2D, drawing: Drawing, colours: Palette): void {
  const height = drawing.tracks.reduce((sum, track) => sum + track.height, 0);
  context.fillStyle = colour(colours, 'line-2');
  for (const tick of ticks(drawing.scale, TICK_APPROX_PX))
    context.fillRect(Math.round(tick.px), 0, 1, height);
  for (const track of drawing.tracks) {
    if (track.missing !== null) drawMissing(context, track, colours);
    else if (track.id === 'files') drawChanges(context, track, drawing, colours);
    else if (track.id === 'terminal') drawActivity(context, track, drawing, colours);
    else if (track.lane) drawLane(context, track, track.lane, drawing, colours);
  }
  for (const track of drawing.tracks) drawErrors(context, track, drawing, colours);
}

interface LaneLook {
  readonly fill: string;
  readonly ink: string;
  readonly waiting: string;
}

function laneLook(lane: Lane): LaneLook {
  switch (lane.id) {
    case 'model':
      return { fill: 'call', ink: 'surface', waiting: 'call-pale' };
    case 'tool':
      return { fill: 'tool', ink: 'tool-on', waiting: 'tool' };
    case 'verify':
      return { fill: 'verify', ink: 'surface', waiting: 'verify' };
    case 'step':
      return { fill: 'call-pale', ink: 'call-on-pale', waiting: 'call-pale' };
    default:
      return { fill: 'phase-pale', ink: 'phase-on', waiting: 'phase-pale' };
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  track: DockTrack,
  lane: Lane,
  drawing: Drawing,
  colours: Palette,
): void {
  const look = laneLook(lane);
  context.font = track.barHeight < 16 ? SMALL_FONT : FONT;
  const top = track.y + barTop(track);
  for (const rect of visibleRects(lane, drawing.scale, drawing.firstChunkNs)) {
    const y = top + rect.subLane * track.pitch;
    const width = Math.max(lane.id === 'verify' ? VERDICT_PX : 1, rect.width - 1);
    const x = Math.min(rect.x, drawing.scale.widthPx - width);
    const failedVerifier = lane.id === 'verify' && rect.errors > 0;
    const solid = colour(colours, failedVerifier ? 'error' : look.fill);
    context.fillStyle = solid;
    if (rect.waitingPx > 0) {
      context.fillStyle = colour(colours, look.waiting);
      bar(context, x, y, width, track.barHeight);
      context.fillStyle = solid;
      const streamed = Math.max(2, width - rect.waitingPx);
      bar(context, x + width - streamed, y, streamed, track.barHeight);
    } else bar(context, x, y, width, track.barHeight);
    if (track.barHeight < 11 || rect.count > 1) continue;
    const waiting = rect.waitingPx > 0;
    const room = waiting ? Math.max(rect.waitingPx, 0) : width;
    const ink = colour(colours, waiting ? 'call-on-pale' : look.ink);
    drawLabel(context, drawing, rect.row, { x, y, room, width, height: track.barHeight, ink }, colours);
  }
}

interface LabelPlace {
  readonly x: number;
  readonly y: number;
  /** Pixels that the label may take inside. */
  readonly room: number;
  readonly width: number;
  readonly height: number;
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
    context.beginPath();
    context.moveTo(x, y - 6);
    context.lineTo(x + 5, y);
    context.lineTo(x, y + 6);
    context.lineTo(x - 5, y);
    context.closePath();
    context.fill();
    const text = visible.count > 1 ? `${visible.count} changes` : visible.mark.label;
    const room = (marks[index + 1]?.x ?? drawing.scale.widthPx) - x - 20;
    const fits = room >= LABEL_MIN_PX;
    const width = Math.min(context.measureText(text).width, 260);
    context.fillStyle = colour(colours, 'ink-2');
    if (fits) context.fillText(fitText(context, text, Math.min(room, 260)), x + 11, y + 0.5);
    else if (index === 0 && x - width - 11 > 0)
      context.fillText(fitText(context, text, 260), x - width - 11, y + 0.5);
  });
}

function drawActivity(
  context: CanvasRenderingContext2D,
  track: DockTrack,
  drawing: Drawing,
  colours: Palette,
): void {
  if (!drawing.terminalNs) return;
  const { binPx, counts, max } = activityBins(drawing.terminalNs, drawing.scale, BIN_PX);
  const bottom = track.y + track.height - 5;
  const full = track.height - 9;
  context.fillStyle = colour(colours, 'activity');
  counts.forEach((count, index) => {
    if (count === 0) return;
    // A square root, so that one busy moment does not flatten all others.
    const high = Math.max(2, Math.round(full * Math.sqrt(count / Math.max(1, max))));
    context.fillRect(index * binPx + 1, bottom - high, binPx - 2, high);
  });
}

function drawErrors(
  context: CanvasRenderingContext2D,
  track: DockTrack,
  drawing: Drawing,
  colours: Palette,
): void {
  if (!track.lane || track.lane.count === 0 || track.lane.id === 'verify') return;
  const laneId = track.lane.id;
  const own = drawing.errors.filter((mark) => mark.lane === laneId);
  for (const { x } of visibleMarks(own, drawing.scale, MARK_GAP_PX)) {
    context.beginPath();
    context.arc(x, track.y + barTop(track) - 0.5, 3.75, 0, 2 * Math.PI);
    context.fillStyle = colour(colours, 'error');
    context.fill();
    context.strokeStyle = colour(colours, 'surface');
    context.lineWidth = 1.25;
    context.stroke();
  }
}

function drawMissing(context: CanvasRenderingContext2D, track: DockTrack, colours: Palette): void {
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
  context.lineTo(context.canvas.width, Math.round(y) + 0.5);
  context.stroke();
  context.setLineDash([]);
}

/** Pixels from a track's top to its first line of bars. */
export function barTop(track: DockTrack): number {
  const lines = Math.max(1, track.lane?.subLanes.length ?? 1);
  return (track.height - (lines * track.pitch - (track.pitch - track.barHeight))) / 2;
}

function bar(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  if (width < 5) {
    context.fillRect(x, y, width, height);
    return;
  }
  context.beginPath();
  context.roundRect(x, y, width, height, 3);
  context.fill();
}

function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low > 1 ? `${text.slice(0, low)}…` : '';
}

function colour(colours: Palette, name: string): string {
  return colours.get(name) ?? '';
}
