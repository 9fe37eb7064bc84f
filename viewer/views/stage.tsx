// The left half: what the agent saw at the playhead. Its terminal where one was recorded; else a
// summary made of spans, which says that it is one. The active span's card stands beside either.
import { useComputed } from '@preact/signals';
import { formatLength } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import { type CellSession, trackOf } from '../state/cell-session.ts';
import { ActiveSpan } from './active-span.tsx';
import { SpanSummary } from './span-summary.tsx';
import { TerminalView } from './terminal-view.tsx';
import './stage.css';

export function Stage({ session }: { session: CellSession }) {
  const hasTerminal = session.detail.value?.hasTerminal === true;
  return (
    <div class="stage">
      {hasTerminal ? <Terminal session={session} /> : <SpanSummary session={session} />}
      <ActiveSpan session={session} />
    </div>
  );
}

function Terminal({ session }: { session: CellSession }) {
  const film = session.terminal.film.value;
  const error = session.terminal.error.value;
  const progress = session.terminal.progress.value;
  return (
    <section class="terminal" aria-label="Terminal">
      <TerminalBar session={session} />
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

function TerminalBar({ session }: { session: CellSession }) {
  const track = trackOf(session.detail.value, 'terminal');
  const facts = session.terminal.facts.value;
  const film = session.terminal.film.value;
  const late = useComputed(() => lateBy(session)).value;
  const notes = [track?.note, ...(facts?.notes ?? []), film?.truncated ? 'cut at a limit' : null];
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
    </header>
  );
}

/** Nanoseconds by which the recording outlasts the run, where the playhead has reached the end; else 0. */
function lateBy(session: CellSession): number {
  const { mode, lengthNs } = session.playback.state.value;
  const last = session.terminal.film.value?.frameNs.at(-1) ?? 0;
  return mode === 'ended' ? Math.max(0, last - lengthNs) : 0;
}
