// Two cells on one clock: the one playhead of the compare page, what it means for each run, and the steps
// by which they are aligned. A seek in either run moves both. Further cells are lanes of the overview and
// move nothing. It refuses to fetch by itself and to draw.

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { parseCellId } from '../../../shared/cell-id.ts';
import {
  type Alignment,
  alignRuns,
  axisAt,
  type CompareClock,
  momentAt,
  type RunStep,
  stepsOf,
} from '../../model/compare/alignment.ts';
import {
  type CompareWatch,
  type DivergenceStop,
  divergenceStops,
  stepStops,
  watchBoth,
} from '../../model/compare/compare-clock.ts';
import { cellNames, type NamedCell } from '../../model/compare/compare-names.ts';
import type { CellSession } from '../cell/cell-session.ts';
import { createPlayback, type PlaybackSession } from '../cell/playback-session.ts';
import { keepPlaceInUrl, keepSides, readPlace } from './compare-address.ts';
import { followComparison } from './compare-follow.ts';
import { type CompareSide, isSettled, openSide, type SideName, sideNames } from './compare-side.ts';

export interface CompareSession {
  /** Who stands left and right. */
  readonly a: ReadonlySignal<CompareSide>;
  readonly b: ReadonlySignal<CompareSide>;
  /** More cells, in the overview alone. */
  readonly lanes: readonly CompareSide[];
  /** What to call a, b and the lanes, in that order. */
  readonly names: ReadonlySignal<readonly string[]>;
  readonly alignment: ReadonlySignal<Alignment>;
  /** Whether all that the alignment is made of is here. */
  readonly settled: ReadonlySignal<boolean>;
  /** Whether both are cells of one task; true while that is not known. */
  readonly sameTask: ReadonlySignal<boolean>;
  /** Whether both took steps, so that they can be played by step. */
  readonly canStep: ReadonlySignal<boolean>;
  readonly clock: ReadonlySignal<CompareClock>;
  readonly watch: ReadonlySignal<CompareWatch>;
  /** The one clock, in watched nanoseconds. */
  readonly playback: PlaybackSession;
  /** Where the playhead stands on the common axis. */
  readonly axis: ReadonlySignal<number>;
  /** Where the runs part, on the axis; none where the tasks differ or one took no step. */
  readonly divergences: ReadonlySignal<readonly DivergenceStop[]>;
  /** The divergence that was passed last, else the first; null where there is none. */
  readonly divergence: ReadonlySignal<DivergenceStop | null>;
  setClock(clock: CompareClock): void;
  seek(axis: number): void;
  /** Both to where one of them is at a moment of its own. */
  seekSide(side: SideName, tNs: number): void;
  /** To a step of one side: by step both to its row. */
  seekStep(side: SideName, pair: number): void;
  /** Pauses at the next or previous place where a step begins. */
  stepTo(direction: 1 | -1): void;
  toFirstDivergence(): void;
  /** The first divergence; from a divergence the next one, round to the first. */
  toDivergence(): void;
  swap(): void;
  /** Moves both and keeps the URL true until disposed. */
  follow(): () => void;
  close(): void;
}

/** Nearer than this on the axis, as a share of its length, is the same place. */
const SAME_PLACE = 1e-9;
/** More lanes than this nobody tells apart, and each is a run to load. */
export const MAX_LANES = 6;

export function openComparison(ids: readonly [string, string], more: readonly string[]): CompareSession {
  const sides = [openSide(ids[0]), openSide(ids[1])] as const;
  const lanes = more.slice(0, MAX_LANES).map((id) => openSide(id, { lane: true }));
  const swapped = signal(false);
  const side = {
    a: computed(() => sides[swapped.value ? 1 : 0]),
    b: computed(() => sides[swapped.value ? 0 : 1]),
  };
  const readings = readBoth(side, lanes);
  const { alignment, canStep, sameTask, settled } = readings;

  const asked = readPlace();
  const chosen = signal(asked.clock);
  const clock = computed<CompareClock>(() => {
    if (!canStep.value || chosen.value === 'time') return 'time';
    return chosen.value === 'step' || (sameTask.value && alignment.value.matched > 0) ? 'step' : 'time';
  });
  const watch = computed(() => {
    const lanesNs = lanes.map((lane) => lane.session.value.playback.lengthNs.value);
    return watchBoth(alignment.value, clock.value, Math.max(0, ...lanesNs));
  });
  const playback = createPlayback();
  const axis = computed(() => watch.value.axisAt(playback.positionNs.value));
  const divergences = computed(() =>
    settled.value && sameTask.value && canStep.value ? divergenceStops(alignment.value, clock.value) : [],
  );
  const seek = (place: number) => playback.seek(watch.peek().watchedAt(place));
  const pauseAt = (place: number) => {
    if (playback.playing.peek()) playback.toggle();
    seek(place);
  };
  const momentOf = (name: SideName) => momentAt(alignment.peek(), clock.peek(), name, axis.peek());
  const isNear = (place: number) => Math.abs(place - axis.peek()) <= SAME_PLACE * watch.peek().axisLength;
  /** What the URL asked for, until somebody moves: the axis grows while the runs arrive. */
  const wanted = { axis: asked.axis };

  const session: CompareSession = {
    ...side,
    lanes,
    ...readings,
    clock,
    watch,
    playback,
    axis,
    divergences,
    divergence: computed(() => {
      const reach = axis.value * (1 + SAME_PLACE);
      return divergences.value.findLast((stop) => stop.axis <= reach) ?? divergences.value[0] ?? null;
    }),
    setClock(next) {
      if (next === clock.peek() || (next === 'step' && !canStep.peek())) return;
      // A run that is over says nothing of where the eye is.
      const over = momentOf('a') >= alignment.peek().aLengthNs;
      const lead = over ? 'b' : 'a';
      const place = axisAt(alignment.peek(), next, lead, momentOf(lead));
      wanted.axis = place;
      chosen.value = next;
      seek(place);
    },
    seek,
    seekSide: (name, tNs) => seek(axisAt(alignment.peek(), clock.peek(), name, tNs)),
    seekStep(name, pair) {
      const { pairs, [name]: steps } = alignment.peek();
      if (clock.peek() === 'step') seek(pair + 1);
      else seek(steps[pairs[pair]?.[name] ?? -1]?.startNs ?? axis.peek());
    },
    stepTo(direction) {
      const stops = stepStops(alignment.peek(), clock.peek());
      const ahead = (place: number) => (place - axis.peek()) * direction > 0 && !isNear(place);
      const next = direction === 1 ? stops.find(ahead) : stops.findLast(ahead);
      pauseAt(next ?? (direction === 1 ? watch.peek().axisLength : 0));
    },
    toFirstDivergence() {
      const first = divergences.peek()[0];
      if (first) pauseAt(first.axis);
    },
    toDivergence() {
      const stops = divergences.peek();
      const here = stops.findLastIndex((stop) => isNear(stop.axis));
      const next = stops[here + 1] ?? stops[0];
      if (next) pauseAt(next.axis);
    },
    swap() {
      const tNs = momentOf('a');
      swapped.value = !swapped.peek();
      session.seekSide('b', tNs);
      keepSides(side.a.peek().id, side.b.peek().id);
    },
    follow() {
      const stops = [
        followComparison(session, sides, wanted),
        effect(() => {
          if (settled.value && watch.value.lengthNs > 0) keepPlaceInUrl(clock.value, axis.value);
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
    close() {
      playback.close();
      for (const one of [...sides, ...lanes]) one.close();
    },
  };
  return session;
}

type Sides = { readonly [name in SideName]: ReadonlySignal<CompareSide> };

/** What is worked out of both runs. */
function readBoth(
  side: Sides,
  lanes: readonly CompareSide[],
): Pick<CompareSession, 'names' | 'alignment' | 'settled' | 'sameTask' | 'canStep'> {
  const sessionOf = (name: SideName) => side[name].value.session.value;
  const names = computed(() => namesOf([side.a.value, side.b.value, ...lanes]));
  const steps = {
    a: computed(() => stepsOf(sessionOf('a').transcript.value)),
    b: computed(() => stepsOf(sessionOf('b').transcript.value)),
  };
  const alignment = computed(() =>
    alignRuns(
      { ...runOf(sessionOf('a'), steps.a.value), name: names.value[0] ?? '' },
      { ...runOf(sessionOf('b'), steps.b.value), name: names.value[1] ?? '' },
    ),
  );
  return {
    names,
    alignment,
    settled: computed(() => sideNames.every((name) => isSettled(sessionOf(name)))),
    sameTask: computed(() => {
      const [a, b] = [sessionOf('a').detail.value, sessionOf('b').detail.value];
      return !a || !b || (a.task ?? a.id) === (b.task ?? b.id);
    }),
    canStep: computed(() => alignment.value.a.length > 0 && alignment.value.b.length > 0),
  };
}

function runOf(session: CellSession, steps: readonly RunStep[]) {
  return { steps, lengthNs: session.playback.lengthNs.value };
}

function namesOf(sides: readonly CompareSide[]): string[] {
  return cellNames(sides.map(({ id, session }) => session.value.detail.value ?? namedById(id)));
}

/** What an id says of a cell that is not here. */
function namedById(id: string): NamedCell {
  const { family, task, ...parts } = parseCellId(id);
  return { id, ...parts, task: family === null || task === null ? null : `${family}/${task}` };
}
