// A typed array that grows while it is filled. It refuses everything but appending.

type NumberArray = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export class GrowingArray<T extends NumberArray> {
  #items: T;
  readonly #make: (length: number) => T;
  length = 0;

  /** @param make e.g. `(n) => new Uint32Array(n)` */
  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#items = make(256);
  }

  push(value: number): void {
    if (this.length === this.#items.length) this.#grow(this.length + 1);
    this.#items[this.length++] = value;
  }

  /** Appends the first `count` values of another array. */
  append(values: ArrayLike<number>, count: number): void {
    if (this.length + count > this.#items.length) this.#grow(this.length + count);
    for (let i = 0; i < count; i++) this.#items[this.length + i] = values[i] ?? 0;
    this.length += count;
  }

  /** The value at `index`, 0 beyond the end. */
  at(index: number): number {
    return this.#items[index] ?? 0;
  }

  /** A copy of exactly what was appended so far. */
  copy(): T {
    return this.#items.slice(0, this.length) as T;
  }

  #grow(needed: number): void {
    const next = this.#make(Math.max(needed, this.#items.length * 2));
    next.set(this.#items);
    this.#items = next;
  }
}
