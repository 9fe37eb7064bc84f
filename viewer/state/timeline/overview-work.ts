// The work behind run-overview: from the tracks that are here to the idle map, the named moments and the
// strip. Loaded when the page is at rest, since no first sight needs it; it keeps nothing.

import { eventMoments } from '../../model/actors/moments.ts';
import { activityTimes, buildIdleMap, isWorthCompressing } from '../../model/timeline/idle-gaps.ts';
import type { IdleMap } from '../../model/timeline/idle-map.ts';
import { buildMarkers, type Marker } from '../../model/timeline/markers.ts';
import { buildMinimap, type Minimap } from '../../model/timeline/minimap.ts';
import { smartMap } from '../../model/timeline/smart-speed.ts';
import { nsOfIso, offsetNs } from '../../model/trace/offset.ts';
import type { CellSession } from '../cell/cell-session.ts';

/** A moment at which scores came. */
export interface ScoreMoment {
  readonly tNs: number;
  /** "pass_rate, composite" */
  readonly label: string;
}

/** One bin for every two or three pixels of a wide screen. */
const MINIMAP_BINS = 480;

/** The idle map where compressing pays, else null; and the strip, null without a trace. */
export function mapRun(session: CellSession): { idle: IdleMap | null; minimap: Minimap | null } {
  const columns = session.trace.peek()?.columns ?? null;
  const lengthNs = session.playback.lengthNs.peek();
  const others = [
    session.terminal.film.peek()?.eventNs ?? [],
    session.changeMarks.peek().map((mark) => mark.tNs),
  ];
  const map = buildIdleMap(activityTimes(columns, others), lengthNs);
  return {
    // Without its spans a run would seem idle from end to end.
    idle: columns && isWorthCompressing(map) ? map : null,
    minimap: columns
      ? buildMinimap({ ...columns, lengthNs }, MINIMAP_BINS, {
          otherNs: others,
          errors: session.trace.peek()?.errors ?? [],
          folded: session.playback.folded.peek(),
        })
      : null,
  };
}

/** Shorter runs are watched as they were. */
const SMART_FROM_NS = 60e9;

/** The named moments of the run, verdicts among them; and how smart speed plays it, null where that saves nothing. */
export function nameMoments(session: CellSession): {
  markers: Marker[];
  scores: ScoreMoment[];
  smart: IdleMap | null;
} {
  const scores = scoreMoments(session);
  const lengthNs = session.playback.lengthNs.peek();
  const recorded = session.terminal.facts.peek()?.markers ?? [];
  const entries = session.transcript.peek();
  const smart =
    entries.length > 0 && lengthNs >= SMART_FROM_NS ? smartMap(eventMoments(entries), lengthNs) : null;
  return { scores, smart, markers: buildMarkers(entries, recorded, scores, [], lengthNs) };
}

/** Scores that came while the run was on the clock, those of one moment together. */
function scoreMoments(session: CellSession): ScoreMoment[] {
  const columns = session.trace.peek()?.columns;
  const lengthNs = session.playback.lengthNs.peek();
  if (!columns || columns.count === 0) return [];
  const axesAt = new Map<number, string[]>();
  for (const { axis, scored_at: at } of session.detail.peek()?.scores ?? []) {
    if (at === undefined) continue;
    const tNs = offsetNs(nsOfIso(at), columns.startNs);
    if (!(tNs >= 0 && tNs <= lengthNs)) continue;
    const axes = axesAt.get(tNs);
    if (axes) axes.push(axis);
    else axesAt.set(tNs, [axis]);
  }
  return [...axesAt].map(([tNs, axes]) => ({ tNs, label: axes.join(', ') })).sort((a, b) => a.tNs - b.tNs);
}
