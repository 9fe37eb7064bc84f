// The left half: what the agent saw at the playhead. Its terminal where one was recorded; else a
// summary made of spans, which says that it is one.
import { shownLine } from '../../model/display/display-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { hasJsonStream, rawWanted, readsInstead, stageReads } from '../../state/cell/stage-reading.ts';
import { narrow } from '../../state/page/media.ts';
import { lazy } from '../parts/lazy.tsx';
import { PosterLayer, type PosterLayerProps } from '../why/poster-layer.tsx';
import { StageSwitch } from './stage-switch.tsx';
import { BackToTranscript, StageTranscript } from './stage-transcript.tsx';
import './terminal-pane.css';

// A cell has one of the two, and a film is made after the first paint.
const SpanSummary = lazy(
  () => import('../trace/span-summary.tsx').then((module) => module.SpanSummary),
  <section class="summary" />,
);
const TerminalBar = lazy(
  () => import('./terminal-bar.tsx').then((module) => module.TerminalBar),
  <header class="terminal-bar" />,
);
const TerminalView = lazy(
  () => import('../terminal/terminal-view.tsx').then((module) => module.TerminalView),
  <p class="terminal-note">Reading the recording…</p>,
);

export function TerminalPane(props: PosterLayerProps) {
  const { session } = props;
  const hasTerminal = session.detail.value?.hasTerminal === true;
  return (
    <div class="terminal-pane">{hasTerminal ? <Terminal {...props} /> : <WithoutTerminal {...props} />}</div>
  );
}

/** The reasons of a failure have the stage to themselves. */
function WithoutTerminal(props: PosterLayerProps) {
  if (stageReads(props.session))
    return (
      <section class="terminal reading" aria-label="Stage">
        <StageTranscript session={props.session} />
        <PosterLayer {...props} />
      </section>
    );
  if (narrow.value || props.poster.shown.value !== 'why')
    return <SpanSummary session={props.session} lead={<SummaryLead session={props.session} />} />;
  return (
    <div class="without-terminal">
      <PosterLayer {...props} hasStage />
    </div>
  );
}

/** With the way back to the transcript, where that gave way. */
function SummaryLead({ session }: { session: CellSession }) {
  return (
    <>
      <StageSwitch session={session} />
      {!narrow.value && rawWanted.value && readsInstead(session) && (
        <button type="button" class="link" onClick={() => (rawWanted.value = false)}>
          Show the transcript
        </button>
      )}
    </>
  );
}

function Terminal(props: PosterLayerProps) {
  const { session } = props;
  const film = session.terminal.film.value;
  const error = session.terminal.error.value;
  const progress = session.terminal.progress.value;
  if (stageReads(session))
    return (
      <section class="terminal reading" aria-label="Stage">
        <StageTranscript session={session} />
        <PosterLayer {...props} />
      </section>
    );
  return (
    <section class="terminal" aria-label="Terminal">
      <TerminalBar session={session} />
      {!narrow.value && rawWanted.value && hasJsonStream(session) && <BackToTranscript />}
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
      {!narrow.value && <PosterLayer {...props} />}
    </section>
  );
}
