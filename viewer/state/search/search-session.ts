// Search across runs: what is sought, as far as it was found. Typing rests before it asks; an answer to what is
// no longer asked is dropped; it asks on until a page is full. The URL holds what is sought. It draws nothing.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { SearchSource } from '../../../shared/text-match.ts';
import type { SearchHit } from '../../../shared/wire.ts';
import { fetchCells, fetchSearch } from '../../api.ts';
import {
  addHits,
  type CellHits,
  type FacetName,
  facetNames,
  readFacets,
  type SearchFacets,
  writeFacets,
} from '../../model/search/search-groups.ts';
import { cellHref } from '../page/address.ts';
import { type Failed, failed } from '../page/loadable.ts';
import { setQuery } from '../page/route.ts';

export type SearchPhase =
  /** Nothing is sought. */
  | { readonly phase: 'idle' }
  | { readonly phase: 'searching' }
  /** There may be more: the page is full, or somebody stopped it. */
  | { readonly phase: 'paused'; readonly stopped: boolean }
  | { readonly phase: 'done' }
  | Failed;

export interface AcrossSearch {
  readonly facets: ReadonlySignal<SearchFacets>;
  readonly phase: ReadonlySignal<SearchPhase>;
  readonly groups: ReadonlySignal<readonly CellHits[]>;
  /** Hits in all groups. */
  readonly count: ReadonlySignal<number>;
  /** Cells looked through so far. */
  readonly cells: ReadonlySignal<number>;
  /** Values that cells have, to choose a filter from. */
  readonly choices: ReadonlySignal<ReadonlyMap<FacetName, readonly string[]>>;
  /** Changes what is sought; typed text rests a moment first. */
  change(to: Partial<SearchFacets>): void;
  toggleSource(source: SearchSource): void;
  /** Asks at once for what was typed. */
  submit(): void;
  /** Goes on behind what was found; after a failure too. */
  more(): void;
  stop(): void;
  /** Seeks what the URL says, where that is something else. */
  followUrl(): void;
  close(): void;
}

const TYPING_REST_MS = 180;
const HITS_A_PAGE = 50;
const CELLS_FOR_CHOICES = 500;

export function createAcrossSearch(): AcrossSearch {
  const facets = signal(readFacets(new URLSearchParams(location.search)));
  const phase = signal<SearchPhase>({ phase: 'idle' });
  const groups = signal<readonly CellHits[]>([]);
  const count = signal(0);
  const cells = signal(0);
  const choices = signal<ReadonlyMap<FacetName, readonly string[]>>(new Map());
  let asking = new AbortController();
  const closing = new AbortController();
  let cursor: string | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;

  function begin(): void {
    forget({ phase: 'idle' });
    if (facets.value.q !== '') void goOn();
  }

  /** Drops what was found and what was about to be asked. */
  function forget(next: SearchPhase): void {
    clearTimeout(resting);
    resting = undefined;
    asking.abort();
    cursor = undefined;
    batch(() => {
      groups.value = [];
      count.value = 0;
      cells.value = 0;
      phase.value = next;
    });
  }

  /** Asks page after page, until so many hits are new or nothing is left. */
  async function goOn(): Promise<void> {
    asking = new AbortController();
    const { signal: gone } = asking;
    const until = count.value + HITS_A_PAGE;
    phase.value = { phase: 'searching' };
    try {
      do {
        const page = await fetchSearch(questionOf(facets.value, cursor), gone);
        if (gone.aborted) return;
        cursor = page.next;
        batch(() => {
          groups.value = addHits(groups.value, page.hits);
          count.value += page.hits.length;
          cells.value += page.cells;
        });
      } while (cursor !== undefined && count.value < until);
      phase.value = cursor === undefined ? { phase: 'done' } : { phase: 'paused', stopped: false };
    } catch (error) {
      if (gone.aborted) return;
      phase.value = failed(error);
    }
  }

  async function readChoices(): Promise<void> {
    try {
      const { cells: known } = await fetchCells({ limit: CELLS_FOR_CHOICES }, closing.signal);
      choices.value = new Map(
        facetNames.map((name) => [
          name,
          [...new Set(known.map((cell) => cell[name]).filter((value) => value !== null))].sort(),
        ]),
      );
    } catch {
      // The filters then offer what the URL names alone; a search says itself what fails.
      choices.value = new Map();
    }
  }

  function change(to: Partial<SearchFacets>): void {
    facets.value = { ...facets.value, ...to };
    setQuery(writeFacets(facets.value), false);
    clearTimeout(resting);
    if (Object.keys(to).every((key) => key === 'q') && facets.value.q !== '') {
      asking.abort();
      phase.value = { phase: 'searching' };
      resting = setTimeout(begin, TYPING_REST_MS);
    } else begin();
  }

  begin();
  void readChoices();
  return {
    facets,
    phase,
    groups,
    count,
    cells,
    choices,
    change,
    toggleSource(source) {
      const { sources } = facets.value;
      change({
        sources: sources.includes(source) ? sources.filter((one) => one !== source) : [...sources, source],
      });
    },
    submit() {
      if (resting !== undefined) begin();
    },
    more() {
      if (phase.value.phase === 'paused' || phase.value.phase === 'failed') void goOn();
    },
    stop() {
      if (phase.value.phase !== 'searching') return;
      // While typing rests, what is shown was found for another text.
      if (resting !== undefined) return forget({ phase: 'paused', stopped: true });
      asking.abort();
      phase.value = { phase: 'paused', stopped: true };
    },
    followUrl() {
      const asked = readFacets(new URLSearchParams(location.search));
      if (String(writeFacets(asked)) === String(writeFacets(facets.value))) return;
      facets.value = asked;
      begin();
    },
    close() {
      clearTimeout(resting);
      asking.abort();
      closing.abort();
    },
  };
}

function questionOf(
  { q, sources, sweep, agent, model, task, outcome }: SearchFacets,
  cursor: string | undefined,
) {
  return {
    q,
    in: sources.length > 0 ? sources : undefined,
    sweep: sweep || undefined,
    agent: agent || undefined,
    model: model || undefined,
    task: task || undefined,
    outcome: outcome || undefined,
    cursor,
    limit: HITS_A_PAGE,
  };
}

/** The cell at the moment of a hit, with the same text sought in it. @param tab that shows it; null for the first */
export function hitHref(hit: SearchHit, q: string, tab: string | null): string {
  const href = cellHref(hit.cell, { t: hit.tMs, span: hit.span, tab });
  return `${href}&find=${encodeURIComponent(q)}`;
}
