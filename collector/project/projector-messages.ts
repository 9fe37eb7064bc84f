// What passes between the collector's thread and the projector's.
import type { StoreOpener } from '../cell/stores.ts';
import type { NumberedCounts } from './entry-counts.ts';

/** Given to the projector's thread at its start. */
export interface ThreadStart {
  /** How it opens the store: a module that is a `StoreModule`, and what that is given. */
  readonly store: Pick<StoreOpener, 'module' | 'params'>;
  /** What both threads see at once; its slots are `slot`. */
  readonly shared: Int32Array<SharedArrayBuffer>;
}

/** Slots of `ThreadStart.shared`. */
export const slot = {
  /** 1 while requests are being acknowledged and nobody waits for the projections. */
  yieldToIngest: 0,
} as const;
export const SLOTS = 1;

/** To the projector's thread. */
export type Command =
  /** The log has entries up to `to`. */
  | { readonly kind: 'project'; readonly to: number }
  /** The projections were dropped: begin behind the stored cursor. `run` counts such beginnings. */
  | { readonly kind: 'restart'; readonly run: number }
  | { readonly kind: 'stop' };

/** From the projector's thread. */
export type Report =
  /** Everything up to `seq` is in the projections; it changed the cells of these rows. */
  | {
      readonly kind: 'projected';
      readonly run: number;
      readonly seq: number;
      readonly cells: ReadonlySet<number>;
      readonly entryCounts: readonly NumberedCounts[];
    }
  /** The database cannot be read or written now; the thread tries again. */
  | { readonly kind: 'waiting'; readonly run: number };
