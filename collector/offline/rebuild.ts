// Builds the projections of a database file again from its log, with no collector running on it. Prints nothing; what
// could not be projected is returned.
import { StartError } from '../errors.ts';
import { Projector } from '../project/projector.ts';
import { replayLog } from '../project/replay.ts';
import { Store } from '../store/store.ts';

export interface Rebuilt {
  readonly entries: number;
  readonly setAside: readonly { seq: number; reason: string }[];
}

/**
 * Empties every projection of a database file and builds it again from the log.
 * @throws StartError when the file cannot be opened for writing, or a collector is using it
 * @throws UnavailableError when the disk gives up on the way: the next start goes on from there
 */
export function rebuildDatabase(path: string): Rebuilt {
  const store = new Store(path);
  try {
    if (store.isReadOnly) throw new StartError('cannot_open', `${path} cannot be written`);
    const projector = new Projector(store);
    store.dropProjections();
    const entries = replayLog(store, projector);
    return { entries, setAside: store.log.setAsideEntries() };
  } finally {
    store.close();
  }
}
