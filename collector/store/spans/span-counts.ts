// What the rows of a trace come to that tell of usage, by the ledger that the projector keeps too. Reads nothing.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { type CallCount, CallLedger, ledgerRowOf } from '../../cell/call-ledger.ts';
import type { Telling } from '../../cell/records.ts';

/** A row of a trace that tells of usage. */
export interface ToldRow {
  readonly row: number;
  readonly telling: Telling;
}

/** Counts what rows of a trace tell. @param told in order of their rows, each once */
export function countRows(columns: TraceColumns, told: readonly ToldRow[]): CallCount {
  const ledger = new CallLedger();
  const entries = new Map<number, number>();
  const startMs = Number(BigInt(columns.startNs)) / 1e6;
  for (const { row, telling } of told) {
    const from = startMs + (columns.offset[row] ?? 0) / 1e6;
    const length = columns.duration[row] ?? 0;
    const span = {
      flags: columns.flags[row] ?? 0,
      timing: columns.timing[row] ?? 0,
      record: { statusCode: columns.status[row] ?? 0 },
    };
    const times = { startMs: from, endMs: from + (length > 0 ? length / 1e6 : 0) };
    entries.set(row, ledger.add(ledgerRowOf(telling, span, times)));
  }
  const nearest = new Map<number, number>();
  for (const [row, entry] of entries)
    ledger.place(entry, nearestAbove(columns.parent, row, entries, nearest));
  const { calls, repeated, ...sums } = ledger.count();
  const rows = [...entries.keys()];
  const rowOf = (entry: number) => rows[entry] ?? 0;
  const inOrder = calls
    .map((call) => ({ ...call, row: rowOf(call.row), otherRows: call.otherRows.map(rowOf) }))
    .sort((a, b) => a.row - b.row);
  return { ...sums, calls: inOrder, repeated: repeated.map(rowOf) };
}

/** The entry of the nearest row around a row, or -1. @param nearest what was found for rows on the way */
function nearestAbove(
  parent: Int32Array,
  row: number,
  entries: ReadonlyMap<number, number>,
  nearest: Map<number, number>,
): number {
  const passed: number[] = [];
  let found = -1;
  for (let at = parent[row] ?? -1; at >= 0; at = parent[at] ?? -1) {
    const known = entries.get(at) ?? nearest.get(at);
    if (known !== undefined) {
      found = known;
      break;
    }
    passed.push(at);
  }
  for (const at of passed) nearest.set(at, found);
  return found;
}
