// Two cells on one clock: the one playhead of the compare page, what it means for each run, and the places
// worth going to. A seek in either run moves both. Extra runs are shown in the overview and move nothing.
// Does not fetch by itself and does not draw.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { axisAt, type CompareClock, momentAt } from '../../model/compare/alignment.ts';
import {
  type CompareWatch,
  type DivergenceStop,
  divergenceStops,
  stepStops,
  watchBoth,
} from '../../model/compare/compare-clock.ts';
import { isUnderWay } from '../cell/live-session.ts';
import { PlaybackSession } from '../cell/playback-session.ts';
import { keepInUrl } from '../page/route.ts';
import { AlignedRuns } from './aligned-runs.ts';
import { keepPlaceInUrl, keepSides, readPlace } from './compare-address.ts';
import { type ComparedPlace, keepPlaceOnAxis, openWhereRunsPart, type WantedPlace } from './compare-place.ts';
import { type CompareSide, openSide, type SideName, sideNames } from './compare-side.ts';
import { SideClock } from './side-clock.ts';

/** Nearer than this on the axis, as a share of its length, is the same place. */
const SAME_PLACE = 1e-9;
/** More extra runs than this nobody tells apart, and each has to be loaded. */
export const MAX_EXTRA_RUNS = 6;

export class CompareSession implements ComparedPlace {
  readonly #sides: readonly [CompareSide, CompareSide];
  readonly #aligned: AlignedRuns;
  readonly #isSwapped = signal(false);
  readonly #asked = readPlace();
  readonly #chosenClock = signal(this.#asked.clock);
  readonly #wanted: WantedPlace = { axis: this.#asked.axis };

  /** The one clock, in watched nanoseconds. */
  readonly playback = new PlaybackSession();
  /** Who is left and right. */
  readonly a = computed(() => this.#sides[this.#isSwapped.value ? 1 : 0]);
  readonly b = computed(() => this.#sides[this.#isSwapped.value ? 0 : 1]);
  /** More cells, in the overview alone. */
  readonly extraRuns: readonly CompareSide[];
  readonly names: AlignedRuns['names'];
  readonly alignment: AlignedRuns['alignment'];
  readonly parting: AlignedRuns['parting'];
  readonly runs: AlignedRuns['runs'];
  readonly settled: AlignedRuns['settled'];
  readonly sameTask: AlignedRuns['sameTask'];
  readonly canStep: AlignedRuns['canStep'];

  constructor(ids: readonly [string, string], more: readonly string[]) {
    this.#sides = [openSide(ids[0], this.#sideClock(0)), openSide(ids[1], this.#sideClock(1))];
    this.extraRuns = more
      .slice(0, MAX_EXTRA_RUNS)
      .map((id) => openSide(id, new PlaybackSession(), { spansOnly: true }));
    this.#aligned = new AlignedRuns(this.a, this.b, this.extraRuns);
    this.names = this.#aligned.names;
    this.alignment = this.#aligned.alignment;
    this.parting = this.#aligned.parting;
    this.runs = this.#aligned.runs;
    this.settled = this.#aligned.settled;
    this.sameTask = this.#aligned.sameTask;
    this.canStep = this.#aligned.canStep;
  }

  readonly underWay = computed(() => sideNames.some((name) => isUnderWay(this[name].value.session.value)));
  readonly clock: ReadonlySignal<CompareClock> = computed(() => {
    const chosen = this.#chosenClock.value;
    if (!this.canStep.value || chosen === 'time') return 'time';
    return chosen === 'step' || (this.sameTask.value && this.alignment.value.matched > 0) ? 'step' : 'time';
  });
  readonly watch: ReadonlySignal<CompareWatch> = computed(() => {
    const extraNs = this.extraRuns.map((run) => run.session.value.playback.lengthNs.value);
    return watchBoth(this.alignment.value, this.clock.value, Math.max(0, ...extraNs));
  });
  /** Where the playhead is on the common axis. */
  readonly axis = computed(() => this.watch.value.axisAt(this.playback.positionNs.value));
  /** Where the runs part, on the axis; none where the tasks differ or one took no step. */
  readonly divergences: ReadonlySignal<readonly DivergenceStop[]> = computed(() =>
    this.settled.value && this.sameTask.value && this.canStep.value
      ? divergenceStops(this.alignment.value, this.parting.value.differences, this.clock.value)
      : [],
  );
  /** The divergence that was passed last, else the first; null where there is none. */
  readonly divergence = computed(() => {
    const reach = this.axis.value * (1 + SAME_PLACE);
    const stops = this.divergences.value;
    return stops.findLast((stop) => stop.axis <= reach) ?? stops[0] ?? null;
  });

  setClock(next: CompareClock): void {
    if (next === this.clock.peek() || (next === 'step' && !this.canStep.peek())) return;
    const alignment = this.alignment.peek();
    // A run that is over says nothing of where the eye is.
    const guide = this.#momentOf('a') >= alignment.aLengthNs ? 'b' : 'a';
    const place = axisAt(alignment, next, guide, this.#momentOf(guide));
    this.#wanted.axis = place;
    this.#chosenClock.value = next;
    this.seek(place);
  }

  /** @param place on the common axis */
  seek(place: number): void {
    this.playback.seek(this.watch.peek().watchedAt(place));
  }

  /** Both to where one of them is at a moment of its own. */
  seekSide(name: SideName, tNs: number): void {
    this.seek(axisAt(this.alignment.peek(), this.clock.peek(), name, tNs));
  }

  /** To a step of one side: by step both to its row. */
  seekStep(name: SideName, pair: number): void {
    const { pairs, [name]: steps } = this.alignment.peek();
    if (this.clock.peek() === 'step') this.seek(pair + 1);
    else this.seek(steps[pairs[pair]?.[name] ?? -1]?.startNs ?? this.axis.peek());
  }

  /** Pauses at the next or previous place where a step begins. */
  stepTo(direction: 1 | -1): void {
    const stops = stepStops(this.alignment.peek(), this.clock.peek());
    const isAhead = (place: number) => (place - this.axis.peek()) * direction > 0 && !this.#isNear(place);
    const next = direction === 1 ? stops.find(isAhead) : stops.findLast(isAhead);
    this.#pauseAt(next ?? (direction === 1 ? this.watch.peek().axisLength : 0));
  }

  toFirstDivergence(): void {
    const first = this.divergences.peek()[0];
    if (first) this.#pauseAt(first.axis);
  }

  /** The next difference that matters, round to the first; from between them the one that comes next that way. */
  toDivergence(direction: 1 | -1 = 1): void {
    const stops = this.divergences.peek();
    const here = stops.findLastIndex((stop) => this.#isNear(stop.axis));
    const before = stops.findLastIndex((stop) => stop.axis < this.axis.peek());
    const next =
      direction === -1
        ? stops.at(here >= 0 ? here - 1 : before)
        : here >= 0
          ? (stops[here + 1] ?? stops[0])
          : stops[0];
    if (next) this.#pauseAt(next.axis);
  }

  /** From the difference that is told, at the present speed. */
  playFromDivergence(): void {
    const stop = this.divergence.peek();
    if (!stop) return;
    this.seek(stop.axis);
    if (!this.playback.playing.peek()) this.playback.toggle();
  }

  swap(): void {
    const tNs = this.#momentOf('a');
    this.#isSwapped.value = !this.#isSwapped.peek();
    this.seekSide('b', tNs);
    keepSides(this.a.peek().id, this.b.peek().id);
  }

  /** Keeps the playhead's place and the URL true until disposed. */
  follow(): () => void {
    const stops = [
      keepPlaceOnAxis(this, this.#wanted),
      openWhereRunsPart(this, this.#wanted),
      keepInUrl(() => {
        if (this.settled.value && this.watch.value.lengthNs > 0)
          keepPlaceInUrl(this.clock.value, this.axis.value);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  close(): void {
    this.playback.close();
    for (const one of [...this.#sides, ...this.extraRuns]) one.close();
  }

  /** The clock of a cell, on whichever side it is. */
  #sideClock(index: 0 | 1): SideClock {
    const name = (swapped: boolean): SideName => ((index === 0) === swapped ? 'b' : 'a');
    return new SideClock(
      this.playback,
      () => momentAt(this.alignment.value, this.clock.value, name(this.#isSwapped.value), this.axis.value),
      (tNs) => this.seekSide(name(this.#isSwapped.peek()), tNs),
    );
  }

  #momentOf(name: SideName): number {
    return momentAt(this.alignment.peek(), this.clock.peek(), name, this.axis.peek());
  }

  #isNear(place: number): boolean {
    return Math.abs(place - this.axis.peek()) <= SAME_PLACE * this.watch.peek().axisLength;
  }

  #pauseAt(place: number): void {
    this.playback.pause();
    this.seek(place);
  }
}
