// The list page's cells and its filter. Cells come in pages, newest first; the filter works on the
// ones at hand and stands in the URL, so that a list can be passed on.
import { computed, signal } from '@preact/signals';
import { type Outcome, outcomes } from '../../shared/cell.ts';
import type { CellSummary } from '../../shared/wire.ts';
import { fetchCells } from '../api.ts';
import { countOutcomes, filterCells } from '../model/filter.ts';
import { queryValue, setQueryValue } from './route.ts';

export type LoadState =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'failed'; readonly error: Error };

export interface SweepGroup {
  readonly sweep: string;
  readonly cells: readonly CellSummary[];
}

const PAGE_SIZE = 200;

export const listState = signal<LoadState>({ phase: 'loading' });
export const cells = signal<readonly CellSummary[]>([]);
export const moreCells = signal<string | null>(null);
export const filterText = signal('');
export const filterOutcomes = signal<ReadonlySet<Outcome>>(new Set());

export const shownCells = computed(() =>
  filterCells(cells.value, { text: filterText.value, outcomes: filterOutcomes.value }),
);
export const outcomeCounts = computed(() => countOutcomes(cells.value, filterText.value));

/** The shown cells by sweep; sweeps stand in the order of their newest cell. */
export const sweepGroups = computed<readonly SweepGroup[]>(() => {
  const groups = new Map<string, CellSummary[]>();
  for (const cell of shownCells.value) {
    const group = groups.get(cell.sweep);
    if (group) group.push(cell);
    else groups.set(cell.sweep, [cell]);
  }
  return [...groups].map(([sweep, members]) => ({ sweep, cells: members }));
});

/** Loads the first page again; what is shown stays until the answer is here. */
export async function loadCells(signalToStop?: AbortSignal): Promise<void> {
  if (listState.value.phase === 'failed') listState.value = { phase: 'loading' };
  try {
    const page = await fetchCells({ limit: PAGE_SIZE }, signalToStop);
    cells.value = page.cells;
    moreCells.value = page.next ?? null;
    listState.value = { phase: 'ready' };
  } catch (error) {
    if (signalToStop?.aborted) return;
    listState.value = { phase: 'failed', error: asError(error) };
  }
}

/** Adds the next page below. */
export async function loadMoreCells(): Promise<void> {
  const cursor = moreCells.value;
  if (cursor === null) return;
  moreCells.value = null;
  try {
    const page = await fetchCells({ cursor, limit: PAGE_SIZE });
    cells.value = [...cells.value, ...page.cells];
    moreCells.value = page.next ?? null;
  } catch (error) {
    moreCells.value = cursor;
    listState.value = { phase: 'failed', error: asError(error) };
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
