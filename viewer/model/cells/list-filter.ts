// The list page's filter: free text and outcomes over the cells at hand. Does not fetch: paging and
// the server's own filters are the state's business.
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes, outcomeWord } from '../../../shared/outcome-words.ts';
import type { CellSummary } from '../../../shared/wire.ts';

export interface CellFilter {
  /** Words, all of which must be found in id, agent, model, task or outcome; "" finds all. */
  readonly text: string;
  /** Empty means every outcome. */
  readonly outcomes: ReadonlySet<Outcome>;
}
export const noFilter: CellFilter = { text: '', outcomes: new Set() };

/** The cells that fit, in the order given. */
export function filterCells(cells: readonly CellSummary[], filter: CellFilter): CellSummary[] {
  const fits = textTest(filter.text);
  return cells.filter(
    (cell) => (filter.outcomes.size === 0 || filter.outcomes.has(cell.outcome)) && fits(cell),
  );
}

/** How many of the cells that fit the text have each outcome, in the order of `outcomes`. */
export function countOutcomes(
  cells: readonly CellSummary[],
  text: string,
): readonly { readonly outcome: Outcome; readonly count: number }[] {
  const fits = textTest(text);
  const fitting = cells.filter(fits);
  return outcomes.map((outcome) => ({
    outcome,
    count: fitting.filter((cell) => cell.outcome === outcome).length,
  }));
}

/** Compatibility forms and case are folded, so that what looks alike is found alike. */
function textTest(text: string): (cell: CellSummary) => boolean {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  return (cell) => {
    const hay = folded(
      [cell.id, cell.agent, cell.model ?? '', cell.task ?? '', outcomeWord(cell.outcome)].join('\n'),
    );
    return words.every((word) => hay.includes(word));
  };
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
