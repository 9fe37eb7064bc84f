// What a run did from a moment on, in a handful of entries: its edits, the tests it ran, its errors, its last words and
// the verifier. Chooses by kind alone. Does not say what followed from what.
import { lastAtOrBefore } from '../trace/sorted.ts';
import type { TranscriptEntry } from '../transcript/entry.ts';

const MAX_FOLLOWING = 5;

/** In order; the entry that begins at the moment itself is not among them. @returns indices into the transcript */
export function whatFollowed(transcript: readonly TranscriptEntry[], tNs: number): number[] {
  const starts = Float64Array.from(transcript, ({ startNs }) => startNs);
  const from = lastAtOrBefore(starts, tNs) + 1;
  const rest = [...transcript.entries()].slice(from);
  const said = rest.findLast(([, { kind }]) => kind === 'message')?.[0];
  const verified = rest.findLast(([, { kind }]) => kind === 'verify')?.[0];
  const isWorthy = ([index, entry]: readonly [number, TranscriptEntry]) =>
    index === said || index === verified || hasWeight(entry);
  const worthy = rest.filter(isWorthy).map(([index]) => index);
  if (worthy.length <= MAX_FOLLOWING) return worthy;
  const ends = worthy.filter((index) => index === said || index === verified);
  const first = worthy.filter((index) => !ends.includes(index)).slice(0, MAX_FOLLOWING - ends.length);
  return [...first, ...ends];
}

function hasWeight({ kind, changes, tally, status }: TranscriptEntry): boolean {
  return kind !== 'noise' && kind !== 'phase' && (changes.length > 0 || tally !== null || status === 'error');
}
