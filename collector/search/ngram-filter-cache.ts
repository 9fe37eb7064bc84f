// N-gram filters kept in memory, the newest cells' first: reading 2,000 of them from the database takes 20 ms, and
// every search begins with all of them. Bounded; what does not fit is read each time.
import type { SearchUnit } from '../cell/cell-list.ts';
import type { FilterReads } from '../cell/stores.ts';

/** A million spans take 32 MB. */
const MAX_BYTES = 40 * 2 ** 20;
/** What a kept one takes beside its bits. */
const OVERHEAD_BYTES = 200;

export class NgramFilterCache {
  readonly #store: FilterReads;
  readonly #kept = new Map<number, { readonly seq: number; readonly bits: Uint8Array }>();
  #bytes = 0;

  constructor(store: FilterReads) {
    this.#store = store;
  }

  /** The unit's filter; undefined where it went away. */
  async of(unit: SearchUnit): Promise<Uint8Array | undefined> {
    const kept = this.#kept.get(unit.filter);
    // A number is given again when the last row was deleted.
    if (kept?.seq === unit.seq) return kept.bits;
    const bits = await this.#store.bits(unit);
    if (bits) this.#keep(unit, bits);
    return bits;
  }

  #keep({ filter, seq }: SearchUnit, bits: Uint8Array): void {
    if (this.#bytes > MAX_BYTES) return;
    this.#kept.set(filter, { seq, bits });
    this.#bytes += bits.length + OVERHEAD_BYTES;
  }
}
