// The calls of a ledger as same-calls.ts takes them: in order of belief and time, each with what it is known by, its own
// or as a call around it tells. Does not decide which are the same.
import type { LedgerRow, Telling } from '../records.ts';
import { sameCalls, type ToldCall } from './same-calls.ts';

/** @returns rows of the same call, the most believed of each first */
export function groupsOf(
  rows: readonly LedgerRow[],
  above: ArrayLike<number>,
  leaves: readonly number[],
): readonly (readonly number[])[] {
  const outerIds = idsOfOuter(rows, above, leaves);
  const inOrder = leaves.toSorted((a, b) => inBelief(rows[a] as LedgerRow, rows[b] as LedgerRow) || a - b);
  const told = inOrder.map((at): ToldCall => {
    const { telling, ...row } = rows[at] as LedgerRow;
    return {
      ...row,
      teller: tellerOf(telling),
      answerId: telling.answerId ?? null,
      ids: [...idsOf(telling), ...(outerIds.get(at) ?? [])],
      inputTokens: telling.inputTokens,
      cachedTokens: (telling.cacheReadTokens ?? 0) + (telling.cacheWriteTokens ?? 0),
      outputTokens: telling.outputTokens,
      estimated: telling.estimated === true,
    };
  });
  return sameCalls(told).map((members) => members.map((at) => inOrder[at] as number));
}

/** Rank and source: equal for all that one teller tells. */
export function tellerOf({ teller, source }: Telling): string {
  return `${teller}:${source}`;
}

/** What other tellers may know it by, each id behind a word for its kind. */
export function idsOf({ responseId, requestId }: Telling): string[] {
  const ids = responseId === undefined ? [] : [`response:${responseId}`];
  return requestId === undefined ? ids : [...ids, `request:${requestId}`];
}

function inBelief(a: LedgerRow, b: LedgerRow): number {
  return (
    a.telling.teller - b.telling.teller ||
    order(a.telling.source, b.telling.source) ||
    a.startMs - b.startMs ||
    a.endMs - b.endMs ||
    order(idsOf(a.telling).join(), idsOf(b.telling).join())
  );
}

/** The answer's ids as a call around it tells them, where it is the only one in there. */
function idsOfOuter(
  rows: readonly LedgerRow[],
  above: ArrayLike<number>,
  leaves: readonly number[],
): ReadonlyMap<number, readonly string[]> {
  const only = new Map<number, number | null>();
  for (const leaf of leaves) {
    const outer = above[leaf] ?? -1;
    if (outer >= 0) only.set(outer, only.has(outer) ? null : leaf);
  }
  const ids = new Map<number, readonly string[]>();
  for (const [outer, leaf] of only) {
    const { telling } = rows[outer] as LedgerRow;
    if (leaf !== null && !telling.isSum) ids.set(leaf, idsOf(telling));
  }
  return ids;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
