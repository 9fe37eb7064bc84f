// Search across runs: what is sought, as far as it was found. Typing rests before it asks; an answer to what is
// no longer asked is dropped; it asks on until a page is full. The URL holds what is sought. Does not draw.
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
  return new SearchSession();
}

class SearchSession implements AcrossSearch {
  readonly facets = signal(readFacets(new URLSearchParams(location.search)));
  readonly phase = signal<SearchPhase>({ phase: 'idle' });
  readonly groups = signal<readonly CellHits[]>([]);
  readonly count = signal(0);
  readonly cells = signal(0);
  readonly choices = signal<ReadonlyMap<FacetName, readonly string[]>>(new Map());
  readonly #closing = new AbortController();
  #asking = new AbortController();
  #cursor: string | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#begin();
    void this.#readChoices();
  }

  change(to: Partial<SearchFacets>): void {
    this.facets.value = { ...this.facets.value, ...to };
    setQuery(writeFacets(this.facets.value), false);
    clearTimeout(this.#resting);
    if (Object.keys(to).every((key) => key === 'q') && this.facets.value.q !== '') {
      this.#asking.abort();
      this.phase.value = { phase: 'searching' };
      this.#resting = setTimeout(() => this.#begin(), TYPING_REST_MS);
    } else this.#begin();
  }

  toggleSource(source: SearchSource): void {
    const { sources } = this.facets.value;
    this.change({
      sources: sources.includes(source) ? sources.filter((one) => one !== source) : [...sources, source],
    });
  }

  submit(): void {
    if (this.#resting !== undefined) this.#begin();
  }

  more(): void {
    const { phase } = this.phase.value;
    if (phase === 'paused' || phase === 'failed') void this.#goOn();
  }

  stop(): void {
    if (this.phase.value.phase !== 'searching') return;
    // While typing rests, what is shown was found for another text.
    if (this.#resting !== undefined) this.#forget({ phase: 'paused', stopped: true });
    else {
      this.#asking.abort();
      this.phase.value = { phase: 'paused', stopped: true };
    }
  }

  followUrl(): void {
    const asked = readFacets(new URLSearchParams(location.search));
    if (String(writeFacets(asked)) === String(writeFacets(this.facets.value))) return;
    this.facets.value = asked;
    this.#begin();
  }

  close(): void {
    clearTimeout(this.#resting);
    this.#asking.abort();
    this.#closing.abort();
  }

  #begin(): void {
    this.#forget({ phase: 'idle' });
    if (this.facets.value.q !== '') void this.#goOn();
  }

  /** Drops what was found and what was about to be asked. */
  #forget(next: SearchPhase): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#asking.abort();
    this.#cursor = undefined;
    batch(() => {
      this.groups.value = [];
      this.count.value = 0;
      this.cells.value = 0;
      this.phase.value = next;
    });
  }

  /** Asks page after page, until so many hits are new or nothing is left. */
  async #goOn(): Promise<void> {
    this.#asking = new AbortController();
    const { signal: gone } = this.#asking;
    const until = this.count.value + HITS_A_PAGE;
    this.phase.value = { phase: 'searching' };
    try {
      do {
        const page = await fetchSearch(questionOf(this.facets.value, this.#cursor), gone);
        if (gone.aborted) return;
        this.#cursor = page.next;
        batch(() => {
          this.groups.value = addHits(this.groups.value, page.hits);
          this.count.value += page.hits.length;
          this.cells.value += page.cells;
        });
      } while (this.#cursor !== undefined && this.count.value < until);
      this.phase.value = this.#cursor === undefined ? { phase: 'done' } : { phase: 'paused', stopped: false };
    } catch (error) {
      if (!gone.aborted) this.phase.value = failed(error);
    }
  }

  async #readChoices(): Promise<void> {
    try {
      const { cells } = await fetchCells({ limit: CELLS_FOR_CHOICES }, this.#closing.signal);
      this.choices.value = new Map(
        facetNames.map((name) => [
          name,
          [...new Set(cells.map((cell) => cell[name]).filter((value) => value !== null))].sort(),
        ]),
      );
    } catch {
      // The filters then offer what the URL names alone; a search says itself what fails.
      this.choices.value = new Map();
    }
  }
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
