// Which tool calls that log records tell are told by other spans too: by the call's id, by standing inside that span,
// else by name and time, one for one. Does not decide what is counted: call-ledger.ts leaves out what is repeated.
import type { LedgerRow } from '../records.ts';

/** Clocks of two tellers differ by less, and so do the edges of a call that both measure. */
const SLACK_MS = 250;
/** What one teller calls the call's end another one may call so later. */
const NAMED_SLACK_MS = 2000;
/** Neighbours in time that are looked at. */
const MAX_NEIGHBOURS = 64;

/**
 * @param told rows of log records
 * @param others rows of all other spans
 * @param above by row, the row nearest around it; -1 for none
 * @returns those of `told` that one of the others tells too
 */
export function repeatedTools(
  rows: readonly LedgerRow[],
  told: readonly number[],
  others: readonly number[],
  above: ArrayLike<number>,
): number[] {
  const free = new Set(others);
  const byId = new Map<string, number>();
  for (const row of others) {
    const id = rows[row]?.telling.tool?.callId;
    if (id !== undefined) byId.set(id, row);
  }
  const repeated: number[] = [];
  const left: number[] = [];
  for (const row of told) {
    const id = rows[row]?.telling.tool?.callId;
    const same = (id === undefined ? undefined : byId.get(id)) ?? above[row] ?? -1;
    if (same < 0 || !free.has(same)) left.push(row);
    else {
      free.delete(same);
      repeated.push(row);
    }
  }
  const byStart = [...free].sort((a, b) => startOf(rows, a) - startOf(rows, b));
  for (const row of left.sort((a, b) => startOf(rows, a) - startOf(rows, b))) {
    const same = nearest(rows, row, byStart, free);
    if (same === null) continue;
    free.delete(same);
    repeated.push(row);
  }
  return repeated;
}

function nearest(
  rows: readonly LedgerRow[],
  row: number,
  byStart: readonly number[],
  free: ReadonlySet<number>,
): number | null {
  const call = rows[row] as LedgerRow;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const at of byStart) {
    const other = rows[at] as LedgerRow;
    if (other.startMs > call.endMs + NAMED_SLACK_MS || looked > MAX_NEIGHBOURS) break;
    if (!free.has(at) || other.endMs < call.startMs - NAMED_SLACK_MS) continue;
    looked++;
    const apart = Math.abs(other.startMs - call.startMs) + Math.abs(other.endMs - call.endMs);
    if (apart >= least || !mayBeSame(call, other)) continue;
    least = apart;
    best = at;
  }
  return best;
}

/** Alike in name and near in time, or by other names at the very same time. */
function mayBeSame(a: LedgerRow, b: LedgerRow): boolean {
  if (!a.isClocked || !b.isClocked) return false;
  const overlapMs = Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
  if (a.telling.tool?.name === b.telling.tool?.name) return overlapMs >= -NAMED_SLACK_MS;
  if (a.telling.source === b.telling.source) return false;
  const edges = [Math.abs(a.startMs - b.startMs), Math.abs(a.endMs - b.endMs)];
  return edges.every((ms) => ms <= SLACK_MS);
}

function startOf(rows: readonly LedgerRow[], row: number): number {
  return rows[row]?.startMs ?? 0;
}
