// How far a reader has read a terminal that grows, as the text that it asks with. It holds what must still be
// so for the rest to follow what was read: the same chunks before, no older time, the same zero. Does
// not read records.
import type { TrackExtent } from '../../cell/records.ts';
import { RequestError } from '../../errors.ts';

export interface TerminalCursor extends TrackExtent {
  /** Where event time 0 lies. */
  readonly zeroNs: bigint;
  /** Of the last event sent. */
  readonly lastNs: bigint;
  /** Whether a pseudo-terminal was among what was sent; pipes are then left out. */
  readonly hasPty: boolean;
  readonly hasSize: boolean;
  /** Whether what was sent ends within a character, which what comes next may complete. */
  readonly isCut: boolean;
}

export function cursorText(cursor: TerminalCursor): string {
  const { last, seq, chunks, zeroNs, lastNs, hasPty, hasSize, isCut } = cursor;
  const said = [hasPty, hasSize, isCut].map(Number);
  return [last, seq, chunks, zeroNs, lastNs - zeroNs, ...said].join('-');
}

/** @throws RequestError 400 `bad_query` where it is none of ours */
export function readCursor(text: string): TerminalCursor {
  const parts = /^(\d{1,15})-(\d{1,15})-(\d{1,15})-(\d{1,20})-(\d{1,20})-([01])-([01])-([01])$/.exec(text);
  if (!parts)
    throw new RequestError(400, 'bad_query', 'after must be the `playhead.next` of an earlier answer');
  const [, last, seq, chunks, zero = '', length = '', pty, size, cut] = parts;
  const zeroNs = BigInt(zero);
  return {
    last: Number(last),
    seq: Number(seq),
    chunks: Number(chunks),
    zeroNs,
    lastNs: zeroNs + BigInt(length),
    hasPty: pty === '1',
    hasSize: size === '1',
    isCut: cut === '1',
  };
}

/** Whether the chunks up to the cursor are still those that were sent. @param now the cell's, up to there */
export function fits(cursor: TerminalCursor, now: TrackExtent): boolean {
  return cursor.last === now.last && cursor.seq === now.seq && cursor.chunks === now.chunks;
}
