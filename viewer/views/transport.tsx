// Play, pause, the clock, the speeds, and the keys printed where they work.
import { useComputed } from '@preact/signals';
import type { CellSession } from '../state/cell-session.ts';
import { clockText } from './clock-text.ts';
import { ArrowKey } from './with-arrows.tsx';
import './transport.css';

const SPEEDS: readonly { speed: number; label: string; name: string }[] = [
  { speed: 0.5, label: '½×', name: 'Half speed' },
  { speed: 1, label: '1×', name: 'Normal speed' },
  { speed: 2, label: '2×', name: 'Double speed' },
  { speed: 4, label: '4×', name: 'Four times the speed' },
];

export function Transport({ session }: { session: CellSession }) {
  const { playback } = session;
  const playing = playback.playing.value;
  const ended = useComputed(() => playback.state.value.mode === 'ended').value;
  return (
    <div class="transport">
      <button
        type="button"
        class="play"
        onClick={playback.toggle}
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
      <Clock session={session} />
      <Speeds session={session} />
      <KeyHints />
    </div>
  );
}

function Clock({ session }: { session: CellSession }) {
  const { playback } = session;
  const text = useComputed(() => clockText(playback.positionNs.value, playback.lengthNs.value));
  const position = useComputed(() => text.value.position);
  const length = useComputed(() => text.value.length);
  if (session.phase.value.phase === 'loading') return <p class="clock" />;
  return (
    <p class="clock" role="timer" aria-label="Position">
      <b>{position}</b>
      <span>
        {' / '}
        {length}
      </span>
    </p>
  );
}

function Speeds({ session }: { session: CellSession }) {
  const speed = useComputed(() => session.playback.state.value.speed).value;
  return (
    <fieldset class="speeds">
      <legend class="sr-only">Speed</legend>
      {SPEEDS.map((one) => (
        <button
          key={one.speed}
          type="button"
          aria-pressed={one.speed === speed}
          title={one.name}
          onClick={() => session.playback.setSpeed(one.speed)}
        >
          {one.label}
          <span class="sr-only"> speed</span>
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
        <ArrowKey direction="right" /> step span
      </span>
      <span>
        <kbd>,</kbd>
        <kbd>.</kbd> 100 ms
      </span>
      <span class="less">
        <kbd>e</kbd> next error
      </span>
      <span class="less">
        <kbd>f</kbd> fit
      </span>
    </p>
  );
}
