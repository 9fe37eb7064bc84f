// What passes between the collector's thread and the one that searches.
import type { StoreOpener } from '../cell/stores.ts';
import type { SearchAnswer, SearchRequest } from './finder.ts';

/** Given to the thread at its start. */
export interface SearchThreadStart {
  /** How it opens the store: a module that is a `StoreModule`, and what that is given. */
  readonly store: Pick<StoreOpener, 'module' | 'params'>;
}

/** To the thread. */
export type SearchCommand =
  | { readonly kind: 'find'; readonly id: number; readonly request: SearchRequest }
  /** Nobody waits for it any more. */
  | { readonly kind: 'leave'; readonly id: number }
  | { readonly kind: 'stop' };

/** From the thread. */
export type SearchReport =
  | { readonly kind: 'found'; readonly id: number; readonly answer: SearchAnswer }
  /** The database cannot be read now. */
  | { readonly kind: 'unavailable'; readonly id: number; readonly code: string; readonly message: string };
