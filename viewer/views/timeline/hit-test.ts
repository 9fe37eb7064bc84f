// What lies under a point of the tracks: a mark, a bar, or a moment alone. Pure reading of the timeline's
// state; it refuses to act on what it finds.
import { rowAtPoint } from '../../model/timeline/lanes.ts';
import type { Marker } from '../../model/timeline/markers.ts';
import { nsAt, pxAt, type TimeScale } from '../../model/timeline/time-scale.ts';
import { type Mark, visibleMarks } from '../../model/timeline/track-marks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import type { DockTrack, Timeline } from '../../state/timeline/timeline.ts';
import { barTop } from './draw-bars.ts';
import { RULER_PX } from './draw-ruler.ts';

/** Pixels from the plot's upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Aim {
  readonly tNs: number;
  /** The span meant, -1 for none. */
  readonly row: number;
  readonly mark:
    | (Pick<Mark, 'tNs' | 'row' | 'label'> & { readonly kind: Mark['kind'] | 'score' | 'marker' })
    | null;
}

const MARK_REACH_PX = 4;

const MARKER_REACH_PX = 5;

/** The named moment that a point of the ruler all but meets, or null. */
export function markerNear({ timeline, overview }: Dock, x: number): Marker | null {
  const scale = timeline.scale.peek();
  return overview.markers.peek().find((one) => Math.abs(pxAt(scale, one.tNs) - x) <= MARKER_REACH_PX) ?? null;
}

/** @param slackPx how far beside a bar the hand may be */
export function aimAt(session: CellSession, { timeline, overview }: Dock, at: Point, slackPx: number): Aim {
  const scale = timeline.scale.peek();
  const track = trackAt(timeline, at.y);
  const score =
    track?.id === 'verify' && onEdge(track, at) ? nearest(overview.scores.peek(), scale, at, slackPx) : null;
  if (score) return { tNs: score.tNs, row: -1, mark: { ...score, row: -1, kind: 'score' } };
  const mark = track && markAt(session, timeline, track, at, slackPx);
  if (mark) return { tNs: mark.tNs, row: mark.row, mark };
  return { tNs: nsAt(scale, at.x), row: track ? barAt(track, scale, at, slackPx) : -1, mark: null };
}

function trackAt(timeline: Timeline, y: number): DockTrack | null {
  const inTracks = y - RULER_PX;
  return (
    timeline.tracks.peek().find((track) => inTracks >= track.y && inTracks < track.y + track.height) ?? null
  );
}

function barAt(track: DockTrack, scale: TimeScale, at: Point, slackPx: number): number {
  if (!track.lane || track.lane.count === 0) return -1;
  const line = Math.floor((at.y - RULER_PX - track.y - barTop(track)) / track.pitch);
  const subLane = Math.max(0, Math.min(track.lane.subLanes.length - 1, line));
  return rowAtPoint(track.lane, scale, at.x, subLane, slackPx);
}

function markAt(
  session: CellSession,
  timeline: Timeline,
  track: DockTrack,
  at: Point,
  slackPx: number,
): Mark | null {
  const scale = timeline.scale.peek();
  const reach = MARK_REACH_PX + slackPx;
  const near = visibleMarks(marksOf(session, timeline, track, at), scale, 1).find(
    ({ mark }) => Math.abs(pxAt(scale, mark.tNs) - at.x) <= reach,
  );
  return near?.mark ?? null;
}

/** Changes have a track of their own; errors stand on their track's upper edge. */
function marksOf(session: CellSession, timeline: Timeline, track: DockTrack, at: Point): readonly Mark[] {
  if (track.id === 'files') return session.changeMarks.peek();
  if (!onEdge(track, at) || track.opened || track.id === 'terminal') return [];
  return timeline.errors.peek().get(track.id) ?? [];
}

function onEdge(track: DockTrack, at: Point): boolean {
  return at.y - RULER_PX - track.y < barTop(track) + 6;
}

function nearest<T extends { readonly tNs: number }>(
  moments: readonly T[],
  scale: TimeScale,
  at: Point,
  slackPx: number,
): T | null {
  return moments.find(({ tNs }) => Math.abs(pxAt(scale, tNs) - at.x) <= MARK_REACH_PX + slackPx) ?? null;
}
