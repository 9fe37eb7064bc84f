// The dock's geometry as state: which tracks there are and which are opened, how high each is, which
// stretch of time is in sight and which is chosen. Does not draw and lays nothing out: model/timeline/tracks does.
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import { openTrack } from '../../model/timeline/depth-tracks.ts';
import { type DragState, dragStep, noSelection, type TimeWindow } from '../../model/timeline/selection.ts';
import type { SpanTrack } from '../../model/timeline/span-tracks.ts';
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
import { layTracks, type TimelineTrack } from '../../model/timeline/tracks.ts';
import type { CellSession } from '../cell/cell-session.ts';
import type { PlaybackSession } from '../cell/playback-session.ts';
import { calm } from '../page/media.ts';

export interface Timeline {
  readonly tracks: ReadonlySignal<readonly TimelineTrack[]>;
  readonly scale: Signal<TimeScale>;
  /** Lanes of the actors; none until they are worked out, and where one alone acts. */
  readonly lanes: Signal<readonly SpanTrack[]>;
  /** Errors of each track, in order of time. */
  readonly errors: ReadonlySignal<ReadonlyMap<string, readonly Mark[]>>;
  readonly opened: ReadonlySignal<ReadonlySet<string>>;
  /** The one drag surface: the window chosen, and the pointer on it. */
  readonly drag: ReadonlySignal<DragState>;
  /** Opens or closes a track; one that cannot be opened stays as it is. */
  toggleTrack(id: string): void;
  /** Chooses a window, which then plays over and over; null ends it. */
  setWindow(window: TimeWindow | null): void;
  /** Takes the surface's next state. */
  setDrag(state: DragState): void;
  /** Shows a stretch and no more. */
  setView(fromNs: number, toNs: number): void;
  /** Zooms at the playhead where it is in sight, else in the middle. */
  zoomBy(factor: number): void;
  /** The window where one is chosen and not yet in sight alone, else the whole run. */
  fit(): void;
  /** Keeps the scale's length true and the playhead in sight. Runs until disposed. */
  follow(): () => void;
}

/** Where the playhead enters when playing turns the page. */
const PAGE_LEAD = 0.08;
/** Where the playhead stays while what is in sight glides. */
const HEAD_SHARE = 0.7;
/** The most that a frame glides, of what is in sight. */
const GLIDE_SHARE = 0.02;

export function createTimeline(
  session: CellSession,
  playback: PlaybackSession,
  compact: ReadonlySignal<boolean>,
): Timeline {
  const scale = signal(createScale(0, 1));
  const opened = signal<ReadonlySet<string>>(new Set());
  const drag = signal<DragState>(noSelection);
  const lanes = signal<readonly SpanTrack[]>([]);
  const tracks = shownTracks(session, opened, compact, lanes);
  const setDrag = (next: DragState) => {
    if (next === drag.peek()) return;
    drag.value = next;
    playback.setLoop(next.window);
  };
  return {
    tracks,
    lanes,
    scale,
    opened,
    drag,
    errors: computed(() => byTrack(session.trace.value?.errors ?? [])),
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
    setView(fromNs, toNs) {
      scale.value = showWindow(scale.peek(), fromNs, toNs);
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
    follow: () => followPlayback(scale, playback),
  };
}

/** The tracks laid out; an opened one is made once for each trace. */
function shownTracks(
  session: CellSession,
  opened: ReadonlySignal<ReadonlySet<string>>,
  compact: ReadonlySignal<boolean>,
  lanes: ReadonlySignal<readonly SpanTrack[]>,
): ReadonlySignal<readonly TimelineTrack[]> {
  const openTracks = new WeakMap<SpanTrack, SpanTrack>();
  const trackShown = (track: SpanTrack): SpanTrack => {
    const trace = session.trace.peek();
    if (!trace || !opened.value.has(track.id)) return track;
    const known = openTracks.get(track);
    if (known) return known;
    const open = openTrack(track, trace.columns, trace.tree);
    openTracks.set(track, open);
    return open;
  };
  return computed(() => {
    const trace = session.trace.value;
    const sources = {
      columns: trace?.columns ?? null,
      tracks: trace?.tracks ?? [],
      lanes: lanes.value,
      childCount: trace?.tree.childCount ?? null,
      hasChanges: session.changeMarks.value.length > 0,
      hasTerminal: session.detail.value?.hasTerminal === true,
      trackShown,
    };
    return layTracks(sources, compact.value);
  });
}

function followPlayback(scale: Signal<TimeScale>, playback: PlaybackSession): () => void {
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
}

/**
 * While playing, what is in sight goes along: it glides under a playhead that is kept at seven tenths of it, or, where
 * its reader wants less motion, turns the page when the playhead leaves on the right.
 */
function revealed(scale: TimeScale, tNs: number, playing: boolean): TimeScale {
  const widthNs = scale.toNs - scale.fromNs;
  const headNs = scale.fromNs + HEAD_SHARE * widthNs;
  if (playing && !calm.peek() && !isFitted(scale) && tNs > headNs && tNs < scale.toNs + GLIDE_SHARE * widthNs)
    return showWindow(scale, ...glided(scale, tNs, widthNs));
  if (!playing || tNs <= scale.toNs || isFitted(scale)) return reveal(scale, tNs);
  const fromNs = Math.max(0, Math.min(tNs - PAGE_LEAD * widthNs, scale.lengthNs - widthNs));
  return showWindow(scale, fromNs, fromNs + widthNs);
}

/** No further than the run's end, nor in one frame by more than it takes to catch up. */
function glided({ fromNs, lengthNs }: TimeScale, tNs: number, widthNs: number): [number, number] {
  const wantedNs = Math.min(tNs - HEAD_SHARE * widthNs, lengthNs - widthNs);
  const stepNs = Math.min(Math.max(0, wantedNs - fromNs), GLIDE_SHARE * widthNs);
  return [fromNs + stepNs, fromNs + stepNs + widthNs];
}

function byTrack(errors: readonly Mark[]): ReadonlyMap<string, readonly Mark[]> {
  const marks = new Map<string, Mark[]>();
  for (const mark of errors) {
    if (mark.track === null) continue;
    const own = marks.get(mark.track);
    if (own) own.push(mark);
    else marks.set(mark.track, [mark]);
  }
  return marks;
}
