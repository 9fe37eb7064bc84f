// The left half: what the agent saw at the playhead. Its terminal where one was recorded; else a
// summary made of spans, which says that it is one. The active span's card stands beside either.
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
      <span class="tag">recorded pty</span>
      <span class="terminal-source" title={note || undefined}>
        {track?.source ? shownLine(track.source) : ''}
        {track && track.timing !== 'none' && ` · times ${track.timing}`}
        {note && ` · ${shownLine(note)}`}
      </span>
    </header>
  );
}
