// What the header offers beside its own: the cell most worth holding against this one, and how to show this one
// elsewhere. It comes late; the answer does not wait for it.

import { outcomeWord } from '../../../shared/outcome-words.ts';
import { comparePartner, distinction } from '../../model/cells/neighbours.ts';
import { shownLine } from '../../model/display/display-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { wantedSection } from '../../state/cell/details-section.ts';
import { compareHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import type { TabView } from './tabs.ts';

export function CellActions({ session, view }: { session: CellSession; view: TabView }) {
  const detail = session.detail.value;
  if (!detail) return null;
  const partner = comparePartner(detail);
  return (
    <>
      {partner && (
        <a class="button compare" href={compareHref([detail.id, partner.id])} data-page title={partner.id}>
          <span>Compare with {shownLine(distinction(partner, detail), 60)}</span>
          <OutcomeMark outcome={partner.outcome} />
          <span class="sr-only">, {outcomeWord(partner.outcome)}</span>
        </a>
      )}
      <button
        type="button"
        class="button"
        title="Badges and a player for other pages"
        onClick={() => {
          wantedSection.value = 'embed';
          view.openTab('details');
        }}
      >
        Embed
      </button>
    </>
  );
}
