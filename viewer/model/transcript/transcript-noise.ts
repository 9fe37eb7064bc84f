// Folds the errors that plumbing met and lived with: those that follow one another stand as one entry, which
// says what they were and holds each of them. Nothing is left out.
import { formatOffset, plural } from '../display/format.ts';
import type { TranscriptEntry } from './entry.ts';

export const NOISE = 'noise';

/** Names told in a fold's line; the rest are counted. */
const NAMED = 2;

/** @param entries in order of time, each handled error one of kind `noise` */
export function foldHandled(entries: readonly TranscriptEntry[]): TranscriptEntry[] {
  const folded: TranscriptEntry[] = [];
  for (let at = 0; at < entries.length; ) {
    const first = entries[at];
    if (!first) break;
    let end = at + 1;
    if (first.kind === NOISE) while (entries[end]?.kind === NOISE) end++;
    folded.push(first.kind === NOISE ? foldOf(first, entries.slice(at, end)) : first);
    at = end;
  }
  return folded;
}

function foldOf(first: TranscriptEntry, all: readonly TranscriptEntry[]): TranscriptEntry {
  const counts = new Map<string, number>();
  for (const { text } of all) counts.set(text, (counts.get(text) ?? 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1]);
  const told = names.slice(0, NAMED).map(([name, count]) => (count > 1 ? `${name} × ${count}` : name));
  const rest = names.slice(NAMED).reduce((sum, [, count]) => sum + count, 0);
  return {
    ...first,
    text: told.join(', ') + (rest > 0 ? ` and ${rest} more` : ''),
    facts: [
      `${plural(all.length, 'plumbing error')}, handled by what called ${all.length > 1 ? 'them' : 'it'}`,
    ],
    result: all
      .map(({ startNs, text, error }) => `${formatOffset(startNs)}  ${text}: ${error ?? 'error'}`)
      .join('\n'),
    status: 'unset',
    error: null,
  };
}
