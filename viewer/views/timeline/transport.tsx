// Play, pause, the clock, the speeds, what loops and what idle time to skip, and the keys printed where they
// work. It shows the machine's state and sends it events; it decides nothing.
import { useComputed } from '@preact/signals';
import { formatOffset } from '../../model/display/format.ts';
import { shortLength } from '../../model/display/short-numbers.ts';
import { type IdleMap, idleWords } from '../../model/timeline/idle-map.ts';
import { speeds } from '../../model/timeline/playback.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { PlaybackSession } from '../../state/cell/playback-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import { Clock, KeyHints } from '../parts/time-canvas.tsx';
import { ArrowKey } from '../parts/with-arrows.tsx';
import { clockText } from './clock-text.ts';
import './transport.css';

const speedLabels = new Map([
  [0.25, '¼'],
  [0.5, '½'],
]);

interface TransportProps {
  readonly session: CellSession;
  readonly dock: Dock;
}

export function Transport({ session, dock }: TransportProps) {
  return (
    <div class="transport">
      <PlayButton playback={dock.playback} />
      <RunClock session={session} />
      <Speeds playback={dock.playback} smart={dock} />
      <Idle dock={dock} />
      <Loop dock={dock} />
      <MomentName dock={dock} />
      <KeyHints hints={KEYS} />
    </div>
  );
}

export function PlayButton({ playback }: { playback: PlaybackSession }) {
  const playing = playback.playing.value;
  const ended = playback.ended.value;
  return (
    <button
      type="button"
      class="play"
      onClick={() => playback.toggle()}
      disabled={playback.lengthNs.value <= 0}
      aria-label={playing ? 'Pause' : ended ? 'Play again' : 'Play'}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        {playing ? (
          <path d="M6 4.5h2.8v11H6zM11.2 4.5H14v11h-2.8z" />
        ) : (
          <path d="M6.4 4.2v11.6c0 .5.5.8 1 .5l8.9-5.8a.6.6 0 0 0 0-1L7.4 3.7c-.5-.3-1 0-1 .5Z" />
        )}
      </svg>
    </button>
  );
}

/** Where the playhead is of how long; nothing while that is not known. */
export function RunClock({ session }: { session: CellSession }) {
  const { playback } = session;
  const text = useComputed(() => clockText(playback.positionNs.value, playback.lengthNs.value));
  const position = useComputed(() => text.value.position);
  const rest = useComputed(() => `/ ${text.value.length}`);
  return session.phase.value.phase === 'loading' ? (
    <p class="clock" />
  ) : (
    <Clock position={position} rest={rest} />
  );
}

/** Those that have a button of their own; keys step through all. */
const offered = new Set([0.5, 1, 2, 4, 16, 64]);

/** In a row; where there is no room for them, slower and faster around the one in force. Smart where the run has it. */
export function Speeds({ playback, smart }: { playback: PlaybackSession; smart?: Dock }) {
  const isSmart = smart?.smart.value === true && smart.overview.smart.value !== null;
  const speed = useComputed(() => playback.state.value.speed).value;
  const text = (value: number) => `${speedLabels.get(value) ?? value}×`;
  return (
    <fieldset class="speeds">
      <legend class="sr-only">Speed</legend>
      <button
        type="button"
        class="step"
        aria-label="Slower"
        disabled={speed === speeds[0]}
        onClick={() => playback.stepSpeed(-1)}
      >
        −
      </button>
      {speeds
        .filter((one) => offered.has(one) || one === speed)
        .map((one) => (
          <button
            key={one}
            type="button"
            class="speed"
            aria-pressed={!isSmart && one === speed}
            aria-label={`${text(one)} speed`}
            onClick={() => {
              if (smart) smart.smart.value = false;
              playback.setSpeed(one);
            }}
          >
            {text(one)}
          </button>
        ))}
      <button
        type="button"
        class="step"
        aria-label="Faster"
        disabled={speed === speeds.at(-1)}
        onClick={() => playback.stepSpeed(1)}
      >
        +
      </button>
      {smart?.overview.smart.value && <Smart dock={smart} map={smart.overview.smart.value} />}
    </fieldset>
  );
}

/** Fast where nothing changes, slow at edits, errors and messages; with the time that it takes. */
function Smart({ dock, map }: { dock: Dock; map: IdleMap }) {
  return (
    <button
      type="button"
      class="speed smart"
      aria-pressed={dock.smart.value}
      title="60× while nothing changes, 2× around edits, errors and messages"
      onClick={() => {
        dock.smart.value = !dock.smart.value;
      }}
    >
      Smart <small>≈ {shortLength(map.watchedLengthNs / 1e6)}</small>
    </button>
  );
}

/** Offered where it pays, and then in words that say what it saves. */
function Idle({ dock }: { dock: Dock }) {
  const idle = dock.overview.idle.value;
  if (!idle) return null;
  const on = dock.compressed.value;
  return (
    <button
      type="button"
      class="pill idle"
      aria-pressed={on}
      title={`${idle.gaps.length === 1 ? 'One stretch' : `${idle.gaps.length} stretches`} in which nothing happens. Times stay those of the run.`}
      onClick={() => {
        dock.compressed.value = !on;
      }}
    >
      <span class="words">{idleWords(idle)} · </span>
      {on ? `compressed to ${formatOffset(Math.round(idle.watchedLengthNs / 1e8) * 1e8)}` : 'compress'}
    </button>
  );
}

/** The window that plays over and over, and the way out of it. */
function Loop({ dock }: { dock: Dock }) {
  const window = dock.timeline.drag.value.window;
  if (!window) return null;
  return (
    <fieldset class="pill loop">
      <legend class="sr-only">Loop</legend>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        <path d="M2.2 6.2A4.4 4.4 0 0 1 10 4.1M10 1.6v2.7H7.3M11.8 7.8A4.4 4.4 0 0 1 4 9.9M4 12.4V9.7h2.7" />
      </svg>
      <span class="words">
        {formatOffset(window.fromNs)} – {formatOffset(window.toNs)}
      </span>
      <button type="button" aria-label="End the loop" onClick={() => dock.timeline.setWindow(null)}>
        ×
      </button>
    </fieldset>
  );
}

/** Where the playhead stands at a named moment: its name, so that a jump says where it led. */
function MomentName({ dock }: { dock: Dock }) {
  const marker = dock.overview.markerHere.value;
  // A phase is a span: the card of the active span names it already.
  if (!marker || marker.kind === 'phase') return null;
  return (
    <p class="moment-name" role="status" aria-label="Marker" title={marker.label}>
      {marker.label}
    </p>
  );
}

const KEYS = [
  [<kbd>space</kbd>, 'play'],
  [
    <>
      <ArrowKey direction="left" />
      <ArrowKey direction="right" />
    </>,
    'step span',
  ],
  [
    <>
      <kbd>,</kbd>
      <kbd>.</kbd>
    </>,
    '100 ms',
  ],
  [<kbd>n</kbd>, 'next error'],
  [<kbd>f</kbd>, 'fit'],
] as const;
