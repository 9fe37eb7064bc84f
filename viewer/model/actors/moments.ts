// What the transcript's entries tell about a run's turns: which of them change files or run tests, and at which moments
// something changed that one wants to see. Does not read spans.
import type { TranscriptEntry } from '../transcript/entry.ts';

/** Whether an entry edits a file or runs tests. */
export function isWork(entry: TranscriptEntry): boolean {
  return entry.changes.length > 0 || entry.tally !== null;
}

/** Row keys of the spans that edit files or run tests. */
export function workingKeys(entries: readonly TranscriptEntry[]): ReadonlySet<string> {
  return new Set(entries.flatMap((entry) => (isWork(entry) && entry.rowKey !== null ? [entry.rowKey] : [])));
}

/** Moments of edits, errors, messages and verdicts: what smart speed slows down for. Nanoseconds, not sorted. */
export function eventMoments(entries: readonly TranscriptEntry[]): number[] {
  const moments: number[] = [];
  for (const entry of entries) {
    const endNs = entry.endNs ?? entry.startNs;
    const isSaid = entry.kind === 'message' || entry.kind === 'prompt';
    if (isSaid) moments.push(entry.startNs);
    else if (entry.changes.length > 0 || entry.kind === 'verify') moments.push(entry.startNs, endNs);
    else if (entry.status === 'error' || (entry.tally?.failed ?? 0) > 0) moments.push(endNs);
  }
  return moments;
}
