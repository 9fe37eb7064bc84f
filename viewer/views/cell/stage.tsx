// The stage of a wide page: what the agent saw, or the files as it changed them. A narrow page has tabs for the two.
import type { CellSession } from '../../state/cell/cell-session.ts';
import { lazy } from '../parts/lazy.tsx';
import type { PosterLayerProps } from '../why/poster-layer.tsx';
import { StageSwitch } from './stage-switch.tsx';
import { TerminalPane } from './terminal-pane.tsx';

const ChangesStage = lazy(() => import('../changes/changes-stage.tsx').then((module) => module.ChangesStage));

export function Stage(props: PosterLayerProps) {
  const { session } = props;
  if (session.stage.value !== 'changes') return <TerminalPane {...props} />;
  return (
    <div class="terminal-pane">
      <div class="stage-changes">
        <ChangesStage session={session} lead={<StageSwitch session={session} />} />
      </div>
    </div>
  );
}

/** To the other reading of the stage; the key v. */
export function switchStage({ stage }: CellSession): void {
  stage.value = stage.peek() === 'changes' ? 'run' : 'changes';
}
