// The dock at the bottom of every replay: transport above, tracks below, and through all of them the
// playhead. It holds the elements together; gestures, drawing and what moves are files of their own.
import { type Signal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import { lazy } from '../parts/lazy.tsx';
import { useSyncEffect } from '../parts/use-sync-effect.ts';
import { clockText } from './clock-text.ts';
import { RULER_PX } from './draw-ruler.ts';
import { ActiveBar, Playhead, WindowBand } from './overlays.tsx';
import type { TipTarget } from './tooltip.tsx';
import { TrackLabels } from './track-labels.tsx';
import { Transport } from './transport.tsx';
import { heightOf, useTracksDrawing, useWidth } from './use-tracks-drawing.ts';
import './timeline-dock.css';

const MinimapStrip = lazy(() => import('./minimap-strip.tsx').then((module) => module.MinimapStrip));
const Tooltip = lazy(() => import('./tooltip.tsx').then((module) => module.Tooltip));

const SPOKEN_EVERY_MS = 400;

interface DockProps {
  readonly session: CellSession;
  readonly dock: Dock;
}

export function TimelineDock({ session, dock }: DockProps) {
  const opened = dock.timeline.tracks.value.some((track) => track.opened === true);
  return (
    <section class={opened ? 'dock opened' : 'dock'} aria-label="Replay">
      <Transport session={session} dock={dock} />
      {session.phase.value.phase === 'ready' && <Plot session={session} dock={dock} />}
    </section>
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
  const ruler = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useSignal<TipTarget | null>(null);
  const height = useComputed(() => heightOf(timeline.tracks.value)).value;
  const isHeld = useGestures(session, dock, plot, tip);
  useWidth(plot, timeline);
  useTracksDrawing(session, dock, ruler, canvas);
  return (
    <div class="tracks">
      <div class="overview">
        <MinimapStrip session={session} dock={dock} />
      </div>
      <div class="tracks-scroll">
        <TrackLabels timeline={timeline} />
        <Slider session={session} dock={dock} plot={plot} isHeld={isHeld}>
          <canvas ref={ruler} class="ruler" style={{ height: `${RULER_PX}px` }} />
          <canvas ref={canvas} class="bars" style={{ height: `${height}px` }} />
          <ActiveBar session={session} timeline={timeline} />
          <WindowBand timeline={timeline} />
          <Playhead session={session} timeline={timeline} />
        </Slider>
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

function Slider({
  session,
  dock,
  plot,
  isHeld,
  children,
}: {
  session: CellSession;
  dock: Dock;
  plot: preact.RefObject<HTMLDivElement | null>;
  /** Whether the pointer's gestures are here. */
  isHeld: boolean;
  children: preact.ComponentChildren;
}) {
  const { playback } = session;
  const spokenAt = useRef(0);
  // Said now and then while time moves, so that nobody's screen reader drowns; exactly once it rests.
  useSyncEffect(() => {
    const element = plot.current;
    const tNs = playback.positionNs.value;
    const lengthNs = playback.lengthNs.value;
    const row = playback.row.value;
    const marker = dock.overview.markerHere.value;
    const now = performance.now();
    if (!element || (playback.playing.value && now - spokenAt.current < SPOKEN_EVERY_MS)) return;
    spokenAt.current = now;
    const columns = session.trace.peek()?.columns;
    const name = row >= 0 && columns ? (columns.names[columns.name[row] ?? -1] ?? '') : '';
    const clock = clockText(tNs, lengthNs);
    element.setAttribute('aria-valuemax', String(Math.round(lengthNs / 1e6)));
    element.setAttribute('aria-valuenow', String(Math.round(tNs / 1e6)));
    element.setAttribute(
      'aria-valuetext',
      `${clock.position} of ${clock.length}${name && `, ${shownLine(name, 80)}`}${marker ? `, marker ${marker.label}` : ''}`,
    );
  });
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
      aria-disabled={!isHeld || undefined}
    >
      {children}
    </div>
  );
}
