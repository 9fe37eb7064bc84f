// The head of a terminal: what was recorded and how, which of its rows are in sight, what could not be shown, and the
// ways to find in it and to give it the whole screen. Does not show the recording.
import { useComputed } from '@preact/signals';
import { shownLine } from '../../model/display/display-text.ts';
import { formatLength, formatOffset } from '../../model/display/format.ts';
import { codeWords } from '../../model/terminal/run-parts.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import { FullScreenButton } from '../parts/full-screen-button.tsx';
import { StageSwitch } from './stage-switch.tsx';

export function TerminalBar({ session }: { session: CellSession }) {
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
      <StageSwitch session={session} />
      <span class="size">{facts && `${facts.cols} × ${facts.rows}`}</span>
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
      <Missing session={session} />
      <RowsInSight session={session} />
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
      <FullScreenButton />
    </header>
  );
}

/** "rows 11–40 of 40", where not all of them are in sight. */
function RowsInSight({ session }: { session: CellSession }) {
  const rows = session.terminal.sight.rows.value;
  return <span class="terminal-rows">{rows && `rows ${rows.first}–${rows.last} of ${rows.of}`}</span>;
}

/** What the screen shows a frame for, as neither a font nor a drawing of ours has it. */
function Missing({ session }: { session: CellSession }) {
  const missing = session.terminal.sight.missing.value;
  if (missing.length === 0) return null;
  const codes = missing.slice(0, 12).map((text) => codeWords(text));
  return (
    <span class="terminal-missing" role="status" title={`No font here has ${codes.join(', ')}`}>
      {missing.length === 1 ? '1 character' : `${missing.length} characters`} without a font
    </span>
  );
}

/** Nanoseconds by which the recording outlasts the run, where the playhead has reached the end; else 0. */
function lateBy(session: CellSession): number {
  const { ended, lengthNs } = session.playback;
  const last = session.terminal.film.value?.frameNs.at(-1) ?? 0;
  return ended.value ? Math.max(0, last - lengthNs.value) : 0;
}
