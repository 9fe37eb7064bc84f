// Takes old cells out of a database file, with no collector running on it. Prints nothing; what it did or would do
// is returned.
import type { Head } from '../cell/log-entry.ts';
import { StartError } from '../errors.ts';
import { Projector } from '../project/projector.ts';
import { replayLog } from '../project/replay.ts';
import { Store } from '../store/store.ts';

export interface PruneRules {
  /** Cells first heard of longer ago go. By the collector's own clock: agents' clocks may be anywhere. */
  readonly olderThanMs?: number;
  /** So many of the newest cells stay, whatever the other rules say; without other rules all others go. */
  readonly keep?: number;
  /** The oldest go until the file is expected to be this small. */
  readonly maxBytes?: number;
  readonly dryRun?: boolean;
  /** Nanoseconds since the epoch. */
  readonly nowNs: bigint;
}

export interface Pruned {
  /** Cells that went, or would go, newest first, with the bytes of the log that hold them. */
  readonly cells: readonly { cellId: string; bytes: number }[];
  /** Log entries that were taken out: those of cells deleted earlier are among them. */
  readonly entries: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Deletes cells by rule and rewrites the file without them and without what was deleted before.
 * @throws StartError when the file cannot be opened for writing, or a collector is using it
 */
export function pruneDatabase(path: string, rules: PruneRules): Pruned {
  const store = new Store(path);
  try {
    if (store.isReadOnly) throw new StartError('cannot_open', `${path} cannot be written`);
    const projector = new Projector(store);
    replayLog(store, projector);
    const bytesBefore = store.retention.usedBytes();
    const cells = choose(store, rules);
    if (rules.dryRun) return { cells, entries: 0, bytesBefore, bytesAfter: bytesBefore };
    let entries = removeCells(store, projector, cells, rules.nowNs);
    // How small the file becomes is known only when it is written: the rule of size is asked until it holds.
    const { maxBytes, keep = 0, nowNs } = rules;
    while (maxBytes !== undefined) {
      const more = choose(store, { maxBytes, keep, nowNs });
      if (more.length === 0) break;
      entries += removeCells(store, projector, more, nowNs);
      cells.unshift(...more);
    }
    return { cells, entries, bytesBefore, bytesAfter: store.retention.usedBytes() };
  } finally {
    store.close();
  }
}

/** @returns how many log entries went */
function removeCells(
  store: Store,
  projector: Projector,
  cells: readonly { cellId: string }[],
  nowNs: bigint,
): number {
  deleteCells(store, cells, nowNs);
  replayLog(store, projector);
  const obsolete = store.retention.obsolete();
  // One transaction: a crash before it leaves deleted cells, after it projections to be built again.
  store.transaction(() => {
    store.retention.take(obsolete);
    store.dropProjections();
    projector.forget();
  });
  replayLog(store, projector);
  store.retention.vacuum();
  return obsolete.length;
}

function choose(store: Store, { olderThanMs, keep = 0, maxBytes, nowNs }: PruneRules) {
  const cells = store.retention.cells();
  const oldestNs = olderThanMs === undefined ? null : nowNs - BigInt(Math.round(olderThanMs)) * 1_000_000n;
  const onlyCount = olderThanMs === undefined && maxBytes === undefined && keep > 0;
  let bytes = store.retention.usedBytes();
  const chosen = new Set<string>();
  for (const [place, cell] of [...cells.entries()].reverse()) {
    const tooOld = oldestNs !== null && cell.createdNs < oldestNs;
    const tooLarge = maxBytes !== undefined && bytes > maxBytes;
    if (place < keep || !(tooOld || tooLarge || onlyCount)) continue;
    chosen.add(cell.cellId);
    bytes -= cell.bytes;
  }
  return cells
    .filter(({ cellId }) => chosen.has(cellId))
    .map(({ cellId, bytes: held }) => ({ cellId, bytes: held }));
}

/** The same entries that `DELETE /api/cells/:id` makes. */
function deleteCells(store: Store, cells: readonly { cellId: string }[], nowNs: bigint): void {
  let head: Head = store.log.head();
  store.transaction(() => {
    for (const { cellId } of cells)
      head = store.log.append(head, nowNs, {
        signal: 'delete',
        cellId,
        encoding: 'text',
        accepted: 1,
        rejected: 0,
        params: null,
        rawBytes: 0,
        coding: 'identity',
        body: new Uint8Array(0),
      });
  });
  store.noteHead(head);
}
