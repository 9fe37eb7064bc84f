// Says that a run is under way, that it ended before the reader's eyes, or that it was interrupted; and
// lets the reader follow its end or stay. A run read afterwards shows nothing of this.
import { formatCount, formatOffset, plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import './live-badge.css';

/** In the place of the outcome while there is none yet. */
export function LiveBadge({ session }: { session: CellSession }) {
  const state = session.live.state.value;
  if (state === 'interrupted') return <p class="badge live interrupted">Interrupted</p>;
  return (
    <p class="badge live">
      <i class="live-dot" aria-hidden="true" />
      {state === 'receiving' ? 'Receiving' : 'Running'}
    </p>
  );
}

/** In the place of the sentence that says why: how far it is. */
export function LiveSentence({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  const count = (name: 'model_calls' | 'changes') => trackOf(detail, name)?.count ?? 0;
  const parts = [plural(detail?.spans ?? 0, 'span'), plural(count('model_calls'), 'model call')];
  if (count('changes') > 0) parts.push(plural(count('changes'), 'file change'));
  const said = session.live.state.value === 'interrupted';
  const lastNs = session.playback.lengthNs.value;
  return (
    <p class="sentence">
      {said
        ? `The run's recorder fell silent after ${formatOffset(lastNs)}, before the run ended. What came until then is here: ${parts.join(', ')}.`
        : `So far ${parts.join(', ')}. ${session.live.lost.value ? 'The collector does not answer just now; the page keeps asking.' : ''}`}
    </p>
  );
}

/** Follow the end, or stay. */
export function FollowButton({ session }: { session: CellSession }) {
  const { playback } = session;
  const atEnd = playback.ended.value;
  return (
    <button
      type="button"
      class="button follow"
      aria-pressed={atEnd}
      onClick={() => {
        const lengthNs = playback.lengthNs.peek();
        // One step back from the end is enough to stay where one is.
        if (atEnd) playback.seek(Math.max(0, lengthNs - 1e6));
        else playback.seek(lengthNs);
      }}
      title={atEnd ? 'The playhead follows the end of the run' : 'Go to the end of the run and follow it'}
    >
      {atEnd ? 'Following' : 'Follow the end'}
    </button>
  );
}

/** For ears: the moments at which a run under way turns. */
export function LiveStatus({ session }: { session: CellSession }) {
  const state = session.live.state.value;
  const badge = session.outcome.value?.badge ?? '';
  const words = {
    still: '',
    running: 'The run is under way.',
    receiving: 'Records keep arriving.',
    ended: `The run ended. ${badge}`,
    interrupted: 'The run was interrupted.',
  };
  const gone = session.live.gone.value;
  return (
    <p class={gone ? 'live-status' : 'sr-only'} role="status">
      {gone ? 'This cell was deleted. What was loaded is still shown.' : words[state]}
      {state === 'ended' && !gone && ` ${formatCount(session.detail.value?.spans ?? 0)} spans in all.`}
    </p>
  );
}
