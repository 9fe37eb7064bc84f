// The tabs that are not open at first, in one file so that they travel as one: see parts/lazy.tsx.
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { CellView } from '../../state/cell/cell-view.ts';
import { ChangesTab } from '../changes/changes-tab.tsx';
import { LogsTab } from '../logs/logs-tab.tsx';
import { ModelCallsTab } from '../model-calls/model-calls-tab.tsx';
import { ScoresTab } from '../scores/scores-tab.tsx';
import { SpansTab } from '../trace/spans-tab.tsx';
import { DetailsTab } from './details-tab.tsx';

export type LazyTab = 'changes' | 'model-calls' | 'spans' | 'scores' | 'details' | 'logs';

export function LazyTabs({ tab, session, view }: { tab: LazyTab; session: CellSession; view: CellView }) {
  switch (tab) {
    case 'changes':
      return <ChangesTab session={session} />;
    case 'model-calls':
      return <ModelCallsTab session={session} />;
    case 'spans':
      return <SpansTab session={session} />;
    case 'scores':
      return <ScoresTab session={session} view={view} />;
    case 'details':
      return <DetailsTab session={session} />;
    default:
      return <LogsTab session={session} />;
  }
}
