// Which sums count that spans tell around calls: those of runs of which no other teller tells that part call by call
// or in a sum that is believed more. Spans below them were looked at before. Pure.
import type { LedgerRow } from '../records.ts';
import { usageKeys } from '../usage-sum.ts';

/** A row, and the parts of the usage that it tells, as bits. */
export interface ToldParts {
  readonly row: number;
  readonly parts: number;
}

/** Clocks of two tellers differ by less. */
const SLACK_MS = 1000;
/** Pairs that are looked at in all; what is beyond counts. Real cells have a hundredth of it. */
const MAX_PAIRS = 1_000_000;
/** Threads that others are looked for in: a run is of one or two. */
const MAX_THREADS = 64;

/**
 * @param sums what is told around calls and not below
 * @param calls what the counted calls tell
 * @returns the parts of the sums that count
 */
export function sumsThatCount(
  rows: readonly LedgerRow[],
  sums: readonly ToldParts[],
  calls: readonly ToldParts[],
  sessionAt: (row: number) => string | null,
): ToldParts[] {
  const rank = ({ row }: ToldParts) => (rows[row] as LedgerRow).telling.teller;
  const inOrder = greatestOfSessions(rows, sums, sessionAt).toSorted(
    (a, b) => rank(a) - rank(b) || startOf(rows, a) - startOf(rows, b),
  );
  const told: ToldParts[] = [...calls];
  const counted: ToldParts[] = [];
  let left = MAX_PAIRS;
  for (const sum of inOrder) {
    let { parts } = sum;
    for (const other of told) {
      if (parts === 0 || left-- <= 0) break;
      if ((other.parts & parts) !== 0 && isOfRun(sum.row, other.row)) parts &= ~other.parts;
    }
    if (parts === 0) continue;
    counted.push({ row: sum.row, parts });
    told.push({ row: sum.row, parts });
  }
  return counted;

  /** Whether another teller's row is of the run that a sum is about: by session, else by time. */
  function isOfRun(sum: number, other: number): boolean {
    const [a, b] = [rows[sum] as LedgerRow, rows[other] as LedgerRow];
    if (a.telling.teller === b.telling.teller && a.telling.source === b.telling.source) return false;
    const [mine, its] = [sessionAt(sum), sessionAt(other)];
    if (mine !== null && mine === its) return true;
    if (!a.isClocked || !b.isClocked) return mine === null || its === null;
    const atMs = (b.startMs + b.endMs) / 2;
    return atMs >= a.startMs - SLACK_MS && atMs <= a.endMs + SLACK_MS;
  }
}

/** Of sums over one session so far, as one teller told them again and again, the greatest holds the others. */
function greatestOfSessions(
  rows: readonly LedgerRow[],
  sums: readonly ToldParts[],
  sessionAt: (row: number) => string | null,
): ToldParts[] {
  const greatest = new Map<string, ToldParts>();
  const others: ToldParts[] = [];
  for (const sum of sums) {
    const { telling } = rows[sum.row] as LedgerRow;
    const session = telling.ofSession === true ? sessionAt(sum.row) : null;
    if (session === null) {
      others.push(sum);
      continue;
    }
    const key = JSON.stringify([telling.teller, telling.source, session]);
    const known = greatest.get(key);
    if (known === undefined || totalOf(rows, sum) > totalOf(rows, known)) greatest.set(key, sum);
  }
  return [...others, ...withoutHeld(rows, [...greatest.values()])];
}

/** A thread that was forked tells its parent's sum with its own: what is in no part greater may be in it. */
function withoutHeld(rows: readonly LedgerRow[], sums: readonly ToldParts[]): ToldParts[] {
  const telling = ({ row }: ToldParts) => (rows[row] as LedgerRow).telling;
  const holds = (a: ToldParts, b: ToldParts): boolean => {
    const [outer, inner] = [telling(a), telling(b)];
    return (
      outer.teller === inner.teller &&
      outer.source === inner.source &&
      usageKeys.every((key) => (inner[key] ?? 0) <= (outer[key] ?? 0))
    );
  };
  const threads: ToldParts[] = [];
  return sums
    .toSorted((a, b) => totalOf(rows, b) - totalOf(rows, a))
    .filter((sum) => {
      const isHeld = threads.some((other) => holds(other, sum));
      if (!isHeld && telling(sum).ofThread && threads.length < MAX_THREADS) threads.push(sum);
      return !isHeld;
    });
}

function totalOf(rows: readonly LedgerRow[], { row }: ToldParts): number {
  const { inputTokens, outputTokens } = (rows[row] as LedgerRow).telling;
  return (inputTokens ?? 0) + (outputTokens ?? 0);
}

function startOf(rows: readonly LedgerRow[], { row }: ToldParts): number {
  return rows[row]?.startMs ?? 0;
}
