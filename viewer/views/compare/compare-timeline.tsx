// The dock of the compare page: one transport, one bar, and on it each run with its bars. Dragging and clicking
// seek; the playhead goes through all runs. Drawing is a file of its own.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { CompareClock } from '../../model/compare/alignment.ts';
import { heightOfRuns, RUN_PX, runTop } from '../../model/compare/overview-runs.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatOffset } from '../../model/display/format.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { type CompareSide, sideNames } from '../../state/compare/compare-side.ts';
import { scrubbing } from '../parts/scrubbing.ts';
import { Clock, KeyHints, PlayheadLine, TimeCanvas, TimeSlider, useWidthPx } from '../parts/time-canvas.tsx';
import { ArrowKey } from '../parts/with-arrows.tsx';
import { clockText } from '../timeline/clock-text.ts';
import { PlayButton, Speeds } from '../timeline/transport.tsx';
import { SideLetter } from './compare-head.tsx';
import { drawComparison } from './draw-comparison.ts';
import { readOverview } from './read-overview.ts';
import './compare-timeline.css';
import '../timeline/timeline-dock.css';
import '../timeline/transport.css';

export function CompareTimeline({ compare }: { compare: CompareSession }) {
  const empty = useComputed(() => compare.watch.value.lengthNs <= 0).value;
  return (
    <section class="dock compare-dock" aria-label="Replay">
      <div class="transport">
        <PlayButton playback={compare.playback} />
        <PlaceClock compare={compare} />
        <Speeds playback={compare.playback} />
        <ClockSwitch compare={compare} />
        <KeyHints hints={KEYS} />
      </div>
      {empty ? (
        compare.settled.value && (
          <p class="nothing-to-play">There is nothing to play: neither run recorded a span or a terminal.</p>
        )
      ) : (
        <Runs compare={compare} />
      )}
    </section>
  );
}

/** "Step 3 of 6", "Start", "End"; by time the clock. */
function placeWords(compare: CompareSession): string {
  const axis = compare.axis.value;
  if (compare.clock.value === 'time') return formatOffset(axis);
  const steps = compare.alignment.value.pairs.length;
  if (axis >= steps + 1) return 'End';
  return axis < 1 ? 'Start' : `Step ${formatCount(Math.floor(axis))}`;
}

function PlaceClock({ compare }: { compare: CompareSession }) {
  const text = useComputed(() => {
    if (compare.clock.value === 'step') return placeWords(compare);
    return clockText(compare.axis.value, compare.watch.value.lengthNs).position;
  });
  const all = useComputed(() => {
    if (compare.clock.value === 'step') return `of ${formatCount(compare.alignment.value.pairs.length)}`;
    return `/ ${clockText(0, compare.watch.value.lengthNs).length}`;
  });
  const isTime = compare.clock.value === 'time';
  return <Clock position={text} rest={all} restClass={isTime ? 'clock-length' : undefined} />;
}

const CLOCKS: readonly (readonly [clock: CompareClock, words: string, title: string])[] = [
  ['step', 'step', 'Both at the same step: the faster waits for the slower (t)'],
  ['time', 'time', 'Both at the same time from their own start (t)'],
];

function ClockSwitch({ compare }: { compare: CompareSession }) {
  const canStep = compare.canStep.value;
  return (
    <fieldset class="speeds compare-clocks">
      <legend class="sr-only">Clock</legend>
      {CLOCKS.map(([clock, words, title]) => (
        <button
          key={clock}
          type="button"
          aria-pressed={compare.clock.value === clock}
          disabled={clock === 'step' && !canStep}
          title={clock === 'step' && !canStep ? 'Both runs need recorded steps' : title}
          onClick={() => compare.setClock(clock)}
        >
          <span class="by">By </span>
          {words}
        </button>
      ))}
    </fieldset>
  );
}

const KEYS = [
  [<kbd>space</kbd>, 'play'],
  [
    <>
      <ArrowKey direction="left" />
      <ArrowKey direction="right" />
    </>,
    'step',
  ],
  [<kbd>d</kbd>, 'difference'],
  [<kbd>t</kbd>, 'clock'],
  [<kbd>x</kbd>, 'swap'],
] as const;

function Runs({ compare }: { compare: CompareSession }) {
  const count = 2 + compare.extraRuns.length;
  const plot = useRef<HTMLDivElement>(null);
  const widthPx = useWidthPx(plot);
  const axisLength = () => Math.max(compare.watch.value.axisLength, 1e-9);
  return (
    <div class="compare-runs">
      <div class="compare-labels" style={{ height: `${heightOfRuns(count)}px` }}>
        {[...sideNames.map((name) => compare[name].value), ...compare.extraRuns].map((side, index) => (
          <RunLabel key={side.id} compare={compare} side={side} index={index} />
        ))}
      </div>
      <TimeSlider
        class="plot"
        place={plot}
        playback={compare.playback}
        words={() => spokenWords(compare)}
        {...scrubbing((px) => compare.seek(shareOf(px, widthPx.peek()) * compare.watch.peek().axisLength))}
      >
        <TimeCanvas
          widthPx={() => widthPx.value}
          heightPx={() => heightOfRuns(count)}
          draw={(context, colours) => drawComparison(context, readOverview(compare, widthPx.value), colours)}
        />
        <PlayheadLine
          class="playhead"
          xPx={() => (compare.axis.value / axisLength()) * widthPx.value}
          widthPx={() => widthPx.value}
          // By step the transport says which one: a tab is enough, and covers no column's name.
          flag={() => (compare.clock.value === 'step' ? '' : placeWords(compare))}
        />
      </TimeSlider>
    </div>
  );
}

function RunLabel({ compare, side, index }: { compare: CompareSession; side: CompareSide; index: number }) {
  const session = side.session.value;
  const isExtra = index >= 2;
  const phase = session.phase.value.phase;
  const missing = phase === 'not-found' ? 'no such cell' : phase === 'failed' ? 'not loaded' : null;
  const empty = phase === 'ready' && (session.trace.value?.columns.count ?? 0) === 0;
  const moment = useComputed(() => formatOffset(side.session.value.playback.positionNs.value));
  const length = useComputed(() => formatOffset(side.session.value.playback.lengthNs.value));
  return (
    <div class="compare-label" style={{ top: `${runTop(index)}px`, height: `${RUN_PX}px` }}>
      <SideLetter index={index} />
      <p>
        <b>{compare.names.value[index]}</b>
        <span>{missing ?? (empty ? 'no span recorded' : isExtra ? length : moment)}</span>
      </p>
    </div>
  );
}

function shareOf(px: number, widthPx: number): number {
  return Math.min(Math.max(0, px / widthPx), 1);
}

/** "Step 3 of 6, pi at 3.309 s, opencode at 7.719 s". */
function spokenWords(compare: CompareSession): string {
  const sides = sideNames.map((name, index) => {
    const { playback } = compare[name].value.session.value;
    return `${shownLine(compare.names.value[index] ?? '', 60)} at ${formatOffset(playback.positionNs.value)}`;
  });
  const of = compare.clock.value === 'step' ? ` of ${compare.alignment.value.pairs.length}` : '';
  return [`${placeWords(compare)}${of}`, ...sides].join(', ');
}
