// The bill of a ledger's rows: what a span around calls adds to it, and a bill that follows rows as they change. Does
// not say which rows count.
import type { Bill } from '../../shared/cost.ts';
import { type BillEntry, BillSum, billEntryOf } from './bill.ts';
import type { Telling } from './records.ts';
import { COST_PART, TOKEN_PARTS, type UsageKey, usageKeys } from './usage-sum.ts';

/** What a span around calls adds to the bill. A run's own cost is told beside it: see cell-cost.ts. */
export function billOfSum(telling: Telling, parts: number): BillEntry {
  const costUsd = telling.isSum !== 'run' && (parts & COST_PART) !== 0 ? telling.costUsd : null;
  if (costUsd === null && (parts & TOKEN_PARTS) === 0) return 'nothing';
  const counted = Object.fromEntries(
    usageKeys.map((key, at) => [key, (parts & (1 << at)) === 0 ? null : telling[key]]),
  ) as Record<UsageKey, number | null>;
  return billEntryOf({ ...counted, model: telling.model, error: null, costUsd });
}

/** A bill of rows that are looked at again and again: of most of them nothing has changed. */
export class KeptBill {
  readonly #sum = new BillSum();
  readonly #kept: { readonly key: number; readonly entry: BillEntry }[] = [];

  /** @param key equal as long as the row's entry is the same */
  set(row: number, key: number, entryOf: () => BillEntry): void {
    const known = this.#kept[row];
    if (known?.key === key) return;
    if (known) this.#sum.add(known.entry, -1);
    const entry = key === 0 ? 'nothing' : entryOf();
    this.#kept[row] = { key, entry };
    this.#sum.add(entry, 1);
  }

  bill(): Bill {
    return this.#sum.bill();
  }
}
