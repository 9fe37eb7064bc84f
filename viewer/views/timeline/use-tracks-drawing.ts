// Keeps the dock's two canvases true: drawn again when anything that they show has changed, at most once a
// frame, and as wide as their place. It gathers what there is to draw and leaves the drawing to others.
import { useComputed, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { spanKinds } from '../../../shared/span.ts';
import { statusAt } from '../../../shared/trace-columns.ts';
import { laneOf } from '../../model/timeline/lanes.ts';
import { formOf } from '../../model/timeline/span-oddities.ts';
import { withWidth } from '../../model/timeline/time-scale.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { themeEpoch } from '../../state/page/settings.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import type { DockTrack, Timeline } from '../../state/timeline/timeline.ts';
import { useDrawing } from '../parts/use-drawing.ts';
import { useSize } from '../parts/use-size.ts';
import { barLabels } from './bar-labels.ts';
import { prepare, readPalette } from './canvas.ts';
import { drawRuler, RULER_PX } from './draw-ruler.ts';
import { type Drawing, drawTracks } from './draw-tracks.ts';

/** Keeps the scale as wide as the plot. */
export function useWidth(plot: RefObject<HTMLDivElement | null>, timeline: Timeline): void {
  useSize(
    () => plot.current,
    (element) => {
      timeline.scale.value = withWidth(timeline.scale.peek(), Math.max(1, element.clientWidth));
    },
    [timeline],
  );
}

export function useTracksDrawing(
  session: CellSession,
  { timeline, overview, compressed }: Dock,
  ruler: RefObject<HTMLCanvasElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
): void {
  const fontsReady = useSignal(false);
  useLayoutEffect(() => {
    void document.fonts.ready.then(() => {
      fontsReady.value = true;
    });
  }, []);
  const labels = useComputed(() => barLabels(session));
  const colours = useComputed(() => {
    void themeEpoch.value;
    return readPalette();
  });
  useDrawing(() => {
    void fontsReady.value;
    const scale = timeline.scale.value;
    const context = ruler.current && prepare(ruler.current, scale.widthPx, RULER_PX);
    const drawing = { scale, markers: overview.markers.value, hits: session.search.hits.value };
    if (context) drawRuler(context, drawing, colours.value);
  });
  useDrawing(() => {
    void fontsReady.value;
    const trace = session.trace.value;
    const columns = trace?.columns;
    const drawing: Drawing = {
      tracks: timeline.tracks.value,
      scale: timeline.scale.value,
      errors: timeline.errors.value,
      changes: session.changeMarks.value,
      scores: overview.scores.value,
      firstChunkNs: session.firstChunkNs.value,
      terminalNs: session.terminal.film.value?.eventNs ?? null,
      gaps: compressed.value ? (overview.idle.value?.gaps ?? []) : [],
      failed: (row) => (columns ? statusAt(columns, row) === 'error' : false),
      form: (row) => (columns ? formOf(columns, row) : 0),
      laneOfRow: (row) => laneOf(spanKinds[columns?.kind[row] ?? -1] ?? 'other'),
      ...labels.value,
    };
    const context =
      canvas.current && prepare(canvas.current, drawing.scale.widthPx, heightOf(drawing.tracks));
    if (context) drawTracks(context, drawing, colours.value);
  });
}

/** Pixels of all tracks together. */
export function heightOf(tracks: readonly DockTrack[]): number {
  return tracks.reduce((sum, track) => sum + track.height, 0);
}
