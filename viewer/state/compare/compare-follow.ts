// What keeps two runs and their one clock together: the clock's length follows what the runs turn out to be,
// each run follows the clock, and a seek in either moves both. It decides nothing that a reader could.
import { effect, untracked } from '@preact/signals';
import { axisAt, momentAt } from '../../model/compare/alignment.ts';
import type { PlaybackSession } from '../cell/playback-session.ts';
import type { CompareSession } from './compare-session.ts';
import { type CompareSide, isRunning, sideNames } from './compare-side.ts';

/** Closer than this a run need not be moved, nanoseconds. */
const SAME_MOMENT_NS = 1000;

/** The place that the URL asked for, until somebody moves: the axis grows while the runs arrive. */
export interface WantedPlace {
  axis: number | null;
}

/** Runs until disposed. */
export function followComparison(
  compare: CompareSession,
  sides: readonly CompareSide[],
  wanted: WantedPlace,
): () => void {
  const known: KnownSeeks = { own: new WeakMap(), followed: new WeakMap() };
  const stops = [
    keepLength(compare, wanted),
    leadBoth(compare, known),
    ...sides.map((side) => followSeeks(compare, side, known)),
    openAtParting(compare, wanted),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The axis changes as runs arrive, grow and change places: the playhead keeps its place on it. */
function keepLength(
  { playback, watch, clock, alignment, ...compare }: CompareSession,
  wanted: WantedPlace,
): () => void {
  let held = wanted.axis ?? 0;
  let last = { clock: clock.peek(), alignment: alignment.peek() };
  let seeks = playback.seeks.peek();
  const stopHolding = effect(() => {
    const positionNs = playback.positionNs.value;
    if (playback.seeks.value !== seeks || playback.playing.value) wanted.axis = null;
    seeks = playback.seeks.value;
    held = watch.peek().axisAt(positionNs);
  });
  const stopFitting = effect(() => {
    const next = watch.value;
    const atEnd = playback.state.peek().mode === 'ended';
    const follows = atEnd && sideNames.some((name) => isRunning(compare[name].value.session.value));
    const here = { clock: clock.peek(), alignment: alignment.peek() };
    if (here.clock !== last.clock)
      held = axisAt(here.alignment, here.clock, 'a', momentAt(last.alignment, last.clock, 'a', held));
    last = here;
    const place = follows ? next.axisLength : (wanted.axis ?? held);
    untracked(() => {
      playback.setLength(next.lengthNs);
      playback.moveTo(next.watchedAt(place));
    });
  });
  return () => {
    stopHolding();
    stopFitting();
  };
}

/** Seeks of a run's own clock that were made here, and the common seek that it last followed. */
interface KnownSeeks {
  readonly own: WeakMap<PlaybackSession, number>;
  readonly followed: WeakMap<PlaybackSession, number>;
}

/** Puts each run where the common clock says. */
function leadBoth(
  { playback, alignment, clock, axis, ...compare }: CompareSession,
  known: KnownSeeks,
): () => void {
  return effect(() => {
    const sought = playback.seeks.value;
    for (const name of sideNames) {
      const own = compare[name].value.session.value.playback;
      const tNs = momentAt(alignment.value, clock.value, name, axis.value);
      if (own.lengthNs.value <= 0) continue;
      const isThere = Math.abs(own.positionNs.peek() - tNs) < SAME_MOMENT_NS && tNs < own.lengthNs.peek();
      const isSought = known.followed.get(own) !== sought;
      known.followed.set(own, sought);
      if (isThere) continue;
      untracked(() => (isSought ? own.seek(tNs) : own.moveTo(tNs)));
      known.own.set(own, own.seeks.peek());
    }
  });
}

/** A click in one run's transcript, changes or scores seeks both. */
function followSeeks(compare: CompareSession, side: CompareSide, known: KnownSeeks): () => void {
  return effect(() => {
    const own = side.session.value.playback;
    const seeks = own.seeks.value;
    if (seeks === (known.own.get(own) ?? 0)) return;
    known.own.set(own, seeks);
    const name = compare.a.peek() === side ? 'a' : 'b';
    untracked(() => compare.seekSide(name, own.positionNs.peek()));
  });
}

/** Whoever names no moment is shown the one that the page is about, or a run under way where it is. */
function openAtParting(compare: CompareSession, wanted: WantedPlace): () => void {
  const { playback, settled, watch, clock } = compare;
  let isOpen = false;
  return effect(() => {
    if (isOpen || !settled.value || watch.value.lengthNs <= 0) return;
    isOpen = true;
    if (wanted.axis !== null || playback.seeks.peek() > 0 || playback.playing.peek()) return;
    const running = sideNames.some((name) => isRunning(compare[name].peek().session.peek()));
    if (running) untracked(() => playback.seek(playback.lengthNs.peek()));
    else if (clock.peek() === 'step') untracked(compare.toFirstDivergence);
  });
}
