// What the head of the stage begins with: its name, or, where the run changed files, the switch between what the agent
// saw and what it changed.
import { formatCount } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import { stageReads } from '../../state/cell/stage-reading.ts';
import { narrow } from '../../state/page/media.ts';
import './stage-switch.css';

export function StageSwitch({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  const changes = trackOf(detail, 'changes')?.count ?? 0;
  const name = stageReads(session) ? 'Transcript' : detail?.hasTerminal ? 'Terminal' : 'Summary';
  if (narrow.value || changes === 0) return <h2>{name}</h2>;
  const shown = session.stage.value;
  return (
    <fieldset class="stage-switch" title="v">
      <legend class="sr-only">Stage</legend>
      <button type="button" aria-pressed={shown === 'run'} onClick={() => (session.stage.value = 'run')}>
        {name}
      </button>
      <button
        type="button"
        aria-pressed={shown === 'changes'}
        onClick={() => (session.stage.value = 'changes')}
      >
        Changes <span>{formatCount(changes)}</span>
      </button>
    </fieldset>
  );
}
