// The dock at the bottom of every replay: transport above, tracks below, and through all of them the
// playhead. It holds the elements together; gestures and drawing are files of their own.
import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { spanKinds } from '../../shared/span.ts';
import { statusAt } from '../../shared/trace-columns.ts';
import { formatLength, formatOffset } from '../model/format.ts';
import { laneOf, MIN_RECT_PX } from '../model/lanes.ts';
import { windowRect } from '../model/selection.ts';
import { shownLine } from '../model/shown-text.ts';
import { pxAt, withWidth } from '../model/time-scale.ts';
import type { CellSession } from '../state/cell-session.ts';
import type { Dock } from '../state/dock-address.ts';
import { themeEpoch } from '../state/settings.ts';
import type { DockTrack, Timeline } from '../state/timeline.ts';
import { formOf } from './bar-forms.ts';
import { barLabels } from './bar-labels.ts';
import { barOf } from './bar-place.ts';
import { clockText } from './clock-text.ts';
import { late } from './late.tsx';
import { prepare, readPalette } from './timeline-canvas.ts';
import { drawRuler, RULER_PX } from './timeline-ruler.ts';
import type { TipTarget } from './timeline-tip.tsx';
import { type Drawing, drawTracks } from './timeline-tracks.ts';
import { Transport } from './transport.tsx';
import { useDrawing } from './use-drawing.ts';
import { useSignalNow } from './use-signal-now.ts';
import { useTimelineGestures } from './use-timeline-gestures.ts';
import './dock.css';

const MinimapStrip = late(() => import('./timeline-minimap.tsx').then((module) => module.MinimapStrip));
const Tip = late(() => import('./timeline-tip.tsx').then((module) => module.Tip));

const SPOKEN_EVERY_MS = 400;
/** Below this a window's length has no room to stand in it. */
const WINDOW_LABEL_PX = 56;

interface DockProps {
  readonly session: CellSession;
  readonly dock: Dock;
}

export function DockBar({ session, dock }: DockProps) {
  const opened = dock.timeline.tracks.value.some((track) => track.opened === true);
  return (
    <section class={opened ? 'dock opened' : 'dock'} aria-label="Replay">
      <Transport session={session} dock={dock} />
      {session.phase.value.phase === 'ready' && <Plot session={session} dock={dock} />}
    </section>
  );
}

function Plot({ session, dock }: DockProps) {
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
  const gestures = useTimelineGestures(session, dock, plot, tip);
  useWidth(plot, timeline);
  useTracksDrawing(session, dock, ruler, canvas);
  return (
    <div class="tracks">
      <div class="overview">
        <MinimapStrip session={session} dock={dock} />
      </div>
      <div class="tracks-scroll">
        <TrackLabels timeline={timeline} />
        <Slider session={session} plot={plot} handlers={gestures}>
          <canvas ref={ruler} class="ruler" style={{ height: `${RULER_PX}px` }} />
          <canvas ref={canvas} class="bars" style={{ height: `${height}px` }} />
          <ActiveBar session={session} timeline={timeline} />
          <WindowBand timeline={timeline} />
          <Playhead session={session} timeline={timeline} />
        </Slider>
      </div>
      <Tip session={session} target={tip} />
    </div>
  );
}

function heightOf(tracks: readonly DockTrack[]): number {
  return tracks.reduce((sum, track) => sum + track.height, 0);
}

/** Keeps the scale as wide as the plot. */
function useWidth(plot: preact.RefObject<HTMLDivElement | null>, timeline: Timeline): void {
  useLayoutEffect(() => {
    const element = plot.current;
    if (!element) return;
    const measure = () => {
      timeline.scale.value = withWidth(timeline.scale.peek(), Math.max(1, element.clientWidth));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [timeline]);
}

function useTracksDrawing(
  session: CellSession,
  { timeline, overview, compressed }: Dock,
  ruler: preact.RefObject<HTMLCanvasElement | null>,
  canvas: preact.RefObject<HTMLCanvasElement | null>,
): void {
  const fontsReady = useSignal(false);
  useLayoutEffect(() => {
    void document.fonts.ready.then(() => {
      fontsReady.value = true;
    });
  }, []);
  const labels = useComputed(() => barLabels(session));
  const colours = useComputed(() => {
    void themeEpoch.value;
    return readPalette();
  });
  useDrawing(() => {
    void fontsReady.value;
    const scale = timeline.scale.value;
    const context = ruler.current && prepare(ruler.current, scale.widthPx, RULER_PX);
    const drawing = { scale, markers: overview.markers.value, hits: session.search.hits.value };
    if (context) drawRuler(context, drawing, colours.value);
  });
  useDrawing(() => {
    void fontsReady.value;
    const trace = session.trace.value;
    const columns = trace?.columns;
    const drawing: Drawing = {
      tracks: timeline.tracks.value,
      scale: timeline.scale.value,
      errors: timeline.errors.value,
      changes: session.changeMarks.value,
      scores: overview.scores.value,
      firstChunkNs: session.firstChunkNs.value,
      terminalNs: session.terminal.film.value?.eventNs ?? null,
      gaps: compressed.value ? (overview.idle.value?.gaps ?? []) : [],
      failed: (row) => (columns ? statusAt(columns, row) === 'error' : false),
      form: (row) => (trace ? formOf(trace.columns, trace.tree, row) : 0),
      laneOfRow: (row) => laneOf(spanKinds[columns?.kind[row] ?? -1] ?? 'other'),
      ...labels.value,
    };
    const context =
      canvas.current && prepare(canvas.current, drawing.scale.widthPx, heightOf(drawing.tracks));
    if (context) drawTracks(context, drawing, colours.value);
  });
}

/** The tracks' names; those that hold more than they show are buttons that open them. */
function TrackLabels({ timeline }: { timeline: Timeline }) {
  return (
    <div class="track-labels" style={{ paddingTop: `${RULER_PX}px` }}>
      {timeline.tracks.value.map((track) => (
        <div key={track.id} class="track-label" style={{ height: `${track.height}px` }}>
          {track.opened === null ? (
            track.label
          ) : (
            <button
              type="button"
              aria-expanded={track.opened}
              title={track.opened ? 'Show its own spans alone' : 'Show all that lies below, by depth'}
              onClick={() => timeline.toggleTrack(track.id)}
            >
              {track.label}
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <path d="M3 2l3.5 3L3 8" />
              </svg>
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

function Slider({
  session,
  plot,
  handlers,
  children,
}: {
  session: CellSession;
  plot: preact.RefObject<HTMLDivElement | null>;
  handlers: ReturnType<typeof useTimelineGestures>;
  children: preact.ComponentChildren;
}) {
  const { playback } = session;
  const spokenAt = useRef(0);
  // Said now and then while time moves, so that nobody's screen reader drowns; exactly once it rests.
  useSignalNow(() => {
    const element = plot.current;
    const tNs = playback.positionNs.value;
    const lengthNs = playback.lengthNs.value;
    const row = playback.row.value;
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
      `${clock.position} of ${clock.length}${name && `, ${shownLine(name, 80)}`}`,
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
      {...handlers}
    >
      {children}
    </div>
  );
}

/** The outline of the active span's bar, an element for the same reason as the playhead. */
function ActiveBar({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  const outline = useRef<HTMLDivElement>(null);
  useSignalNow(() => {
    const element = outline.current;
    const scale = timeline.scale.value;
    const place = barOf(
      session.trace.value?.columns ?? null,
      timeline.tracks.value,
      session.playback.row.value,
    );
    if (!element) return;
    const from = place ? Math.max(-4, pxAt(scale, place.startNs)) : 0;
    const to = place ? Math.min(scale.widthPx + 4, pxAt(scale, place.endNs)) : -1;
    element.hidden = !place || to < from;
    if (!place || element.hidden) return;
    element.style.transform = `translate(${from - 1}px, ${RULER_PX + place.y - 1}px)`;
    element.style.width = `${Math.max(MIN_RECT_PX, to - from - 1) + 2}px`;
    element.style.height = `${place.height + 2}px`;
  });
  return <div class="active-bar" ref={outline} hidden aria-hidden="true" />;
}

/** The window chosen on the ruler: a wash over all tracks, with edges to take hold of in the ruler. */
function WindowBand({ timeline }: { timeline: Timeline }) {
  const band = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  useSignalNow(() => {
    const { window } = timeline.drag.value;
    const rect = windowRect(window, timeline.scale.value);
    if (!band.current || !label.current) return;
    band.current.hidden = rect === null;
    if (!rect || !window) return;
    band.current.style.transform = `translateX(${rect.x}px)`;
    band.current.style.width = `${rect.width}px`;
    label.current.textContent =
      rect.width >= WINDOW_LABEL_PX ? formatLength(window.toNs - window.fromNs) : '';
  });
  return (
    <div class="window-band" ref={band} hidden aria-hidden="true">
      <span class="window-grip" ref={label} />
    </div>
  );
}

/** Widths by the text's shape: figures are all as wide, and asking the page each frame would lay it out. */
const flagWidths = new Map<string, number>();

function widthOf(flag: HTMLElement): number {
  const shape = `${document.fonts.status} ${flag.textContent.replace(/\d/g, '0')}`;
  const known = flagWidths.get(shape);
  if (known !== undefined) return known;
  const width = flag.offsetWidth;
  if (width > 0) flagWidths.set(shape, width);
  return width;
}

/** The one vermilion line: moved by transform, so that playing redraws no canvas. */
function Playhead({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  const line = useRef<HTMLDivElement>(null);
  const flag = useRef<HTMLSpanElement>(null);
  useSignalNow(() => {
    const scale = timeline.scale.value;
    const tNs = session.playback.positionNs.value;
    const x = pxAt(scale, tNs);
    if (!line.current || !flag.current) return;
    const visible = x >= -0.5 && x <= scale.widthPx + 0.5;
    line.current.style.transform = `translateX(${x}px)`;
    line.current.style.opacity = visible ? '1' : '0';
    flag.current.textContent = formatOffset(tNs);
    // The flag leans inwards at the edges and so is never cut.
    const half = widthOf(flag.current) / 2;
    const lean = Math.min(-half, scale.widthPx - x - 2 * half);
    flag.current.style.transform = `translateX(${Math.max(lean, -x)}px)`;
  });
  return (
    <div class="playhead" ref={line} aria-hidden="true">
      <span class="playhead-flag" ref={flag} />
    </div>
  );
}
