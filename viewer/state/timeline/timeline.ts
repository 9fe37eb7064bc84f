// The dock's geometry as state: which tracks there are and which are opened, how high each is, which
// stretch of time is in sight and which is chosen. It refuses to draw; views/timeline/canvas does.
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import { openLane } from '../../model/timeline/depth-lanes.ts';
import { startsFolded, startsIn } from '../../model/timeline/lane-density.ts';
import type { Lane, LaneId } from '../../model/timeline/lanes.ts';
import { type DragState, dragStep, noSelection, type TimeWindow } from '../../model/timeline/selection.ts';
import {
  createScale,
  fit as fitScale,
  isFitted,
  reveal,
  showWindow,
  type TimeScale,
  withLength,
  zoomAt,
} from '../../model/timeline/time-scale.ts';
import type { Mark } from '../../model/timeline/track-marks.ts';
import type { CellSession } from '../cell/cell-session.ts';
import type { PlaybackSession } from '../cell/playback-session.ts';
import type { CellTrace } from '../trace/cell-trace.ts';

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
  /** Whether it shows all that lies below its spans; null where nothing does. */
  readonly opened: boolean | null;
  /** Of a folded track, when its spans began; it then shows how many, and no bar. */
  readonly density: Float64Array | null;
}

export interface Timeline {
  readonly tracks: ReadonlySignal<readonly DockTrack[]>;
  readonly scale: Signal<TimeScale>;
  /** Errors of each track, in order of time. */
  readonly errors: ReadonlySignal<ReadonlyMap<LaneId, readonly Mark[]>>;
  readonly opened: ReadonlySignal<ReadonlySet<string>>;
  /** The one drag surface: the window chosen, and the hand on it. */
  readonly drag: ReadonlySignal<DragState>;
  /** Opens or closes a track; one that cannot be opened stays as it is. */
  toggleTrack(id: string): void;
  /** Chooses a window, which then plays over and over; null ends it. */
  setWindow(window: TimeWindow | null): void;
  /** Takes the surface's next state. */
  setDrag(state: DragState): void;
  /** Zooms at the playhead where it is in sight, else in the middle. */
  zoomBy(factor: number): void;
  /** The window where one is chosen and not yet in sight alone, else the whole run. */
  fit(): void;
  /** Keeps the scale's length true and the playhead in sight. Runs until disposed. */
  follow(): () => void;
}

const TRACK_HEIGHT_PX = 30;
const BAR_HEIGHT_PX = 18;
const OPEN_BAR_PX = 14;
/** Where the playhead enters when playing turns the page. */
const PAGE_LEAD = 0.08;
// Two tracks on a phone: what the model did and what the tools did, or the run where neither is known.
const COMPACT_IDS: readonly string[] = ['model', 'tool'];

export function createTimeline(
  session: CellSession,
  playback: PlaybackSession,
  compact: ReadonlySignal<boolean>,
): Timeline {
  const scale = signal(createScale(0, 1));
  const opened = signal<ReadonlySet<string>>(new Set());
  const drag = signal<DragState>(noSelection);
  const openLanes = new WeakMap<Lane, Lane>();
  const laneShown = (lane: Lane): Lane => {
    const trace = session.trace.peek();
    if (!trace || !opened.value.has(lane.id)) return lane;
    const known = openLanes.get(lane);
    if (known) return known;
    const open = openLane(lane, trace.columns, trace.tree);
    openLanes.set(lane, open);
    return open;
  };
  const tracks = computed(() => {
    const all = listTracks(session, laneShown);
    if (!compact.value) return stack(all);
    const few = all.filter((track) => COMPACT_IDS.includes(track.id) && track.missing === null);
    const run = all.filter((track) => track.id === 'run');
    return stack([...(few.length < 2 ? run : []), ...few].slice(0, 2));
  });
  const setDrag = (next: DragState) => {
    if (next === drag.peek()) return;
    drag.value = next;
    playback.setLoop(next.window);
  };
  return {
    tracks,
    scale,
    opened,
    drag,
    errors: computed(() => byLane(session.trace.value?.errors ?? [])),
    toggleTrack(id) {
      const track = tracks.peek().find((one) => one.id === id);
      if (track?.opened === null) return;
      const next = new Set(opened.peek());
      if (!next.delete(id)) next.add(id);
      opened.value = next;
    },
    setDrag,
    setWindow(window) {
      setDrag(dragStep(drag.peek(), { type: 'set', window }, scale.peek()).state);
    },
    zoomBy(factor) {
      const now = scale.peek();
      const tNs = playback.positionNs.peek();
      const share = (tNs - now.fromNs) / (now.toNs - now.fromNs);
      scale.value = zoomAt(now, now.widthPx * (share >= 0 && share <= 1 ? share : 0.5), factor);
    },
    fit() {
      const now = scale.peek();
      const window = drag.peek().window;
      const shown = window && showWindow(now, window.fromNs, window.toNs);
      const already = shown?.fromNs === now.fromNs && shown?.toNs === now.toNs;
      scale.value = shown && !already ? shown : fitScale(now);
    },
    follow() {
      const stopLength = playback.lengthNs.subscribe((lengthNs) => {
        scale.value = withLength(scale.peek(), lengthNs);
      });
      const stopReveal = effect(() => {
        const tNs = playback.positionNs.value;
        untracked(() => {
          scale.value = revealed(scale.peek(), tNs, playback.playing.peek());
        });
      });
      return () => {
        stopLength();
        stopReveal();
      };
    },
  };
}

/** While playing, a playhead that leaves on the right turns the page, so that what comes is in sight. */
function revealed(scale: TimeScale, tNs: number, playing: boolean): TimeScale {
  if (!playing || tNs <= scale.toNs || isFitted(scale)) return reveal(scale, tNs);
  const widthNs = scale.toNs - scale.fromNs;
  const fromNs = Math.max(0, Math.min(tNs - PAGE_LEAD * widthNs, scale.lengthNs - widthNs));
  return showWindow(scale, fromNs, fromNs + widthNs);
}

function byLane(errors: readonly Mark[]): ReadonlyMap<LaneId, readonly Mark[]> {
  const marks = new Map<LaneId, Mark[]>();
  for (const mark of errors) {
    if (mark.lane === null) continue;
    const own = marks.get(mark.lane);
    if (own) own.push(mark);
    else marks.set(mark.lane, [mark]);
  }
  return marks;
}

type Unplaced = Omit<DockTrack, 'y'>;

function listTracks(session: CellSession, laneShown: (lane: Lane) => Lane): Unplaced[] {
  const lanes = session.trace.value?.lanes ?? [];
  const childCount = session.trace.value?.tree.childCount;
  const out: Unplaced[] = [];
  for (const lane of lanes) {
    if (lane.id === 'verify') out.push(...eventTracks(session));
    if (lane.count > 0) {
      const shown = laneShown(lane);
      const isOpen = shown !== lane;
      if (!isOpen && startsFolded(lane)) out.push(foldedTrack(lane, session.trace.value));
      else {
        const canOpen = isOpen || startsFolded(lane) || hasChildren(lane, childCount);
        out.push(laneTrack(shown, null, canOpen ? isOpen : null));
      }
    } else if (lane.id === 'model') out.push(laneTrack(lane, 'not recorded', null));
  }
  return out;
}

function hasChildren(lane: Lane, childCount: Uint32Array | undefined): boolean {
  return lane.subLanes.some((line) => line.rows.some((row) => (childCount?.[row] ?? 0) > 0));
}

function foldedTrack(lane: Lane, trace: CellTrace | null): Unplaced {
  const density = trace && startsIn(lane.id, trace.columns);
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
function eventTracks(session: CellSession): Unplaced[] {
  const out: Unplaced[] = [];
  if (session.changeMarks.value.length > 0) out.push({ ...emptyTrack, id: 'files', label: 'Files' });
  const has = session.detail.value?.hasTerminal === true;
  out.push({ ...emptyTrack, id: 'terminal', label: 'Terminal', missing: has ? null : 'not recorded' });
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
