// The dock's geometry as state: which tracks there are, how high each is, and which stretch of time is
// in sight. It refuses to draw; views/timeline-canvas does.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Lane, LaneId } from '../model/lanes.ts';
import { createScale, reveal, type TimeScale, withLength } from '../model/time-scale.ts';
import type { CellSession } from './cell-session.ts';

export interface DockTrack {
  readonly id: LaneId | 'files' | 'terminal';
  readonly label: string;
  readonly lane: Lane | null;
  /** Pixels from the top of the tracks. */
  readonly y: number;
  readonly height: number;
  /** Height of one line of bars. */
  readonly barHeight: number;
  /** Pixels from one line of bars to the next. */
  readonly pitch: number;
  /** What stands there instead of bars; null where there is something to draw. */
  readonly missing: string | null;
}

export interface Timeline {
  readonly tracks: ReadonlySignal<readonly DockTrack[]>;
  readonly scale: Signal<TimeScale>;
  /** Keeps the scale's length true and the playhead in sight. Runs until disposed. */
  follow(): () => void;
}

export const TRACK_HEIGHT_PX = 30;
const BAR_HEIGHT_PX = 18;
// Two tracks on a phone: what the model did and what the tools did, or the run where neither is known.
const COMPACT_IDS: readonly string[] = ['model', 'tool'];

export function createTimeline(session: CellSession, compact: ReadonlySignal<boolean>): Timeline {
  const scale = signal(createScale(0, 1));
  const tracks = computed(() => {
    const all = listTracks(session);
    if (!compact.value) return stack(all);
    const few = all.filter((track) => COMPACT_IDS.includes(track.id) && track.missing === null);
    const run = all.filter((track) => track.id === 'run');
    return stack([...(few.length < 2 ? run : []), ...few].slice(0, 2));
  });
  return {
    tracks,
    scale,
    follow() {
      const stopLength = session.playback.lengthNs.subscribe((lengthNs) => {
        scale.value = withLength(scale.peek(), lengthNs);
      });
      const stopReveal = session.playback.positionNs.subscribe((tNs) => {
        scale.value = reveal(scale.peek(), tNs);
      });
      return () => {
        stopLength();
        stopReveal();
      };
    },
  };
}

type Unplaced = Omit<DockTrack, 'y'>;

function listTracks(session: CellSession): Unplaced[] {
  const lanes = session.trace.value?.lanes ?? [];
  const out: Unplaced[] = [];
  for (const lane of lanes) {
    if (lane.id === 'verify') out.push(...eventTracks(session));
    if (lane.count > 0) out.push(laneTrack(lane, null));
    else if (lane.id === 'model') out.push(laneTrack(lane, 'not recorded'));
  }
  return out;
}

function laneTrack(lane: Lane, missing: string | null): Unplaced {
  const lines = Math.max(1, lane.subLanes.length);
  const barHeight = lines === 1 ? BAR_HEIGHT_PX : lines === 2 ? 15 : lines === 3 ? 13 : 9;
  const pitch = barHeight + (lines > 3 ? 1 : 2);
  const height = Math.max(TRACK_HEIGHT_PX, pitch * lines + 8);
  return { id: lane.id, label: lane.label, lane, height, barHeight, pitch, missing };
}

/** Files and terminal: tracks of moments, not of spans. */
function eventTracks(session: CellSession): Unplaced[] {
  const row = { lane: null, height: TRACK_HEIGHT_PX, barHeight: BAR_HEIGHT_PX, pitch: TRACK_HEIGHT_PX };
  const out: Unplaced[] = [];
  if (session.changeMarks.value.length > 0) out.push({ ...row, id: 'files', label: 'Files', missing: null });
  const has = session.detail.value?.hasTerminal === true;
  out.push({ ...row, id: 'terminal', label: 'Terminal', missing: has ? null : 'not recorded' });
  return out;
}

function stack(tracks: readonly Unplaced[]): DockTrack[] {
  let y = 0;
  return tracks.map((track) => {
    const placed = { ...track, y };
    y += track.height;
    return placed;
  });
}
