// The head of a panel beside the matrix: its name and the way out.
import type { SweepSession } from '../../state/sweep/sweep-session.ts';

export function PanelHead({ session, title }: { session: SweepSession; title: string }) {
  return (
    <header class="side-head">
      <h2>{title}</h2>
      <button type="button" class="button quiet" onClick={() => session.show({ panel: null }, true)}>
        Close
      </button>
    </header>
  );
}
