// The store's module for threads that are not the store's own: they import it by the address that they are
// given, so that they know no store.
import type { SearchStore, StoreModule } from '../cell/stores.ts';
import { type HandingParams, HandingStore } from './handing-store.ts';
import { ReadingStore } from './parts.ts';
import { promised } from './promised.ts';

export const openForProjector: StoreModule['openForProjector'] = (params) =>
  new HandingStore(params as HandingParams);

/** What the search's thread is given. */
export interface ReadingParams {
  /** A database that a `Store` has open. */
  readonly path: string;
}

export const openForSearch: StoreModule['openForSearch'] = (params) => {
  const store = new ReadingStore((params as ReadingParams).path);
  const { cells, spans, tracks, scores, recordings, ngramFilters, log } = promised(store);
  const search: SearchStore = {
    cells,
    spans,
    tracks,
    scores,
    recordings,
    ngramFilters,
    log,
    close: () => store.close(),
  };
  return search;
};
