// The dock at the bottom of every replay: transport above, tracks below, and through all of them the
// playhead. It holds the elements together; gestures, drawing and what moves are files of their own.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import { RULER_PX, tracksHeight } from '../../model/timeline/tracks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { narrow } from '../../state/page/media.ts';
import { dockHeight } from '../../state/page/pane-sizes.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import { lazy } from '../parts/lazy.tsx';
import { TimeCanvas, TimeSlider } from '../parts/time-canvas.tsx';
import { clockText } from './clock-text.ts';
import { ActiveBar, Playhead, WindowBand } from './overlays.tsx';
import type { TipTarget } from './tooltip.tsx';
import { TrackLabels } from './track-labels.tsx';
import { Transport } from './transport.tsx';
import { useTracksDrawing, useWidth } from './use-tracks-drawing.ts';
import './timeline-dock.css';

const MinimapStrip = lazy(() => import('./minimap-strip.tsx').then((module) => module.MinimapStrip));
const Splitter = lazy(() => import('../parts/splitter.tsx').then((module) => module.Splitter));
const StoryLanes = lazy(() => import('./story-lanes.tsx').then((module) => module.StoryLanes));
const Tooltip = lazy(() => import('./tooltip.tsx').then((module) => module.Tooltip));

interface DockProps {
  readonly session: CellSession;
  readonly dock: Dock;
}

export function TimelineDock({ session, dock }: DockProps) {
  const opened = dock.timeline.tracks.value.some((track) => track.opened === true);
  return (
    <section class={opened && dockHeight.sizePx.value === null ? 'dock opened' : 'dock'} aria-label="Replay">
      {!narrow.value && <DockSplitter />}
      <Transport session={session} dock={dock} />
      {session.phase.value.phase === 'ready' && <Plot session={session} dock={dock} />}
    </section>
  );
}

/** The transport and a line of time stay, and two fifths of the page. */
function DockSplitter() {
  return (
    <Splitter
      label="Height of the timeline"
      upright={false}
      size={dockHeight}
      pane={(line) => line.parentElement}
      bounds={() => ({ minPx: 92, maxPx: Math.max(92, Math.round(innerHeight * 0.6)) })}
    />
  );
}

function Plot({ session, dock }: DockProps) {
  const failed = session.trace.value === null ? session.traceError.value : null;
  if (failed)
    return (
      <p class="nothing-to-play" role="status">
        The spans could not be loaded, so that the timeline is empty: {shownLine(failed.message)}
      </p>
    );
  const empty = session.detail.value?.hasTerminal !== true && session.playback.lengthNs.value <= 0;
  if (empty && (session.trace.value?.columns.count ?? 0) === 0)
    return (
      <p class="nothing-to-play">There is nothing to play: neither a span nor a terminal was recorded.</p>
    );
  return <Tracks session={session} dock={dock} />;
}

function Tracks({ session, dock }: DockProps) {
  const { timeline } = dock;
  const plot = useRef<HTMLDivElement>(null);
  const tip = useSignal<TipTarget | null>(null);
  const isHeld = useGestures(session, dock, plot, tip);
  useWidth(plot, timeline);
  const draw = useTracksDrawing(session, dock);
  const widthPx = () => timeline.scale.value.widthPx;
  return (
    <div class="tracks">
      <div class="overview">
        <MinimapStrip session={session} dock={dock} />
      </div>
      {!narrow.value && (session.detail.value?.modelCalls ?? 0) > 0 && (
        <div class="overview story-lanes">
          <StoryLanes session={session} dock={dock} />
        </div>
      )}
      <div class="tracks-scroll">
        <TrackLabels timeline={timeline} />
        <TimeSlider
          class="plot"
          place={plot}
          playback={session.playback}
          words={() => spokenWords(session, dock)}
          disabled={!isHeld}
        >
          <TimeCanvas class="ruler" widthPx={widthPx} heightPx={() => RULER_PX} draw={draw.ruler} />
          <TimeCanvas
            class="bars"
            widthPx={widthPx}
            heightPx={() => tracksHeight(timeline.tracks.value)}
            draw={draw.tracks}
          />
          <ActiveBar session={session} timeline={timeline} />
          <WindowBand timeline={timeline} />
          <Playhead session={session} timeline={timeline} />
        </TimeSlider>
      </div>
      <Tooltip session={session} target={tip} />
    </div>
  );
}

/** The hand comes after the first paint: nobody drags what is not drawn. @returns whether it is here */
function useGestures(
  session: CellSession,
  dock: Dock,
  plot: preact.RefObject<HTMLDivElement | null>,
  tip: Signal<TipTarget | null>,
): boolean {
  const isHere = useSignal(false);
  useEffect(() => {
    let detach: (() => void) | null = null;
    let isGone = false;
    void import('./gestures.ts').then(({ attachGestures }) => {
      if (isGone || !plot.current) return;
      detach = attachGestures({ session, dock, plot: plot.current, tip });
      isHere.value = true;
    });
    return () => {
      isGone = true;
      detach?.();
    };
  }, [session, dock]);
  return isHere.value;
}

/** "544 ms of 4.436 s, model_call, marker first edit". */
function spokenWords(session: CellSession, { overview }: Dock): string {
  const { positionNs, lengthNs, row } = session.playback;
  const clock = clockText(positionNs.value, lengthNs.value);
  const columns = session.trace.value?.columns;
  const name = row.value >= 0 && columns ? (columns.names[columns.name[row.value] ?? -1] ?? '') : '';
  const marker = overview.markerHere.value;
  const parts = [`${clock.position} of ${clock.length}`];
  if (name !== '') parts.push(shownLine(name, 80));
  if (marker) parts.push(`marker ${marker.label}`);
  return parts.join(', ');
}
