// What was made of sweeps, kept until something of them moves: a log entry changes the sweep, or one of its runs falls
// silent. Holds so much in all, and forgets first what was asked for longest ago. Makes nothing itself.
import type { SweepReads } from '../../cell/stores.ts';

interface Version<T> {
  readonly revision: number | undefined;
  /** From then on a run under way counts as interrupted; null where none is under way. */
  readonly untilNs: bigint | null;
  readonly value: T;
}

export class RevisionCache<T> {
  readonly #versions = new Map<string, Version<T>>();
  readonly #max: number;
  readonly #sizeOf: (value: T) => number;
  #size = 0;

  /** @param sizeOf what a value takes of `max`, in the same unit */
  constructor(max: number, sizeOf: (value: T) => number) {
    this.#max = max;
    this.#sizeOf = sizeOf;
  }

  /** What was made of the sweep, or `make` where something moved since. */
  async of(sweeps: SweepReads, sweep: string, nowNs: bigint, make: () => Promise<T>): Promise<T> {
    // Asked for first: what changes while it is made is seen the next time.
    const revision = await sweeps.revision(sweep);
    const known = this.#versions.get(sweep);
    const holds =
      known?.revision === revision && (known?.untilNs === null || nowNs <= (known?.untilNs ?? -1n));
    const version =
      known && holds
        ? known
        : { revision, untilNs: await sweeps.nextSilence(sweep, nowNs), value: await make() };
    this.#keep(sweep, version);
    return version.value;
  }

  /** Keeps it as the last one asked for. */
  #keep(sweep: string, version: Version<T>): void {
    const known = this.#versions.get(sweep);
    if (known) this.#size -= this.#sizeOf(known.value);
    this.#versions.delete(sweep);
    this.#versions.set(sweep, version);
    this.#size += this.#sizeOf(version.value);
    this.#trim(sweep);
  }

  #trim(sweep: string): void {
    for (const [oldest, { value }] of this.#versions) {
      if (this.#size <= this.#max || oldest === sweep) break;
      this.#versions.delete(oldest);
      this.#size -= this.#sizeOf(value);
    }
  }
}
