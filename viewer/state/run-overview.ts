// What is known of the run as a whole, for the dock: its idle stretches, its named moments, its verdicts and
// the strip that shows all of it. Worked out once the page is at rest; it refuses to move the playhead.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { offsetNs } from '../model/clock.ts';
import { activityTimes, buildIdleMap, type IdleMap, isWorthCompressing } from '../model/idle-map.ts';
import { buildMarkers, type Marker, markerTimes } from '../model/markers.ts';
import { buildMinimap, type Minimap } from '../model/minimap.ts';
import type { CellSession } from './cell-session.ts';

/** A moment at which scores came. */
export interface ScoreMoment {
  readonly tNs: number;
  /** "pass_rate, composite" */
  readonly label: string;
}

export interface RunOverview {
  /** The map of idle time where compressing pays; null while it is not known or does not. */
  readonly idle: ReadonlySignal<IdleMap | null>;
  /** Named moments in order of time. */
  readonly markers: ReadonlySignal<readonly Marker[]>;
  readonly markersNs: ReadonlySignal<Float64Array>;
  readonly scores: ReadonlySignal<readonly ScoreMoment[]>;
  readonly minimap: ReadonlySignal<Minimap | null>;
  /** Works it out, and again when tracks arrive, until disposed. */
  follow(): () => void;
}

/** One bin for every two or three pixels of a wide screen. */
const MINIMAP_BINS = 480;
const LATEST_MS = 400;

export function createOverview(session: CellSession): RunOverview {
  const idle = signal<IdleMap | null>(null);
  const minimap = signal<Minimap | null>(null);
  const scores = computed(() => scoreMoments(session));
  const markers = computed(() => {
    const lengthNs = session.playback.lengthNs.value;
    return buildMarkers(session.transcript.value, [], scores.value, [], lengthNs);
  });
  const workOut = () => {
    const columns = session.trace.peek()?.columns ?? null;
    const lengthNs = session.playback.lengthNs.peek();
    const others = [
      session.terminal.film.peek()?.eventNs ?? [],
      session.changeMarks.peek().map((mark) => mark.tNs),
    ];
    const map = buildIdleMap(activityTimes(columns, others), lengthNs);
    idle.value = isWorthCompressing(map) ? map : null;
    minimap.value = columns ? buildMinimap({ ...columns, lengthNs }, MINIMAP_BINS, others) : null;
  };
  return {
    idle,
    minimap,
    scores,
    markers,
    markersNs: computed(() => markerTimes(markers.value)),
    follow() {
      let handle = 0;
      const stop = effect(() => {
        void [session.trace.value, session.changeMarks.value, session.playback.lengthNs.value];
        // A film on its way grows many times; half a recording would show idle time that is none.
        void session.terminal.film.value;
        const whole = session.terminal.progress.value === null;
        const known = session.detail.value?.hasTerminal !== true || terminalIsHere(session);
        cancelIdle(handle);
        if (whole && known && session.phase.value.phase === 'ready') handle = whenIdle(workOut);
      });
      return () => {
        cancelIdle(handle);
        stop();
      };
    },
  };
}

function terminalIsHere({ terminal }: CellSession): boolean {
  return terminal.film.value !== null || terminal.error.value !== null;
}

/** Scores that came while the run was on the clock, those of one moment together. */
function scoreMoments(session: CellSession): ScoreMoment[] {
  const columns = session.trace.value?.columns;
  const lengthNs = session.playback.lengthNs.value;
  if (!columns || columns.count === 0) return [];
  const axesAt = new Map<number, string[]>();
  for (const { axis, scored_at: at } of session.detail.value?.scores ?? []) {
    if (at === undefined) continue;
    const tNs = offsetNs(nsOf(at), columns.startNs);
    if (!(tNs >= 0 && tNs <= lengthNs)) continue;
    const axes = axesAt.get(tNs);
    if (axes) axes.push(axis);
    else axesAt.set(tNs, [axis]);
  }
  return [...axesAt].map(([tNs, axes]) => ({ tNs, label: axes.join(', ') })).sort((a, b) => a.tNs - b.tNs);
}

/** RFC 3339 as Unix nanoseconds; the API has checked the form. */
function nsOf(rfc3339: string): string {
  return `${Date.parse(rfc3339)}000000`;
}

function whenIdle(work: () => void): number {
  if (typeof requestIdleCallback === 'function') return requestIdleCallback(work, { timeout: LATEST_MS });
  return setTimeout(work, LATEST_MS) as unknown as number;
}

function cancelIdle(handle: number): void {
  if (typeof cancelIdleCallback === 'function') cancelIdleCallback(handle);
  else clearTimeout(handle);
}
