// The reasons of a failure as a page of their own, where the screen is too narrow to lay them over the terminal: its
// last rows above them. Does not find the reasons.
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Poster } from '../../state/cell/poster.ts';
import { lazy } from '../parts/lazy.tsx';
import './why-sheet.css';
import './why-tab.css';

const WhySheet = lazy(() => import('./why-sheet.tsx').then((module) => module.WhySheet));

interface WhyTabProps {
  readonly session: CellSession;
  readonly poster: Poster;
  readonly onPlay: (fromNs: number) => void;
}

export function WhyTab(props: WhyTabProps) {
  return (
    <div class="why-tab">
      <WhySheet {...props} isPage />
    </div>
  );
}
