// The dock at the bottom of every replay: transport above, tracks below, and through all of them the
// playhead. It holds the elements together; gestures and drawing are files of their own.
import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { statusAt } from '../../shared/trace-columns.ts';
import { formatOffset } from '../model/format.ts';
import { MIN_RECT_PX } from '../model/lanes.ts';
import { shownLine } from '../model/shown-text.ts';
import { pxAt, withWidth } from '../model/time-scale.ts';
import type { CellSession } from '../state/cell-session.ts';
import { themeEpoch } from '../state/settings.ts';
import type { Timeline } from '../state/timeline.ts';
import { barLabels } from './bar-labels.ts';
import { barOf } from './bar-place.ts';
import { clockText } from './clock-text.ts';
import { type Drawing, drawRuler, drawTracks, prepare, RULER_PX, readPalette } from './timeline-canvas.ts';
import { Tip, type TipTarget } from './timeline-tip.tsx';
import { Transport } from './transport.tsx';
import { useDrawing } from './use-drawing.ts';
import { useSignalNow } from './use-signal-now.ts';
import { useTimelineGestures } from './use-timeline-gestures.ts';
import './dock.css';

const SPOKEN_EVERY_MS = 400;

export function Dock({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  return (
    <section class="dock" aria-label="Replay">
      <Transport session={session} />
      {session.phase.value.phase === 'ready' && <Plot session={session} timeline={timeline} />}
    </section>
  );
}

function Plot({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  const empty = session.detail.value?.hasTerminal !== true && session.playback.lengthNs.value <= 0;
  if (empty && (session.trace.value?.columns.count ?? 0) === 0)
    return (
      <p class="nothing-to-play">There is nothing to play: neither a span nor a terminal was recorded.</p>
    );
  return <Tracks session={session} timeline={timeline} />;
}

function Tracks({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  const plot = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useSignal<TipTarget | null>(null);
  const fontsReady = useSignal(false);
  const tracks = timeline.tracks.value;
  const height = useComputed(() => timeline.tracks.value.reduce((sum, track) => sum + track.height, 0)).value;
  const gestures = useTimelineGestures(session, timeline, plot, tip);

  useLayoutEffect(() => {
    const element = plot.current;
    if (!element) return;
    const measure = () => {
      timeline.scale.value = withWidth(timeline.scale.peek(), Math.max(1, element.clientWidth));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    void document.fonts.ready.then(() => {
      fontsReady.value = true;
    });
    return () => observer.disconnect();
  }, [timeline]);

  const labels = useComputed(() => barLabels(session));
  useDrawing(() => {
    const columns = session.trace.value?.columns;
    const drawing: Drawing = {
      tracks: timeline.tracks.value,
      scale: timeline.scale.value,
      errors: session.trace.value?.errors ?? [],
      changes: session.changeMarks.value,
      firstChunkNs: session.firstChunkNs.value,
      terminalNs: session.terminal.film.value?.eventNs ?? null,
      failed: (row) => (columns ? statusAt(columns, row) === 'error' : false),
      ...labels.value,
    };
    void [themeEpoch.value, fontsReady.value];
    const colours = readPalette();
    const { widthPx } = drawing.scale;
    const all = drawing.tracks.reduce((sum, track) => sum + track.height, 0);
    const onRuler = ruler.current && prepare(ruler.current, widthPx, RULER_PX);
    if (onRuler) drawRuler(onRuler, drawing.scale, colours);
    const onTracks = canvas.current && prepare(canvas.current, widthPx, all);
    if (onTracks) drawTracks(onTracks, drawing, colours);
  });

  return (
    <div class="tracks">
      <div class="tracks-scroll">
        <div class="track-labels" style={{ paddingTop: `${RULER_PX}px` }}>
          {tracks.map((track) => (
            <div key={track.id} class="track-label" style={{ height: `${track.height}px` }}>
              {track.label}
            </div>
          ))}
        </div>
        <Slider session={session} plot={plot} handlers={gestures}>
          <canvas ref={ruler} class="ruler" style={{ height: `${RULER_PX}px` }} />
          <canvas ref={canvas} class="bars" style={{ height: `${height}px` }} />
          <ActiveBar session={session} timeline={timeline} />
          <Playhead session={session} timeline={timeline} />
          <Tip session={session} target={tip} />
        </Slider>
      </div>
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
    const half = flag.current.offsetWidth / 2;
    const lean = Math.min(-half, scale.widthPx - x - 2 * half);
    flag.current.style.transform = `translateX(${Math.max(lean, -x)}px)`;
  });
  return (
    <div class="playhead" ref={line} aria-hidden="true">
      <span class="playhead-flag" ref={flag} />
    </div>
  );
}
