// What lies under a point of the timeline: a mark, a bar, or a moment alone. Pure reading of its geometry.
// Does not act on what it finds.

import type { Marker } from './markers.ts';
import { rowAtPoint } from './span-tracks.ts';
import { nsAt, pxAt, type TimeScale } from './time-scale.ts';
import { type Mark, visibleMarks } from './track-marks.ts';
import { barRowAt, barTop, RULER_PX, type TimelineTrack } from './tracks.ts';

/** Pixels from the upper left corner of the ruler. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is drawn, and at which scale. */
export interface HitSurface {
  readonly scale: TimeScale;
  readonly tracks: readonly TimelineTrack[];
  /** Errors of each track, in order of time. */
  readonly errors: ReadonlyMap<string, readonly Mark[]>;
  readonly changes: readonly Mark[];
  readonly scores: readonly { readonly tNs: number; readonly label: string }[];
  readonly markers: readonly Marker[];
}

export interface Hit {
  readonly tNs: number;
  /** The span meant, -1 for none. */
  readonly row: number;
  readonly mark:
    | (Pick<Mark, 'tNs' | 'row' | 'label'> & { readonly kind: Mark['kind'] | 'score' | 'marker' })
    | null;
}

const MARK_REACH_PX = 4;
const MARKER_REACH_PX = 5;
/** Errors and verdicts are drawn on a track's upper edge and reach this far into its bars. */
const EDGE_DEPTH_PX = 6;

/** The named moment near a point of the ruler, or null. */
export function markerNear({ markers, scale }: HitSurface, x: number): Marker | null {
  return markers.find((one) => Math.abs(pxAt(scale, one.tNs) - x) <= MARKER_REACH_PX) ?? null;
}

/** On the ruler a named moment is met, and no bar. */
export function hitTestRuler(surface: HitSurface, x: number): Hit {
  const marker = markerNear(surface, x);
  const tNs = marker?.tNs ?? nsAt(surface.scale, x);
  return { tNs, row: -1, mark: marker && { tNs, row: -1, label: marker.label, kind: 'marker' } };
}

/** @param slackPx how far beside a bar or mark the pointer may be */
export function hitTest(surface: HitSurface, at: Point, slackPx: number): Hit {
  const { scale } = surface;
  const y = at.y - RULER_PX;
  const track = surface.tracks.find((one) => y >= one.y && y < one.y + one.height);
  if (!track) return { tNs: nsAt(scale, at.x), row: -1, mark: null };
  const reach = MARK_REACH_PX + slackPx;
  const isNear = ({ tNs }: { readonly tNs: number }) => Math.abs(pxAt(scale, tNs) - at.x) <= reach;
  const onEdge = y - track.y < barTop(track) + EDGE_DEPTH_PX;
  const score = track.id === 'verify' && onEdge ? surface.scores.find(isNear) : undefined;
  if (score) return { tNs: score.tNs, row: -1, mark: { ...score, row: -1, kind: 'score' } };
  const marks = visibleMarks(marksOf(surface, track, onEdge), scale, 1);
  const mark = marks.find((visible) => isNear(visible.mark))?.mark;
  if (mark) return { tNs: mark.tNs, row: mark.row, mark };
  const hasBars = track.spans !== null && track.spans.count > 0;
  const row = hasBars ? rowAtPoint(track.spans, scale, at.x, barRowAt(track, y), slackPx) : -1;
  return { tNs: nsAt(scale, at.x), row, mark: null };
}

/** Changes have a track of their own; errors are on their track's upper edge. */
function marksOf(surface: HitSurface, track: TimelineTrack, onEdge: boolean): readonly Mark[] {
  if (track.id === 'files') return surface.changes;
  if (!onEdge || track.opened || track.id === 'terminal') return [];
  return surface.errors.get(track.id) ?? [];
}
