// The transcript on the stage, where the terminal holds a stream of JSON, and the way to that stream and back. Does not
// decide which of them is shown: state/cell/stage-reading does.
import type { CellSession } from '../../state/cell/cell-session.ts';
import { rawWanted } from '../../state/cell/stage-reading.ts';
import { lazy } from '../parts/lazy.tsx';
import { StageSwitch } from './stage-switch.tsx';
import './stage-transcript.css';

const TranscriptTab = lazy(() =>
  import('../transcript/transcript-tab.tsx').then((module) => module.TranscriptTab),
);

export function StageTranscript({ session }: { session: CellSession }) {
  const hasTerminal = session.detail.value?.hasTerminal === true;
  return (
    <>
      <header class="stage-bar">
        <StageSwitch session={session} />
        <span>
          {hasTerminal
            ? 'The terminal was recorded as a stream of JSON.'
            : 'No terminal was recorded for this run.'}
        </span>
        <button type="button" class="button" onClick={() => (rawWanted.value = true)}>
          {hasTerminal ? 'Raw output' : 'Spans'}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <div class="panel stage-panel" tabIndex={0}>
        <TranscriptTab session={session} />
      </div>
    </>
  );
}

/** Above the stream as it came. */
export function BackToTranscript() {
  return (
    <button type="button" class="stage-back" onClick={() => (rawWanted.value = false)}>
      Show the transcript
    </button>
  );
}
