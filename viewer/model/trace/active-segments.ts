// Which span is "the" span at each moment, worked out once for the whole trace: a sweep over starts and
// ends with a heap of the spans under way. Scrubbing then only searches a sorted list. The rule itself
// stands at `activeRow`.

/** By row; rows are in order of start. */
export interface Coverage {
  readonly startNs: Float64Array;
  /** Later than the start; the span covers [start, end). */
  readonly endNs: Float64Array;
  readonly depth: Uint32Array;
  /** Whether a span covers anything at all. */
  readonly takesPart: (row: number) => boolean;
}

export interface ActiveSegments {
  /** Ascending; segment i lasts until the next begins. */
  readonly fromNs: Float64Array;
  /** The span of each segment, -1 for none; the last is -1. */
  readonly rows: Int32Array;
}

/** O(n log n); at most one segment a start and one an end. */
export function activeSegments({ startNs: start, endNs: end, depth, takesPart }: Coverage): ActiveSegments {
  const segments = new SegmentList();
  const heap = new RowHeap(
    (a, b) =>
      (depth[b] ?? 0) - (depth[a] ?? 0) ||
      (start[b] ?? 0) - (start[a] ?? 0) ||
      (end[a] ?? 0) - (end[b] ?? 0) ||
      b - a,
  );
  let nowNs = 0;
  /** Writes what is active from nowNs until the moment given. */
  const advance = (untilNs: number) => {
    while (heap.top >= 0) {
      const endNs = end[heap.top] ?? 0;
      if (endNs > nowNs) segments.add(nowNs, heap.top);
      if (endNs > untilNs) return;
      nowNs = Math.max(nowNs, endNs);
      heap.pop();
    }
    segments.add(nowNs, -1);
  };
  for (let row = 0; row < start.length; row++) {
    if (!takesPart(row)) continue;
    const startNs = start[row] ?? 0;
    advance(startNs);
    nowNs = startNs;
    heap.push(row);
  }
  advance(Number.POSITIVE_INFINITY);
  return segments.finish();
}

class SegmentList {
  readonly #fromNs: number[] = [];
  readonly #rows: number[] = [];

  /** A later word on the same moment replaces the earlier; what repeats its neighbour is left out. */
  add(fromNs: number, row: number): void {
    if (this.#fromNs.at(-1) === fromNs) {
      this.#fromNs.pop();
      this.#rows.pop();
    }
    if (this.#rows.at(-1) === row) return;
    this.#fromNs.push(fromNs);
    this.#rows.push(row);
  }

  finish(): ActiveSegments {
    return { fromNs: Float64Array.from(this.#fromNs), rows: Int32Array.from(this.#rows) };
  }
}

/** A binary heap of rows; the least by `compare` is on top. */
class RowHeap {
  readonly #items: number[] = [];
  readonly #compare: (a: number, b: number) => number;

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  /** -1 when empty. */
  get top(): number {
    return this.#items[0] ?? -1;
  }

  push(row: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(row);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = items[up] ?? -1;
      if (this.#compare(above, row) <= 0) break;
      items[at] = above;
      at = up;
    }
    items[at] = row;
  }

  pop(): void {
    const items = this.#items;
    const row = items.pop();
    if (row === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      const right = child + 1;
      if (right < items.length && this.#compare(items[right] ?? -1, items[child] ?? -1) < 0) child = right;
      if (this.#compare(row, items[child] ?? -1) <= 0) break;
      items[at] = items[child] ?? -1;
      at = child;
    }
    items[at] = row;
  }
}
