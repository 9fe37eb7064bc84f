// The front page's list: sweeps as the collector sums and narrows them, the latest runs, and those under way. Asks
// again when something changed, while the page is looked at. The filter lives in the URL; nothing is counted here.
import { batch, computed, signal } from '@preact/signals';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import type { CellSummary, SweepSummary, SweepsPage } from '../../../shared/wire.ts';
import { fetchCells, fetchSweeps, followLists } from '../../api.ts';
import { latestRuns } from '../../model/cells/latest-runs.ts';
import { sweepHref } from '../page/address.ts';
import { failed, type LoadPhase, loading } from '../page/loadable.ts';
import { queryValue, setQueryValue } from '../page/route.ts';
import { rememberFront } from './front-shape.ts';

const SWEEPS_A_PAGE = 20;
const ROWS_A_SWEEP = 3;
const ROWS_A_MATCH = 5;
const TREND = 12;
/** Cells among which the latest runs are sought. */
const LOOKED_AT = 16;
const MOST_RUNNING = 6;
/** While somebody types. */
const TYPING_MS = 120;
/** Between two answers of a list that changes all the time. */
const CHANGED_MS = 1500;

export type Trend = NonNullable<SweepSummary['trend']>;

export const listState = signal<LoadPhase>(loading);
export const sweeps = signal<readonly SweepSummary[]>([]);
/** Sums over all sweeps; null before they are here. */
export const totals = signal<SweepsPage['totals'] | null>(null);
export const moreSweeps = signal<string | null>(null);
/** By sweep; filled after the list is drawn. */
export const trends = signal<ReadonlyMap<string, Trend>>(new Map());
/** The newest cells that can be played. */
export const cells = signal<readonly CellSummary[]>([]);
export const posters = computed(() => latestRuns(cells.value));
export const running = signal<readonly CellSummary[]>([]);
export const filterText = signal('');
export const filterOutcomes = signal<ReadonlySet<Outcome>>(new Set());
export const isFiltered = computed(() => filterText.value.trim() !== '' || filterOutcomes.value.size > 0);

let asked = new AbortController();

/**
 * Loads the first page again; what is shown stays until the answer is here.
 * @param keepsOlder whether the pages below that were asked for stay
 */
export async function loadFront(keepsOlder = false): Promise<void> {
  asked.abort();
  asked = new AbortController();
  const { signal: stop } = asked;
  if (listState.value.phase === 'failed') listState.value = loading;
  try {
    const [page, playable, under] = await Promise.all([
      fetchSweeps({ ...filterQuery(), limit: SWEEPS_A_PAGE }, stop),
      fetchCells({ playable: 1, limit: LOOKED_AT }, stop),
      fetchCells({ outcome: 'running', limit: MOST_RUNNING }, stop),
    ]);
    batch(() => {
      const newest = new Set(page.sweeps.map(({ id }) => id));
      const hasOlder = keepsOlder && sweeps.value.length > SWEEPS_A_PAGE;
      const older = hasOlder ? sweeps.value.filter(({ id }) => !newest.has(id)) : [];
      sweeps.value = [...page.sweeps, ...older];
      if (!hasOlder) moreSweeps.value = page.next ?? null;
      totals.value = page.totals ?? null;
      cells.value = playable.cells;
      running.value = under.cells;
      listState.value = { phase: 'ready' };
    });
    rememberFront({ posters: posters.value.length, running: running.value.length });
    await loadTrends(page.sweeps.length, undefined, stop);
  } catch (error) {
    if (!stop.aborted) listState.value = failed(error);
  }
}

/** Adds the next page of sweeps below. */
export async function loadMoreSweeps(): Promise<void> {
  const cursor = moreSweeps.value;
  if (cursor === null) return;
  const { signal: stop } = asked;
  moreSweeps.value = null;
  try {
    const page = await fetchSweeps({ ...filterQuery(), cursor, limit: SWEEPS_A_PAGE }, stop);
    sweeps.value = [...sweeps.value, ...page.sweeps];
    moreSweeps.value = page.next ?? null;
    await loadTrends(page.sweeps.length, cursor, stop);
  } catch (error) {
    moreSweeps.value ??= cursor;
    if (stop.aborted) return;
    listState.value = failed(error);
  }
}

/** Earlier sweeps are read for it: the list does not wait. */
async function loadTrends(limit: number, cursor: string | undefined, stop: AbortSignal): Promise<void> {
  if (limit === 0) return;
  const page = await fetchSweeps({ ...filterQuery(), rows: undefined, trend: TREND, cursor, limit }, stop);
  const known = new Map(trends.value);
  for (const { id, trend } of page.sweeps) if (trend) known.set(id, trend);
  trends.value = known;
}

/** Loads the newest that can be played alone. */
export async function loadCells(stop: AbortSignal): Promise<void> {
  try {
    cells.value = (await fetchCells({ playable: 1, limit: LOOKED_AT }, stop)).cells;
  } catch (error) {
    if (!stop.aborted) listState.value = failed(error);
  }
}

/** Asks again whenever something changed, until stopped; a page that nobody looks at asks when it is looked at. */
export function followFront(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBehind = false;
  const ask = () => {
    timer = undefined;
    isBehind = document.hidden;
    if (!isBehind) void loadFront(true);
  };
  const later = () => {
    timer ??= setTimeout(ask, CHANGED_MS);
  };
  const onVisible = () => {
    if (!document.hidden && isBehind) ask();
  };
  document.addEventListener('visibilitychange', onVisible);
  const stopFollowing = followLists(later);
  return () => {
    clearTimeout(timer);
    clearTimeout(typing);
    document.removeEventListener('visibilitychange', onVisible);
    stopFollowing();
    asked.abort();
  };
}

/** Takes the filter from the URL. */
export function readFilter(): void {
  filterText.value = queryValue('q') ?? '';
  const named = (queryValue('outcome') ?? '').split(',');
  filterOutcomes.value = new Set(outcomes.filter((outcome) => named.includes(outcome)));
}

let typing: ReturnType<typeof setTimeout> | undefined;

export function setFilterText(text: string): void {
  filterText.value = text;
  setQueryValue('q', text);
  clearTimeout(typing);
  typing = setTimeout(() => void loadFront(), TYPING_MS);
}

/** Adds an outcome to those shown, or takes it away. */
export function toggleOutcome(outcome: Outcome): void {
  const next = new Set(filterOutcomes.value);
  if (!next.delete(outcome)) next.add(outcome);
  filterOutcomes.value = next;
  setQueryValue('outcome', [...next].join(','));
  void loadFront();
}

export function clearFilter(): void {
  filterOutcomes.value = new Set();
  setQueryValue('outcome', '');
  setFilterText('');
}

/** The sweep's page, narrowed as this one is. */
export function narrowedHref(sweep: string): string {
  if (!isFiltered.value) return sweepHref(sweep);
  const query = new URLSearchParams({ view: 'list' });
  if (filterText.value.trim() !== '') query.set('q', filterText.value.trim());
  if (filterOutcomes.value.size > 0) query.set('outcome', [...filterOutcomes.value].join(','));
  return `${sweepHref(sweep)}?${query}`;
}

/** The server takes so much text; what is longer finds nothing more. */
const MAX_TEXT = 200;
const MAX_WORDS = 8;

function filterQuery() {
  const words = filterText.value
    .slice(0, MAX_TEXT)
    .split(/\s+/)
    .filter((word) => word !== '');
  const wanted = [...filterOutcomes.value].join(',');
  return {
    q: words.length > 0 ? words.slice(0, MAX_WORDS).join(' ') : undefined,
    outcome: wanted || undefined,
    rows: isFiltered.value ? ROWS_A_MATCH : ROWS_A_SWEEP,
  };
}
