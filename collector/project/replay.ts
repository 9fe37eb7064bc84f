// Replays the log into the projections of a store that nothing else has open: for work on a database file
// apart from a running collector. Does not choose what is dropped before.
import type { ReplayStore } from '../cell/stores.ts';
import type { Projector } from './projector.ts';

/** Entries projected in one transaction: one fsync for all of them. */
const ENTRIES_A_COMMIT = 200;

/**
 * Projects what is behind the cursor.
 * @returns how many entries that were
 */
export function replayLog(store: ReplayStore, projector: Projector): number {
  let replayed = 0;
  for (let more = true; more; ) {
    more = store.transaction(() => {
      for (let count = 0; count < ENTRIES_A_COMMIT; count++) {
        const entry = store.flushed.entryAfter(store.flushed.projectedSeq());
        if (!entry) return false;
        projector.project(entry);
        replayed++;
      }
      return true;
    });
  }
  return replayed;
}
