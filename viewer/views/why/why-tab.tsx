// The reasons of a failure as a page of their own, where the screen is too narrow to lay them over the terminal: the
// last rows of that stand above them. Does not find the reasons.
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Poster } from '../../state/cell/poster.ts';
import { lazy } from '../parts/lazy.tsx';
import './why-sheet.css';
import './why-tab.css';

const WhySheet = lazy(() => import('./why-sheet.tsx').then((module) => module.WhySheet));
const TerminalView = lazy(
  () => import('../terminal/terminal-view.tsx').then((module) => module.TerminalView),
  null,
  { ahead: false },
);

interface WhyTabProps {
  readonly session: CellSession;
  readonly poster: Poster;
  readonly onPlay: (fromNs: number) => void;
}

export function WhyTab(props: WhyTabProps) {
  const { session } = props;
  const film = session.terminal.film.value;
  return (
    <div class="why-tab">
      {session.detail.value?.hasTerminal && (
        <section class="why-screen" aria-label="Terminal">
          {film && <TerminalView session={session} film={film} />}
        </section>
      )}
      <WhySheet {...props} isPage />
    </div>
  );
}
