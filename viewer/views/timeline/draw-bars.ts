// Draws the spans of one track: a bar each, or one for a fold of many, in the form that its oddities have,
// with its name in it or beside it. It reads geometry and colours and knows no other track.

import { barForm } from '../../model/timeline/span-oddities.ts';
import {
  type BarRect,
  isKindTrack,
  type SpanTrack,
  type SpanTrackId,
  visibleRects,
} from '../../model/timeline/span-tracks.ts';
import type { TimeScale } from '../../model/timeline/time-scale.ts';
import { barTop, type TimelineTrack } from '../../model/timeline/tracks.ts';
import { colour, FONT, fitText, type Palette, SMALL_FONT } from '../parts/canvas.ts';
import { paintDot } from './draw-marks.ts';
import { OPEN_END_PX, paintBar, paintForm } from './draw-oddities.ts';

export interface BarDrawing {
  readonly scale: TimeScale;
  readonly firstChunkNs: ReadonlyMap<number, number>;
  /** What a bar is called. */
  readonly label: (row: number) => string;
  /** What stands beside a bar too short to hold it; null for nothing. */
  readonly beside: (row: number) => string | null;
  /** Whether the span has an error. */
  readonly failed: (row: number) => boolean;
  /** Bits of `barForm`; 0 for a plain bar. */
  readonly form: (row: number) => number;
  /** The track of a span's own kind, by which it is coloured. */
  readonly trackOfRow: (row: number) => SpanTrackId;
}

/** Text with less room than this says nothing. */
export const LABEL_MIN_PX = 30;
const LABEL_PAD_PX = 6;
/** Lower bars have no room for text. */
const LABEL_MIN_BAR_PX = 11;
// A verdict of no length is still the most important bar of all.
const VERDICT_PX = 8;
const SUSPECT_MIN_PX = 10;

interface BarLook {
  readonly fill: string;
  readonly ink: string;
  readonly waiting: string;
}

const looks: Record<SpanTrackId, BarLook> = {
  model: { fill: 'call', ink: 'surface', waiting: 'call-pale' },
  tool: { fill: 'tool', ink: 'tool-on', waiting: 'tool' },
  verify: { fill: 'verify', ink: 'surface', waiting: 'verify' },
  step: { fill: 'call-pale', ink: 'call-on-pale', waiting: 'call-pale' },
  run: { fill: 'phase-pale', ink: 'phase-on', waiting: 'phase-pale' },
  other: { fill: 'phase-pale', ink: 'phase-on', waiting: 'phase-pale' },
};

export function drawBars(
  context: CanvasRenderingContext2D,
  track: TimelineTrack,
  spans: SpanTrack,
  drawing: BarDrawing,
  colours: Palette,
): void {
  context.font = track.barHeight < 16 ? SMALL_FONT : FONT;
  const top = track.y + barTop(track);
  for (const rect of visibleRects(spans, drawing.scale, drawing.firstChunkNs)) {
    const own = !track.opened && isKindTrack(spans.id) ? spans.id : null;
    const trackId = own ?? drawing.trackOfRow(rect.row);
    const y = top + rect.barRow * track.pitch;
    const width = Math.max(trackId === 'verify' ? VERDICT_PX : 1, rect.width - 1);
    const box = { x: Math.min(rect.x, drawing.scale.widthPx - width), y, width, height: track.barHeight };
    drawRect(context, rect, trackId, box, drawing, colours);
    if (track.opened && rect.errors > 0)
      paintDot(context, box.x + box.width, y + 1, colours, rect.recovered === rect.errors);
    if (track.barHeight < LABEL_MIN_BAR_PX || rect.count > 1) continue;
    const waiting = rect.waitingPx > 0;
    const room = waiting ? rect.waitingPx : width;
    const ink = colour(colours, waiting ? 'call-on-pale' : looks[trackId].ink);
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
  rect: BarRect,
  trackId: SpanTrackId,
  box: Box,
  drawing: BarDrawing,
  colours: Palette,
): void {
  const look = looks[trackId];
  const solid = colour(colours, trackId === 'verify' && rect.errors > 0 ? 'error' : look.fill);
  const form = rect.count === 1 ? drawing.form(rect.row) : 0;
  if (form !== 0 && trackId !== 'verify') {
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
  drawing: BarDrawing,
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
