// The store's module for threads that are not the store's own: they import it by the address that they are
// given, so that they know no store.
import type { StoreModule } from '../cell/stores.ts';
import { type HandingParams, HandingStore } from './handing-store.ts';

export const openForProjector: StoreModule['openForProjector'] = (params) =>
  new HandingStore(params as HandingParams);
