// The list page's filter: free text and outcomes over the cells at hand. It refuses to fetch: paging and
// the server's own filters are the state's business.
import type { Outcome } from '../../shared/cell.ts';
import type { CellSummary } from '../../shared/wire.ts';

export interface CellFilter {
  /** Words, all of which must be found in id, agent, model, task or outcome; "" finds all. */
  readonly text: string;
  /** Empty means every outcome. */
  readonly outcomes: ReadonlySet<Outcome>;
}
export const noFilter: CellFilter = { text: '', outcomes: new Set() };

/** The cells that fit, in the order given. */
export function filterCells(cells: readonly CellSummary[], filter: CellFilter): CellSummary[] {
  throw new Error(`not written yet ${cells.length} ${filter.text}`);
}
/** How many of the cells that fit the text have each outcome, in the order of `outcomes`. */
export function countOutcomes(
  cells: readonly CellSummary[],
  text: string,
): readonly { readonly outcome: Outcome; readonly count: number }[] {
  throw new Error(`not written yet ${cells.length} ${text}`);
}
