// The dock of the compare page: one transport, one bar, and on it each run as a lane. Dragging and clicking
// seek; the playhead goes through all lanes. Drawing is a file of its own.
import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { CompareClock } from '../../model/compare/alignment.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatOffset } from '../../model/display/format.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { type CompareSide, sideNames } from '../../state/compare/compare-side.ts';
import { themeEpoch } from '../../state/page/settings.ts';
import { useDrawing } from '../parts/use-drawing.ts';
import { useSize } from '../parts/use-size.ts';
import { useSyncEffect } from '../parts/use-sync-effect.ts';
import { ArrowKey } from '../parts/with-arrows.tsx';
import { prepare, readPalette } from '../timeline/canvas.ts';
import { clockText } from '../timeline/clock-text.ts';
import { PlayButton, Speeds } from '../timeline/transport.tsx';
import { SideLetter } from './compare-head.tsx';
import { readLanes } from './compare-lanes.ts';
import { type CompareDrawing, drawComparison, heightOfLanes, LANE_PX, laneTop } from './draw-comparison.ts';
import './compare-timeline.css';
import '../timeline/timeline-dock.css';
import '../timeline/transport.css';

const SPOKEN_EVERY_MS = 400;

export function CompareTimeline({ compare }: { compare: CompareSession }) {
  const empty = useComputed(() => compare.watch.value.lengthNs <= 0).value;
  return (
    <section class="dock compare-dock" aria-label="Replay">
      <div class="transport">
        <PlayButton playback={compare.playback} />
        <Clock compare={compare} />
        <Speeds playback={compare.playback} />
        <ClockSwitch compare={compare} />
        <KeyHints />
      </div>
      {empty ? (
        compare.settled.value && (
          <p class="nothing-to-play">There is nothing to play: neither run recorded a span or a terminal.</p>
        )
      ) : (
        <Lanes compare={compare} />
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

function Clock({ compare }: { compare: CompareSession }) {
  const text = useComputed(() => {
    if (compare.clock.value === 'step') return placeWords(compare);
    return clockText(compare.axis.value, compare.watch.value.lengthNs).position;
  });
  const all = useComputed(() => {
    if (compare.clock.value === 'step') return `of ${formatCount(compare.alignment.value.pairs.length)}`;
    return `/ ${clockText(0, compare.watch.value.lengthNs).length}`;
  });
  return (
    <p class="clock" role="timer" aria-label="Position">
      <b>{text}</b>
      <span class={compare.clock.value === 'time' ? 'clock-length' : ''}> {all}</span>
    </p>
  );
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

function KeyHints() {
  return (
    <p class="key-hints" aria-hidden="true">
      <span>
        <kbd>space</kbd> play
      </span>
      <span>
        <ArrowKey direction="left" />
        <ArrowKey direction="right" /> step
      </span>
      <span>
        <kbd>d</kbd> divergence
      </span>
      <span>
        <kbd>t</kbd> clock
      </span>
      <span>
        <kbd>x</kbd> swap
      </span>
    </p>
  );
}

function Lanes({ compare }: { compare: CompareSession }) {
  const count = 2 + compare.extraRuns.length;
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const widthPx = useSignal(0);
  useSize(
    () => plot.current,
    (element) => {
      widthPx.value = Math.max(1, element.clientWidth);
    },
  );
  useLaneDrawing(compare, canvas, widthPx);
  return (
    <div class="compare-lanes">
      <div class="compare-labels" style={{ height: `${heightOfLanes(count)}px` }}>
        {[...sideNames.map((name) => compare[name].value), ...compare.extraRuns].map((side, index) => (
          <LaneLabel key={side.id} compare={compare} side={side} index={index} />
        ))}
      </div>
      <Slider compare={compare} plot={plot} widthPx={widthPx}>
        <canvas ref={canvas} style={{ height: `${heightOfLanes(count)}px` }} />
        <Playhead compare={compare} widthPx={widthPx} />
      </Slider>
    </div>
  );
}

function LaneLabel({ compare, side, index }: { compare: CompareSession; side: CompareSide; index: number }) {
  const session = side.session.value;
  const isExtra = index >= 2;
  const phase = session.phase.value.phase;
  const missing = phase === 'not-found' ? 'no such cell' : phase === 'failed' ? 'not loaded' : null;
  const empty = phase === 'ready' && (session.trace.value?.columns.count ?? 0) === 0;
  const moment = useComputed(() => formatOffset(side.session.value.playback.positionNs.value));
  const length = useComputed(() => formatOffset(side.session.value.playback.lengthNs.value));
  return (
    <div class="compare-label" style={{ top: `${laneTop(index)}px`, height: `${LANE_PX}px` }}>
      <SideLetter index={index} />
      <p>
        <b>{compare.names.value[index]}</b>
        <span>{missing ?? (empty ? 'no span recorded' : isExtra ? length : moment)}</span>
      </p>
    </div>
  );
}

function useLaneDrawing(
  compare: CompareSession,
  canvas: preact.RefObject<HTMLCanvasElement | null>,
  widthPx: { readonly value: number },
): void {
  const fontsReady = useSignal(false);
  useLayoutEffect(() => {
    void document.fonts.ready.then(() => {
      fontsReady.value = true;
    });
  }, []);
  const colours = useComputed(() => {
    void themeEpoch.value;
    return readPalette();
  });
  useDrawing(() => {
    void fontsReady.value;
    const drawing: CompareDrawing = readLanes(compare, widthPx.value);
    const height = heightOfLanes(drawing.lanes.length);
    const context = canvas.current && prepare(canvas.current, drawing.widthPx, height);
    if (context) drawComparison(context, drawing, colours.value);
  });
}

interface PlotProps {
  readonly compare: CompareSession;
  readonly widthPx: { readonly value: number };
}

function Slider({
  compare,
  plot,
  widthPx,
  children,
}: PlotProps & { plot: preact.RefObject<HTMLDivElement | null>; children: preact.ComponentChildren }) {
  const spokenAt = useRef(0);
  useSyncEffect(() => {
    const words = spokenWords(compare);
    const { lengthNs, positionNs, playing } = compare.playback;
    const [length, position] = [lengthNs.value, positionNs.value];
    const now = performance.now();
    // Said now and then while time moves, so that nobody's screen reader drowns; exactly once it rests.
    if (!plot.current || (playing.value && now - spokenAt.current < SPOKEN_EVERY_MS)) return;
    spokenAt.current = now;
    plot.current.setAttribute('aria-valuemax', String(Math.round(length / 1e6)));
    plot.current.setAttribute('aria-valuenow', String(Math.round(position / 1e6)));
    plot.current.setAttribute('aria-valuetext', words);
  });
  const seekTo = (event: PointerEvent) => {
    const left = plot.current?.getBoundingClientRect().left ?? 0;
    const share = Math.min(Math.max(0, (event.clientX - left) / widthPx.value), 1);
    compare.seek(share * compare.watch.peek().axisLength);
  };
  return (
    <div
      class="plot"
      ref={plot}
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={0}
      aria-valuemax={0}
      aria-valuenow={0}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
      }}
    >
      {children}
    </div>
  );
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

/** The one vermilion line: moved by transform, so that playing redraws no canvas. */
function Playhead({ compare, widthPx }: PlotProps) {
  const line = useRef<HTMLDivElement>(null);
  const flag = useRef<HTMLSpanElement>(null);
  useSyncEffect(() => {
    const width = widthPx.value;
    const x = (compare.axis.value / Math.max(compare.watch.value.axisLength, 1e-9)) * width;
    const words = placeWords(compare);
    if (!line.current || !flag.current) return;
    line.current.style.transform = `translateX(${x}px)`;
    // By step the transport says which one: a tab is enough, and covers no column's name.
    const isTab = compare.clock.value === 'step';
    flag.current.classList.toggle('tab-flag', isTab);
    const said = isTab ? '' : words;
    if (flag.current.textContent !== said) flag.current.textContent = said;
    // The flag leans inwards at the edges and so is never cut; half its width is known well enough.
    const half = isTab ? TAB_HALF_PX : FLAG_HALF_PX;
    flag.current.style.transform = `translateX(${Math.max(Math.min(-half, width - x - 2 * half), -x)}px)`;
  });
  return (
    <div class="playhead" ref={line} aria-hidden="true">
      <span class="playhead-flag" ref={flag} />
    </div>
  );
}

const FLAG_HALF_PX = 34;
const TAB_HALF_PX = 4.5;
