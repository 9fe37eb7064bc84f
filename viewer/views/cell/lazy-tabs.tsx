// The tabs that are not open at first, in one file so that they travel as one: see late.tsx.
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { CellView } from '../../state/cell/cell-view.ts';
import { ChangesList } from '../changes/changes-tab.tsx';
import { LogsList } from '../logs/logs-tab.tsx';
import { ModelCallsTable } from '../model-calls/model-calls-tab.tsx';
import { ScoresList } from '../scores/scores-tab.tsx';
import { SpanTree } from '../trace/spans-tab.tsx';
import { DetailsList } from './details-tab.tsx';

export type LateTab = 'changes' | 'model-calls' | 'spans' | 'scores' | 'details' | 'logs';

export function LateTabs({ tab, session, view }: { tab: LateTab; session: CellSession; view: CellView }) {
  switch (tab) {
    case 'changes':
      return <ChangesList session={session} />;
    case 'model-calls':
      return <ModelCallsTable session={session} />;
    case 'spans':
      return <SpanTree session={session} />;
    case 'scores':
      return <ScoresList session={session} view={view} />;
    case 'details':
      return <DetailsList session={session} />;
    default:
      return <LogsList session={session} />;
  }
}
