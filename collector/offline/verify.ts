// Verifies a database file against itself, apart from any running collector. Changes nothing and prints nothing; what
// it finds is returned.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackBody } from '../cell/log-entry.ts';
import { ExpectedError, StartError } from '../errors.ts';
import { Projector } from '../project/projector.ts';
import { type Problem, Snapshot } from '../store/request-log/verify.ts';
import { Store } from '../store/store.ts';

export interface Verification {
  /** Log entries that were read. */
  readonly entries: number;
  /** Empty when every acknowledged entry is there, whole, and shown as the log has it. */
  readonly problems: readonly Problem[];
  /** What could not be checked, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Checks a database file: SQLite's own structure, the hash chain, every body, the end of the log against
 * the head file beside it, and every projection against one derived again in a scratch file. Changes nothing
 * of them, and may run beside a collector; what that writes meanwhile is not looked at.
 * @throws StartError only where the file belongs to somebody else: newer, or no database of Playhead
 */
export function verifyDatabase(path: string): Verification {
  let snapshot: Snapshot;
  try {
    snapshot = new Snapshot(path);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { entries: 0, problems: [{ code: 'unreadable', message: error.message }], notes: [] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'playhead-verify-'));
  try {
    return examine(snapshot, join(folder, 'scratch.db'));
  } finally {
    snapshot.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function examine(snapshot: Snapshot, scratchPath: string): Verification {
  const problems: Problem[] = [];
  const notes: string[] = [];
  let entries = 0;
  if (snapshot.headFile === 'absent')
    notes.push('there is no -head file: entries missing at the end would not be noticed');
  try {
    problems.push(...snapshot.structure(), ...snapshot.losses());
    const cursor = snapshot.hasProjections ? snapshot.log.projectedSeq() : 0;
    if (!snapshot.hasProjections)
      notes.push('the projections are of another build: they are built again at the next start');
    if (!Number.isSafeInteger(cursor) || cursor < 0 || cursor > snapshot.log.head().seq)
      problems.push({ code: 'projection', message: `the cursor stands at ${cursor}, behind the log's end` });
    for (const { seq, reason } of snapshot.log.setAsideEntries())
      problems.push({ code: 'set_aside', message: `log entry ${seq} could not be projected: ${reason}` });
    const scratch = new Store(scratchPath, { synchronous: 'OFF' }, snapshot.log);
    try {
      scratch.plantTombstonesOf(snapshot);
      entries = derive(snapshot, scratch, cursor, problems);
    } finally {
      scratch.close();
    }
    if (snapshot.hasProjections) problems.push(...compare(snapshot, scratchPath));
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    // SQLite stumbled over the damage while reading: that is a finding, and there may be more behind it.
    problems.push({ code: 'unreadable', message: error instanceof Error ? error.message : String(error) });
  }
  return { entries, problems, notes };
}

/** Walks the log, and projects what is projected in `snapshot` into `scratch`. @returns entries read */
function derive(snapshot: Snapshot, scratch: Store, cursor: number, problems: Problem[]): number {
  const projector = new Projector(scratch);
  let entries = 0;
  for (const { entry, follows } of snapshot.log.chain()) {
    entries++;
    if (!follows)
      problems.push({ code: 'chain', message: `log entry ${entry.seq} does not follow from the one before` });
    let raw: Uint8Array;
    try {
      raw = unpackBody(entry);
    } catch {
      problems.push({ code: 'body', message: `the body of log entry ${entry.seq} cannot be unpacked` });
      continue;
    }
    if (entry.seq <= cursor) projector.project(entry, raw);
  }
  return entries;
}

function compare(snapshot: Snapshot, scratchPath: string): Problem[] {
  const expected = new Snapshot(scratchPath);
  try {
    return snapshot.differences(expected);
  } finally {
    expected.close();
  }
}
