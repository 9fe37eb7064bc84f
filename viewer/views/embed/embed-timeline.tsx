// The player's one line of time: when the model and the tools were busy, how much happened, where it failed,
// where files changed, and the playhead. A press seeks and a drag scrubs; it knows no zoom, no window and no loop.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { buildMinimap, type Minimap } from '../../model/timeline/minimap.ts';
import { createScale, nsAt, pxAt, type TimeScale } from '../../model/timeline/time-scale.ts';
import { type Mark, visibleMarks } from '../../model/timeline/track-marks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { colour, type Palette } from '../parts/canvas.ts';
import { scrubbing } from '../parts/scrubbing.ts';
import { PlayheadLine, TimeCanvas, TimeSlider, useWidthPx } from '../parts/time-canvas.tsx';
import { clockText } from '../timeline/clock-text.ts';
import { paintDiamond, paintDot } from '../timeline/draw-marks.ts';

const HEIGHT_PX = 32;
const BAND_TOP_PX = 12;
const BAND_PX = 8;
const BINS = 512;
/** What happened, as bars below the line. */
const ACTIVITY_PX = 7;
const ACTIVITY_BAR_PX = 3;
/** Marks closer than that are one. */
const MARK_GAP_PX = 9;

export function EmbedTimeline({ session }: { session: CellSession }) {
  const { playback } = session;
  const box = useRef<HTMLDivElement>(null);
  const widthPx = useWidthPx(box);
  const minimap = useComputed(() => {
    const trace = session.trace.value;
    const film = session.terminal.film.value;
    if (!trace || trace.columns.count === 0) return null;
    return buildMinimap(trace.columns, BINS, {
      otherNs: film ? [film.eventNs] : [],
      errors: trace.errors,
      folded: playback.folded.value,
    });
  });
  const scale = () => createScale(playback.lengthNs.value, widthPx.value);
  const words = () => {
    const { position, length } = clockText(playback.positionNs.value, playback.lengthNs.value);
    return `${position} of ${length}`;
  };
  return (
    <TimeSlider class="embed-timeline" place={box} playback={playback} words={words}>
      <div class="embed-scrub" {...scrubbing((px) => playback.seek(nsAt(scale(), px)))}>
        <TimeCanvas
          widthPx={() => widthPx.value}
          heightPx={() => HEIGHT_PX}
          draw={(context, colours) => {
            const errors = session.trace.value?.errors ?? [];
            const changes = session.changeMarks.value;
            draw(context, { minimap: minimap.value, scale: scale(), errors, changes }, colours);
          }}
        />
        <PlayheadLine
          class="embed-now"
          xPx={() => pxAt(scale(), playback.positionNs.value)}
          widthPx={() => widthPx.value}
        />
      </div>
    </TimeSlider>
  );
}

interface Drawing {
  readonly minimap: Minimap | null;
  readonly scale: TimeScale;
  readonly errors: readonly Mark[];
  readonly changes: readonly Mark[];
}

function draw(
  context: CanvasRenderingContext2D,
  { minimap, scale, errors, changes }: Drawing,
  colours: Palette,
): void {
  context.fillStyle = colour(colours, 'line-2');
  context.fillRect(0, BAND_TOP_PX, scale.widthPx, BAND_PX);
  if (minimap) {
    drawBands(context, minimap, scale.widthPx, colours);
    drawActivity(context, minimap, scale.widthPx, colours);
  }
  const middle = BAND_TOP_PX + BAND_PX / 2;
  for (const { x } of visibleMarks(changes, scale, MARK_GAP_PX)) {
    paintDiamond(context, within(x, scale), middle);
    context.fillStyle = colour(colours, 'file');
    context.fill();
    context.strokeStyle = colour(colours, 'surface');
    context.lineWidth = 1.25;
    context.stroke();
  }
  for (const isRecovered of [true, false])
    for (const { x } of visibleMarks(
      errors.filter((mark) => mark.isRecovered === isRecovered),
      scale,
      MARK_GAP_PX,
    ))
      paintDot(context, within(x, scale), BAND_TOP_PX - 4, colours, isRecovered);
}

/** What was busy in a bin, the model before the tools, as strong as it was busy. */
function drawBands(
  context: CanvasRenderingContext2D,
  minimap: Minimap,
  width: number,
  colours: Palette,
): void {
  for (let bin = 0; bin < minimap.bins; bin++) {
    const [model, tool] = [minimap.model[bin] ?? 0, minimap.tool[bin] ?? 0];
    const busy = Math.max(model, tool);
    if (busy === 0) continue;
    const x = Math.floor((bin / minimap.bins) * width);
    const end = Math.floor(((bin + 1) / minimap.bins) * width);
    context.globalAlpha = 0.3 + 0.7 * busy;
    context.fillStyle = colour(colours, model >= tool ? 'call' : 'tool');
    context.fillRect(x, BAND_TOP_PX, Math.max(1, end - x), BAND_PX);
  }
  context.globalAlpha = 1;
}

function drawActivity(
  context: CanvasRenderingContext2D,
  { bins, moments, maxMoments }: Minimap,
  width: number,
  colours: Palette,
): void {
  context.fillStyle = colour(colours, 'activity');
  const bars = Math.max(1, Math.floor(width / ACTIVITY_BAR_PX));
  for (let bar = 0; bar < bars; bar++) {
    let most = 0;
    const end = Math.max(Math.floor(((bar + 1) / bars) * bins), Math.floor((bar / bars) * bins) + 1);
    for (let bin = Math.floor((bar / bars) * bins); bin < end; bin++)
      most = Math.max(most, moments[bin] ?? 0);
    if (most === 0) continue;
    const high = Math.max(2, Math.round(ACTIVITY_PX * Math.sqrt(most / Math.max(1, maxMoments))));
    context.fillRect(bar * ACTIVITY_BAR_PX, BAND_TOP_PX + BAND_PX + 2, ACTIVITY_BAR_PX - 1, high);
  }
}

/** A mark at an end is whole. */
function within(x: number, scale: TimeScale): number {
  return Math.min(Math.max(x, 5), scale.widthPx - 5);
}
