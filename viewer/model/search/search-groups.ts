// What a search across runs asks for and found: its words in a URL and back, hits gathered by cell. Pure.
import { type Outcome, outcomes } from '../../../shared/outcome-words.ts';
import { type SearchSource, searchSources } from '../../../shared/text-match.ts';
import type { SearchHit } from '../../../shared/wire.ts';

/** What is sought and where. '' where a filter leaves all. */
export interface SearchFacets {
  readonly q: string;
  /** None stands for everywhere. */
  readonly sources: readonly SearchSource[];
  readonly sweep: string;
  readonly agent: string;
  readonly model: string;
  readonly task: string;
  readonly outcome: Outcome | '';
}

/** The filters that are names, in the order in which a cell's id says them. */
export const facetNames = ['sweep', 'agent', 'model', 'task'] as const;
export type FacetName = (typeof facetNames)[number];

/** Hits of one cell, in the order of their sources and arrival. */
export interface CellHits {
  readonly cell: string;
  readonly outcome: Outcome;
  readonly hits: readonly SearchHit[];
}

/** The longest text that the API takes. */
export const MAX_QUERY_CHARS = 200;

export function readFacets(query: URLSearchParams): SearchFacets {
  const asked = (query.get('in') ?? '').split(',');
  const name = (key: FacetName) => query.get(key) ?? '';
  return {
    q: (query.get('q') ?? '').slice(0, MAX_QUERY_CHARS),
    sources: searchSources.filter((source) => asked.includes(source)),
    sweep: name('sweep'),
    agent: name('agent'),
    model: name('model'),
    task: name('task'),
    outcome: outcomes.find((outcome) => outcome === query.get('outcome')) ?? '',
  };
}

export function writeFacets(facets: SearchFacets): URLSearchParams {
  const query = new URLSearchParams();
  if (facets.q !== '') query.set('q', facets.q);
  if (facets.sources.length > 0) query.set('in', facets.sources.join(','));
  for (const name of facetNames) if (facets[name] !== '') query.set(name, facets[name]);
  if (facets.outcome !== '') query.set('outcome', facets.outcome);
  return query;
}

/** Whether the filters leave anything out. */
export function isNarrowed(facets: SearchFacets): boolean {
  return facets.sources.length > 0 || facets.outcome !== '' || facetNames.some((name) => facets[name] !== '');
}

/** The groups with further hits; those of a cell that is there already join it. */
export function addHits(groups: readonly CellHits[], hits: readonly SearchHit[]): CellHits[] {
  const byCell = new Map(groups.map((group) => [group.cell, group]));
  for (const hit of hits) {
    const group = byCell.get(hit.cell);
    byCell.set(hit.cell, { cell: hit.cell, outcome: hit.outcome, hits: [...(group?.hits ?? []), hit] });
  }
  return [...byCell.values()];
}
