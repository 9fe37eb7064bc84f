// What is known of the run as a whole, for the dock: its idle stretches, its named moments, its verdicts and
// the strip that shows all of it. Worked out once the page is at rest; it refuses to move the playhead.
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { IdleMap } from '../../model/timeline/idle-map.ts';
import type { Marker } from '../../model/timeline/markers.ts';
import type { Minimap } from '../../model/timeline/minimap.ts';
import { lastAtOrBefore } from '../../model/trace/sorted.ts';
import type { CellSession } from '../cell/cell-session.ts';
import type { ScoreMoment } from './overview-work.ts';

export interface RunOverview {
  /** The map of idle time where compressing pays; null while it is not known or does not. */
  readonly idle: ReadonlySignal<IdleMap | null>;
  /** How smart speed plays the run; null while that is not known, and for a run too short for it. */
  readonly smart: ReadonlySignal<IdleMap | null>;
  /** Named moments in order of time. */
  readonly markers: ReadonlySignal<readonly Marker[]>;
  readonly markersNs: ReadonlySignal<Float64Array>;
  /** The named moment at which the playhead stands, exactly; else null. */
  readonly markerHere: ReadonlySignal<Marker | null>;
  readonly scores: ReadonlySignal<readonly ScoreMoment[]>;
  readonly minimap: ReadonlySignal<Minimap | null>;
  /** Works it out, and again when tracks arrive, until disposed. */
  follow(): () => void;
}

const LATEST_MS = 400;

export function createOverview(session: CellSession): RunOverview {
  const idle = signal<IdleMap | null>(null);
  const smart = signal<IdleMap | null>(null);
  const minimap = signal<Minimap | null>(null);
  const scores = signal<readonly ScoreMoment[]>([]);
  const markers = signal<readonly Marker[]>([]);
  const markersNs = computed(() => Float64Array.from(markers.value, (marker) => marker.tNs));
  let closed = false;
  const load = () => import('./overview-work.ts');
  const map = async () => {
    const { mapRun } = await load();
    if (closed) return;
    const run = mapRun(session);
    batch(() => {
      idle.value = run.idle;
      minimap.value = run.minimap;
    });
  };
  const name = async () => {
    const { nameMoments } = await load();
    if (closed) return;
    const moments = nameMoments(session);
    batch(() => {
      scores.value = moments.scores;
      markers.value = moments.markers;
      smart.value = moments.smart;
    });
  };
  return {
    idle,
    smart,
    minimap,
    scores,
    markers,
    markersNs,
    markerHere: computed(() => {
      const tNs = session.playback.positionNs.value;
      const marker = markers.value[lastAtOrBefore(markersNs.value, tNs)];
      return marker?.tNs === tNs ? marker : null;
    }),
    follow() {
      const stops = [
        atRest(map, () => {
          void [session.trace.value, session.changeMarks.value, session.playback.lengthNs.value];
          void session.playback.allSpans.value;
          // A film on its way grows many times; half a recording would show idle time that is none.
          void session.terminal.film.value;
          const whole = session.terminal.progress.value === null;
          return whole && session.phase.value.phase === 'ready' && terminalIsHere(session);
        }),
        atRest(name, () => {
          void [session.transcript.value, session.detail.value, session.playback.lengthNs.value];
          void session.terminal.facts.value;
          return session.phase.value.phase === 'ready';
        }),
      ];
      return () => {
        closed = true;
        for (const stop of stops) stop();
      };
    },
  };
}

function terminalIsHere({ terminal, detail }: CellSession): boolean {
  return detail.value?.hasTerminal !== true || terminal.film.value !== null || terminal.error.value !== null;
}

/** Runs the work when the page is at rest, each time after `wanted` read something new and said yes. */
function atRest(work: () => Promise<void>, wanted: () => boolean): () => void {
  let handle = 0;
  const stop = effect(() => {
    cancelIdle(handle);
    if (wanted()) handle = whenIdle(() => void work());
  });
  return () => {
    cancelIdle(handle);
    stop();
  };
}

function whenIdle(work: () => void): number {
  if (typeof requestIdleCallback === 'function') return requestIdleCallback(work, { timeout: LATEST_MS });
  return setTimeout(work, LATEST_MS) as unknown as number;
}

function cancelIdle(handle: number): void {
  if (typeof cancelIdleCallback === 'function') cancelIdleCallback(handle);
  else clearTimeout(handle);
}
