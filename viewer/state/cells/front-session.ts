// The front page: sweeps, the newest first, and the recorded cells of each as rows. Cells of scores alone and
// sweeps of very many cells are shown by their sweep's line; their page shows them. The filter works on what is
// at hand and stands in the URL, so that a list can be passed on.
import { computed, signal } from '@preact/signals';
import { type Outcome, outcomes } from '../../../shared/outcome-words.ts';
import type { CellSummary, SweepSummary } from '../../../shared/wire.ts';
import { fetchCells, fetchSweeps } from '../../api.ts';
import { type FrontGroup, frontGroups, isReplayable } from '../../model/cells/front-groups.ts';
import { countOutcomes, filterCells } from '../../model/cells/list-filter.ts';
import { failed, type LoadPhase, loading } from '../page/loadable.ts';
import { queryValue, setQueryValue } from '../page/route.ts';

const PAGE_SIZE = 200;
const SWEEPS_A_PAGE = 50;
/** So many sweeps are asked for recorded cells that the newest page lacks: the rest are one click away. */
const ASKED_SWEEPS = 6;

export const listState = signal<LoadPhase>(loading);
export const cells = signal<readonly CellSummary[]>([]);
export const sweeps = signal<readonly SweepSummary[]>([]);
export const moreSweeps = signal<string | null>(null);
export const filterText = signal('');
export const filterOutcomes = signal<ReadonlySet<Outcome>>(new Set());

const shownCells = computed(() =>
  filterCells(cells.value, { text: filterText.value, outcomes: filterOutcomes.value }),
);
export const outcomeCounts = computed(() => countOutcomes(cells.value, filterText.value));
export const isFiltered = computed(() => filterText.value.trim() !== '' || filterOutcomes.value.size > 0);

/** What the page shows, in its order. */
export const groups = computed<readonly FrontGroup[]>(() =>
  frontGroups(sweeps.value, shownCells.value, {
    filtered: isFiltered.value,
    text: filterOutcomes.value.size > 0 ? '' : filterText.value,
  }),
);

/** Loads the first pages again; what is shown stays until the answer is here. */
export async function loadCells(signalToStop?: AbortSignal): Promise<void> {
  if (listState.value.phase === 'failed') listState.value = loading;
  try {
    const [cellsPage, sweepsPage] = await Promise.all([
      fetchCells({ limit: PAGE_SIZE }, signalToStop),
      fetchSweeps({ limit: SWEEPS_A_PAGE }, signalToStop),
    ]);
    const found = new Map(cellsPage.cells.map((cell) => [cell.id, cell]));
    for (const sweep of lacking(sweepsPage.sweeps, cellsPage.cells).slice(0, ASKED_SWEEPS)) {
      const page = await fetchCells({ sweep, limit: PAGE_SIZE }, signalToStop);
      for (const cell of page.cells) found.set(cell.id, cell);
    }
    cells.value = [...found.values()];
    sweeps.value = sweepsPage.sweeps;
    moreSweeps.value = sweepsPage.next ?? null;
    listState.value = { phase: 'ready' };
  } catch (error) {
    if (signalToStop?.aborted) return;
    listState.value = failed(error);
  }
}

/** Sweeps whose recorded cells are not all among those at hand. */
function lacking(of: readonly SweepSummary[], known: readonly CellSummary[]): string[] {
  const recorded = new Map<string, number>();
  for (const cell of known)
    if (isReplayable(cell)) recorded.set(cell.sweep, (recorded.get(cell.sweep) ?? 0) + 1);
  return of
    .filter((sweep) => sweep.cells <= PAGE_SIZE && (recorded.get(sweep.id) ?? 0) < sweep.recorded)
    .map(({ id }) => id);
}

/** Adds the next page of sweeps below. */
export async function loadMoreSweeps(): Promise<void> {
  const cursor = moreSweeps.value;
  if (cursor === null) return;
  moreSweeps.value = null;
  try {
    const page = await fetchSweeps({ cursor, limit: SWEEPS_A_PAGE });
    sweeps.value = [...sweeps.value, ...page.sweeps];
    moreSweeps.value = page.next ?? null;
  } catch (error) {
    moreSweeps.value = cursor;
    listState.value = failed(error);
  }
}

/** Takes the filter from the URL. */
export function readFilter(): void {
  filterText.value = queryValue('q') ?? '';
  const named = (queryValue('outcome') ?? '').split(',');
  filterOutcomes.value = new Set(outcomes.filter((outcome) => named.includes(outcome)));
}

export function setFilterText(text: string): void {
  filterText.value = text;
  setQueryValue('q', text);
}

/** Adds an outcome to those shown, or takes it away. */
export function toggleOutcome(outcome: Outcome): void {
  const next = new Set(filterOutcomes.value);
  if (!next.delete(outcome)) next.add(outcome);
  filterOutcomes.value = next;
  setQueryValue('outcome', [...next].join(','));
}

export function clearFilter(): void {
  setFilterText('');
  filterOutcomes.value = new Set();
  setQueryValue('outcome', '');
}
