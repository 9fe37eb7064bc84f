// Where the shared playhead is while the runs below it arrive, grow and change places: it keeps its place on
// an axis that changes, and opens where the runs part. Does not answer keys or pointers.
import { effect, type ReadonlySignal, untracked } from '@preact/signals';
import { type Alignment, axisAt, type CompareClock, momentAt } from '../../model/compare/alignment.ts';
import type { CompareWatch } from '../../model/compare/compare-clock.ts';
import type { PlaybackSession } from '../cell/playback-session.ts';

/** The comparison, as far as its playhead goes. */
export interface ComparedPlace {
  readonly playback: PlaybackSession;
  readonly watch: ReadonlySignal<CompareWatch>;
  readonly clock: ReadonlySignal<CompareClock>;
  readonly alignment: ReadonlySignal<Alignment>;
  readonly settled: ReadonlySignal<boolean>;
  /** Whether more of either run is expected. */
  readonly underWay: ReadonlySignal<boolean>;
  toFirstDivergence(): void;
}

/** The place that the URL asked for, until somebody moves: the axis grows while the runs arrive. */
export interface WantedPlace {
  axis: number | null;
}

/** The axis changes as runs arrive, grow and change places: the playhead keeps its place on it. */
export function keepPlaceOnAxis(
  { playback, watch, clock, alignment, underWay }: ComparedPlace,
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
    const follows = playback.ended.peek() && underWay.value;
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

/** Whoever names no moment is shown the one that the page is about, or a run under way where it is. */
export function openWhereRunsPart(compare: ComparedPlace, wanted: WantedPlace): () => void {
  const { playback, settled, watch, clock, underWay } = compare;
  let isOpen = false;
  return effect(() => {
    if (isOpen || !settled.value || watch.value.lengthNs <= 0) return;
    isOpen = true;
    if (wanted.axis !== null || playback.seeks.peek() > 0 || playback.playing.peek()) return;
    if (underWay.peek()) untracked(() => playback.seek(playback.lengthNs.peek()));
    else if (clock.peek() === 'step') untracked(() => compare.toFirstDivergence());
  });
}
