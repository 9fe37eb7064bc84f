// Where the rows of a long list lie when only some of them were ever drawn: measured heights where they
// are known, an estimate elsewhere. Does not know the DOM or decide what is drawn.

export class RowHeights {
  readonly count: number;
  readonly #heights: Float64Array;
  /** Top of each row and the bottom of the last; right below `#validTo`. */
  readonly #tops: Float64Array;
  #validTo = 0;
  readonly #estimatePx: number;

  /** @param known height by row, NaN or undefined where a row was never drawn */
  constructor(
    count: number,
    estimatePx: number,
    known: (row: number) => number | undefined = () => undefined,
  ) {
    this.count = count;
    this.#heights = new Float64Array(count);
    this.#tops = new Float64Array(count + 1);
    let sum = 0;
    let measured = 0;
    for (let row = 0; row < count; row++) {
      const height = known(row) ?? Number.NaN;
      this.#heights[row] = height;
      if (Number.isNaN(height)) continue;
      sum += height;
      measured++;
    }
    // A few tall rows say little of all others.
    this.#estimatePx = measured >= 20 ? sum / measured : estimatePx;
  }

  /** Pixels from the list's top to the row's; `count` gives the whole height. */
  topOf(row: number): number {
    const to = Math.min(Math.max(0, row), this.count);
    for (; this.#validTo < to; this.#validTo++)
      this.#tops[this.#validTo + 1] = (this.#tops[this.#validTo] ?? 0) + this.heightOf(this.#validTo);
    return this.#tops[to] ?? 0;
  }

  get totalPx(): number {
    return this.topOf(this.count);
  }

  heightOf(row: number): number {
    const height = this.#heights[row] ?? Number.NaN;
    return Number.isNaN(height) ? this.#estimatePx : height;
  }

  /** @returns whether that was news */
  measured(row: number, heightPx: number): boolean {
    if (row < 0 || row >= this.count || this.#heights[row] === heightPx) return false;
    this.#heights[row] = heightPx;
    this.#validTo = Math.min(this.#validTo, row);
    return true;
  }

  /** The row that holds a pixel; the first above all, the last below. -1 in an empty list. */
  rowAt(px: number): number {
    this.topOf(this.count);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tops[middle] ?? 0) <= px) low = middle + 1;
      else high = middle;
    }
    return this.count === 0 ? -1 : Math.max(0, low - 1);
  }
}
