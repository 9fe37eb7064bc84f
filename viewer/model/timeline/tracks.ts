// The geometry of the timeline: which tracks there are, how high each is, and where each stands below the ruler.
// All pixels are CSS pixels from the top of the tracks unless said otherwise. Does not know time and colours.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { startsFolded, startsIn } from './lane-density.ts';
import type { Lane, LaneId } from './lanes.ts';

export interface TimelineTrack {
  readonly id: LaneId | 'files' | 'terminal';
  readonly label: string;
  readonly lane: Lane | null;
  readonly y: number;
  readonly height: number;
  /** Height of one line of bars. */
  readonly barHeight: number;
  /** Pixels from one line of bars to the next. */
  readonly pitch: number;
  /** What stands there instead of bars; null where there is something to draw. */
  readonly missing: string | null;
  /** Whether it shows all that lies below its spans; null where nothing does. */
  readonly opened: boolean | null;
  /** Of a folded track, when its spans began; it then shows how many, and no bar. */
  readonly density: Float64Array | null;
}

/** What a cell has to show. */
export interface TrackSources {
  readonly columns: TraceColumns | null;
  readonly lanes: readonly Lane[];
  /** Children of each row. */
  readonly childCount: Uint32Array | null;
  readonly hasChanges: boolean;
  readonly hasTerminal: boolean;
  /** The lane itself, or, where it is opened, one with all that lies below its spans. */
  laneShown(lane: Lane): Lane;
}

/** Height of the ruler above the tracks. */
export const RULER_PX = 26;
const TRACK_HEIGHT_PX = 30;
const BAR_HEIGHT_PX = 18;
const OPEN_BAR_PX = 14;
/** On a phone what the model did and what the tools did, or the run where neither is known. */
const COMPACT_IDS: readonly string[] = ['model', 'tool'];
const COMPACT_TRACKS = 2;

/** @param compact two tracks at most */
export function layTracks(sources: TrackSources, compact: boolean): TimelineTrack[] {
  const all = listTracks(sources);
  if (!compact) return stack(all);
  const few = all.filter((track) => COMPACT_IDS.includes(track.id) && track.missing === null);
  const run = all.filter((track) => track.id === 'run');
  return stack([...(few.length < COMPACT_TRACKS ? run : []), ...few].slice(0, COMPACT_TRACKS));
}

/** Pixels of all tracks together. */
export function tracksHeight(tracks: readonly TimelineTrack[]): number {
  return tracks.reduce((sum, track) => sum + track.height, 0);
}

/** Pixels from a track's top to its first line of bars. */
export function barTop(track: TimelineTrack): number {
  const lines = Math.max(1, track.lane?.subLanes.length ?? 1);
  return (track.height - (lines * track.pitch - (track.pitch - track.barHeight))) / 2;
}

/** The line of bars at this height, the nearest one above and below them. @param y from the top of the tracks */
export function lineAt(track: TimelineTrack, y: number): number {
  const line = Math.floor((y - track.y - barTop(track)) / track.pitch);
  return Math.max(0, Math.min((track.lane?.subLanes.length ?? 0) - 1, line));
}

type Unplaced = Omit<TimelineTrack, 'y'>;

function listTracks(sources: TrackSources): Unplaced[] {
  const out: Unplaced[] = [];
  for (const lane of sources.lanes) {
    if (lane.id === 'verify') out.push(...eventTracks(sources));
    if (lane.count > 0) {
      const shown = sources.laneShown(lane);
      const isOpen = shown !== lane;
      if (!isOpen && startsFolded(lane)) out.push(foldedTrack(lane, sources.columns));
      else {
        const canOpen = isOpen || startsFolded(lane) || hasChildren(lane, sources.childCount);
        out.push(laneTrack(shown, null, canOpen ? isOpen : null));
      }
    } else if (lane.id === 'model') out.push(laneTrack(lane, 'not recorded', null));
  }
  return out;
}

function hasChildren(lane: Lane, childCount: Uint32Array | null): boolean {
  return lane.subLanes.some((line) => line.rows.some((row) => (childCount?.[row] ?? 0) > 0));
}

function foldedTrack(lane: Lane, columns: TraceColumns | null): Unplaced {
  const density = columns && startsIn(lane.id, columns);
  // No bars to meet, so none are packed.
  const bare: Lane = { id: lane.id, label: lane.label, count: lane.count, subLanes: [] };
  return { ...emptyTrack, id: lane.id, label: lane.label, lane: bare, opened: false, density };
}

const emptyTrack = {
  lane: null,
  height: TRACK_HEIGHT_PX,
  barHeight: BAR_HEIGHT_PX,
  pitch: TRACK_HEIGHT_PX,
  missing: null,
  opened: null,
  density: null,
};

function laneTrack(lane: Lane, missing: string | null, opened: boolean | null): Unplaced {
  const lines = Math.max(1, lane.subLanes.length);
  const closedHeight = lines === 1 ? BAR_HEIGHT_PX : lines === 2 ? 15 : lines === 3 ? 13 : 9;
  const barHeight = opened && lines > 1 ? OPEN_BAR_PX : closedHeight;
  const pitch = barHeight + (!opened && lines > 3 ? 1 : 2);
  const height = Math.max(TRACK_HEIGHT_PX, pitch * lines + 8);
  return { id: lane.id, label: lane.label, lane, height, barHeight, pitch, missing, opened, density: null };
}

/** Files and terminal: tracks of moments, not of spans. */
function eventTracks({ hasChanges, hasTerminal }: TrackSources): Unplaced[] {
  const missing = hasTerminal ? null : 'not recorded';
  const terminal: Unplaced = { ...emptyTrack, id: 'terminal', label: 'Terminal', missing };
  return hasChanges ? [{ ...emptyTrack, id: 'files', label: 'Files' }, terminal] : [terminal];
}

function stack(tracks: readonly Unplaced[]): TimelineTrack[] {
  let y = 0;
  return tracks.map((track) => {
    const placed = { ...track, y };
    y += track.height;
    return placed;
  });
}
