// The geometry of the timeline: which tracks there are, how high each is, and where each stands below the ruler.
// All pixels are CSS pixels from the top of the tracks unless said otherwise. Does not know time and colours.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { actorOfTrack, isKindTrack, type SpanTrack } from './span-tracks.ts';
import { startsFolded, startsIn } from './track-density.ts';

export interface TimelineTrack {
  readonly id: SpanTrack['id'] | 'files' | 'terminal';
  readonly label: string;
  readonly spans: SpanTrack | null;
  readonly y: number;
  readonly height: number;
  /** Height of one row of bars. */
  readonly barHeight: number;
  /** Pixels from one row of bars to the next. */
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
  readonly tracks: readonly SpanTrack[];
  /** Lanes of the actors, where more than one acts: they stand for the tracks of calls, tools and steps. */
  readonly lanes: readonly SpanTrack[];
  /** Children of each row. */
  readonly childCount: Uint32Array | null;
  readonly hasChanges: boolean;
  readonly hasTerminal: boolean;
  /** The track itself, or, where it is opened, one with all that lies below its spans. */
  trackShown(track: SpanTrack): SpanTrack;
}

/** Height of the ruler above the tracks. */
export const RULER_PX = 26;
const TRACK_HEIGHT_PX = 30;
const BAR_HEIGHT_PX = 18;
const OPEN_BAR_PX = 14;
/** On a phone what the model did and what the tools did, or the run where neither is known. */
const COMPACT_IDS: readonly string[] = ['model', 'tool'];
const COMPACT_TRACKS = 2;
/** What the lanes of actors show, each its own. */
const LANED_IDS: readonly string[] = ['model', 'tool', 'step'];
const PINNED_IDS: readonly string[] = ['files', 'verify'];

/** @param compact two tracks at most */
export function layTracks(sources: TrackSources, compact: boolean): TimelineTrack[] {
  const all = listTracks(compact ? { ...sources, lanes: [] } : sources);
  if (!compact) return stack(all);
  const few = all.filter((track) => COMPACT_IDS.includes(track.id) && track.missing === null);
  const run = all.filter((track) => track.id === 'run');
  return stack([...(few.length < COMPACT_TRACKS ? run : []), ...few].slice(0, COMPACT_TRACKS));
}

/** Pixels of all tracks together. */
export function tracksHeight(tracks: readonly TimelineTrack[]): number {
  return tracks.reduce((sum, track) => sum + track.height, 0);
}

/** Pixels from a track's top to its first row of bars. */
export function barTop(track: TimelineTrack): number {
  const count = Math.max(1, track.spans?.barRows.length ?? 1);
  return (track.height - (count * track.pitch - (track.pitch - track.barHeight))) / 2;
}

/** The row of bars at this height, the nearest one above and below them. @param y from the top of the tracks */
export function barRowAt(track: TimelineTrack, y: number): number {
  const barRow = Math.floor((y - track.y - barTop(track)) / track.pitch);
  return Math.max(0, Math.min((track.spans?.barRows.length ?? 0) - 1, barRow));
}

type Unplaced = Omit<TimelineTrack, 'y'>;

function listTracks(sources: TrackSources): Unplaced[] {
  const out: Unplaced[] = [];
  const lanes = sources.lanes.map((lane): Unplaced => ({ ...layBars(lane, null, null), ...laneSizes }));
  for (const track of sources.tracks) {
    if (lanes.length > 0 && LANED_IDS.includes(track.id)) {
      if (track.id === 'model') out.push(...lanes);
      continue;
    }
    if (track.id === 'verify') out.push(...eventTracks(sources));
    if (track.count > 0) {
      const shown = sources.trackShown(track);
      const isOpen = shown !== track;
      if (!isOpen && startsFolded(track)) out.push(foldedTrack(track, sources.columns));
      else {
        const canOpen = isOpen || startsFolded(track) || hasChildren(track, sources.childCount);
        out.push(layBars(shown, null, canOpen ? isOpen : null));
      }
    } else if (track.id === 'model') out.push(layBars(track, 'not recorded', null));
  }
  return lanes.length > 0 ? pinned(out) : out;
}

/** An actor's calls over its tools, with its life between. */
const laneSizes = { height: 32, barHeight: 11, pitch: 14 };

/** What was judged and changed comes first where lanes may push it out of sight. */
function pinned(tracks: readonly Unplaced[]): Unplaced[] {
  const first = PINNED_IDS.flatMap((id) => tracks.filter((track) => track.id === id));
  const lanes = tracks.filter(({ id }) => actorOfTrack(id) !== null);
  return [...new Set([...first, ...lanes, ...tracks])];
}

function hasChildren(track: SpanTrack, childCount: Uint32Array | null): boolean {
  return track.barRows.some((barRow) => barRow.rows.some((row) => (childCount?.[row] ?? 0) > 0));
}

function foldedTrack(track: SpanTrack, columns: TraceColumns | null): Unplaced {
  const density = columns && isKindTrack(track.id) ? startsIn(track.id, columns) : null;
  // No bars to meet, so none are packed.
  const bare: SpanTrack = { id: track.id, label: track.label, count: track.count, barRows: [] };
  return { ...emptyTrack, id: track.id, label: track.label, spans: bare, opened: false, density };
}

const emptyTrack = {
  spans: null,
  height: TRACK_HEIGHT_PX,
  barHeight: BAR_HEIGHT_PX,
  pitch: TRACK_HEIGHT_PX,
  missing: null,
  opened: null,
  density: null,
};

function layBars(track: SpanTrack, missing: string | null, opened: boolean | null): Unplaced {
  const count = Math.max(1, track.barRows.length);
  const closedHeight = count === 1 ? BAR_HEIGHT_PX : count === 2 ? 15 : count === 3 ? 13 : 9;
  const barHeight = opened && count > 1 ? OPEN_BAR_PX : closedHeight;
  const pitch = barHeight + (!opened && count > 3 ? 1 : 2);
  const height = Math.max(TRACK_HEIGHT_PX, pitch * count + 8);
  return {
    id: track.id,
    label: track.label,
    spans: track,
    height,
    barHeight,
    pitch,
    missing,
    opened,
    density: null,
  };
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
