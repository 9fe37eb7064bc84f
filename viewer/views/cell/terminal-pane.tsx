// The left half: what the agent saw at the playhead. Its terminal where one was recorded; else a
// summary made of spans, which says that it is one. The active span's card stands beside either.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import { formatLength, formatOffset } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import { FullScreenButton } from '../parts/full-screen-button.tsx';
import { lazy } from '../parts/lazy.tsx';
import { ActiveSpanCard } from '../trace/active-span-card.tsx';
import './terminal-pane.css';

// A cell has one of the two, and a film is made after the first paint.
const SpanSummary = lazy(
  () => import('../trace/span-summary.tsx').then((module) => module.SpanSummary),
  <section class="summary" />,
);
const TerminalView = lazy(
  () => import('../terminal/terminal-view.tsx').then((module) => module.TerminalView),
  <p class="terminal-note">Reading the recording…</p>,
);

export function TerminalPane({ session }: { session: CellSession }) {
  const hasTerminal = session.detail.value?.hasTerminal === true;
  return (
    <div class="terminal-pane">
      {hasTerminal ? <Terminal session={session} /> : <SpanSummary session={session} />}
      <ActiveSpanCard session={session} />
    </div>
  );
}

function Terminal({ session }: { session: CellSession }) {
  const box = useRef<HTMLElement>(null);
  const film = session.terminal.film.value;
  const error = session.terminal.error.value;
  const progress = session.terminal.progress.value;
  return (
    <section class="terminal" aria-label="Terminal" ref={box}>
      <TerminalBar session={session} box={box} />
      {film ? (
        <TerminalView session={session} film={film} />
      ) : (
        <p class="terminal-note" role="status">
          {error
            ? `The recording could not be replayed: ${shownLine(error.message)}`
            : progress
              ? `Reading the recording: ${Math.round((100 * progress.done) / Math.max(1, progress.total))} %`
              : 'Reading the recording…'}
        </p>
      )}
    </section>
  );
}

function TerminalBar({ session, box }: { session: CellSession; box: preact.RefObject<HTMLElement | null> }) {
  const track = trackOf(session.detail.value, 'terminal');
  const facts = session.terminal.facts.value;
  const film = session.terminal.film.value;
  const error = session.terminal.error.value;
  const late = useComputed(() => lateBy(session)).value;
  const notes = [
    track?.note,
    ...(facts?.notes ?? []),
    film?.truncated ? 'cut at a limit' : null,
    film?.failure ? `cannot be shown from ${formatOffset(film.failure.tNs)} on` : null,
    film && error ? `not played further: ${error.message}` : null,
  ];
  const note = notes.filter((text) => typeof text === 'string' && text !== '').join(' · ');
  return (
    <header class="terminal-bar">
      <h2>Terminal</h2>
      {facts && (
        <span class="size">
          {facts.cols} × {facts.rows}
        </span>
      )}
      <span class="tag">{track?.source?.startsWith('asciicast') ? 'recorded pty' : 'recorded'}</span>
      {late > 0 ? (
        <span class="terminal-source">its last screen, {formatLength(late)} after the run's end</span>
      ) : (
        <span class="terminal-source" title={note || undefined}>
          {track?.source ? shownLine(track.source) : ''}
          {track && track.timing !== 'none' && ` · times ${track.timing}`}
          {note && ` · ${shownLine(note)}`}
        </span>
      )}
      <button
        type="button"
        class="terminal-tool"
        title="Find in the terminal (/)"
        onClick={() => session.search.ask('terminal')}
      >
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path d="M6 10.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4ZM9.2 9.2l3 3" />
        </svg>
        Find
      </button>
      <FullScreenButton box={box} />
    </header>
  );
}

/** Nanoseconds by which the recording outlasts the run, where the playhead has reached the end; else 0. */
function lateBy(session: CellSession): number {
  const { ended, lengthNs } = session.playback;
  const last = session.terminal.film.value?.frameNs.at(-1) ?? 0;
  return ended.value ? Math.max(0, last - lengthNs.value) : 0;
}
