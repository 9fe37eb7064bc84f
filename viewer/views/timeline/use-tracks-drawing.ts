// What the dock's two canvases show, gathered from the signals that hold it, and the scale kept as wide as
// their place. Leaves the drawing to others.
import { useComputed } from '@preact/signals';
import type { RefObject } from 'preact';
import { spanKinds } from '../../../shared/span.ts';
import { statusAt } from '../../../shared/trace-columns.ts';
import { formOf } from '../../model/timeline/span-oddities.ts';
import { spanTrackOf } from '../../model/timeline/span-tracks.ts';
import { withWidth } from '../../model/timeline/time-scale.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import type { Timeline } from '../../state/timeline/timeline.ts';
import type { Palette } from '../parts/canvas.ts';
import { useSize } from '../parts/use-size.ts';
import { barLabels } from './bar-labels.ts';
import { drawRuler } from './draw-ruler.ts';
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

type Draw = (context: CanvasRenderingContext2D, colours: Palette) => void;

export function useTracksDrawing(
  session: CellSession,
  { timeline, overview, compressed }: Dock,
): { readonly ruler: Draw; readonly tracks: Draw } {
  const labels = useComputed(() => barLabels(session));
  return {
    ruler(context, colours) {
      const scale = timeline.scale.value;
      drawRuler(
        context,
        { scale, markers: overview.markers.value, hits: session.search.hits.value },
        colours,
      );
    },
    tracks(context, colours) {
      const columns = session.trace.value?.columns;
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
        trackOfRow: (row) => spanTrackOf(spanKinds[columns?.kind[row] ?? -1] ?? 'other'),
        ...labels.value,
      };
      drawTracks(context, drawing, colours);
    },
  };
}
