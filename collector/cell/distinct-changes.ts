// A cell's file changes, each once: records of a log have no ids, and the same file may be loaded with its cell named and
// not, or again once it has grown. Those that say the same of the same tool call are one. Does not read a store.
import { timingGrades } from '../../shared/span.ts';
import type { StoredChange } from './records.ts';

const NO_TIME = timingGrades.indexOf('none');

/** @returns in their order */
export function distinctChanges(changes: readonly StoredChange[]): StoredChange[] {
  const known = new Set<string>();
  return changes.filter((change) => {
    if (change.spanId === null) return true;
    const key = keyOf(change);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** A time that is none follows from when the file was written. */
function keyOf({ traceId, spanId, path, change, diff, timeNs, timing }: StoredChange): string {
  return JSON.stringify([traceId, spanId, path, change, diff, timing === NO_TIME ? null : String(timeNs)]);
}
