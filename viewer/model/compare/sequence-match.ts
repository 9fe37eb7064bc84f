// The longest common subsequence of two lists, by equal keys. Exact as long as the work is bounded, by a table or, in
// long lists with few equal keys, over those alone; beyond that the keys that occur once in both are fixed first (as
// patience diff does), and what lies between them is matched exactly. It refuses to know what the items are.

/** Matches as pairs of indices, both ascending. */
export type IndexPairs = readonly (readonly [a: number, b: number])[];

/** Cells of the table that an exact match may cost: some 30 ms. */
const MAX_CELLS = 4_000_000;
/** Places of equal keys that are looked at one by one: some 60 ms. */
const MAX_EQUAL = 200_000;

/** Pairs of one longest common subsequence; equal beginnings and ends are always in it. */
export function matchSequences(a: readonly string[], b: readonly string[]): IndexPairs {
  const ids = new Map<string, number>();
  const idOf = (key: string) => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, ids.size);
    return ids.size - 1;
  };
  const pairs: [number, number][] = [];
  matchRange(Int32Array.from(a, idOf), Int32Array.from(b, idOf), 0, 0, pairs);
  return pairs;
}

/** Equal beginnings and ends first: they are part of some longest subsequence, and most of two like runs. */
function matchRange(
  a: Int32Array,
  b: Int32Array,
  aFrom: number,
  bFrom: number,
  into: [number, number][],
): void {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) {
    into.push([aFrom + head, bFrom + head]);
    head++;
  }
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const aMiddle = a.subarray(head, a.length - tail);
  const bMiddle = b.subarray(head, b.length - tail);
  if (aMiddle.length * bMiddle.length <= MAX_CELLS)
    matchExactly(aMiddle, bMiddle, aFrom + head, bFrom + head, into);
  else if (countEqual(aMiddle, bMiddle) <= MAX_EQUAL)
    matchSparsely(aMiddle, bMiddle, aFrom + head, bFrom + head, into);
  else matchByAnchors(aMiddle, bMiddle, aFrom + head, bFrom + head, into);
  for (let at = tail; at > 0; at--) into.push([aFrom + a.length - at, bFrom + b.length - at]);
}

/** The textbook table, filled from the back and walked from the front. */
function matchExactly(
  a: Int32Array,
  b: Int32Array,
  aFrom: number,
  bFrom: number,
  into: [number, number][],
): void {
  if (a.length === 0 || b.length === 0) return;
  const width = b.length + 1;
  // Longest subsequence of a[i..] and b[j..]; MAX_CELLS keeps it below 2^16 long on the shorter side.
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      const down = lengths[at + width] ?? 0;
      const right = lengths[at + 1] ?? 0;
      lengths[at] = a[i] === b[j] ? (lengths[at + width + 1] ?? 0) + 1 : Math.max(down, right);
    }
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const at = i * width + j;
    if (a[i] === b[j]) into.push([aFrom + i++, bFrom + j++]);
    else if ((lengths[at + width] ?? 0) >= (lengths[at + 1] ?? 0)) i++;
    else j++;
  }
}

/** How many pairs of places have equal keys. */
function countEqual(a: Int32Array, b: Int32Array): number {
  const inB = new Map<number, number>();
  for (const id of b) inB.set(id, (inB.get(id) ?? 0) + 1);
  return a.reduce((sum, id) => sum + (inB.get(id) ?? 0), 0);
}

/** A longest ascending run through all places of equal keys (Hunt and Szymanski): of one place the last first. */
function matchSparsely(
  a: Int32Array,
  b: Int32Array,
  aFrom: number,
  bFrom: number,
  into: [number, number][],
): void {
  const inB = new Map<number, number[]>();
  for (let j = b.length - 1; j >= 0; j--) {
    const places = inB.get(b[j] ?? 0);
    if (places) places.push(j);
    else inB.set(b[j] ?? 0, [j]);
  }
  const equal: [number, number][] = [];
  for (const [i, id] of a.entries()) for (const j of inB.get(id) ?? []) equal.push([i, j]);
  for (const [i, j] of longestAscending(equal)) into.push([aFrom + i, bFrom + j]);
}

/** Splits at keys that occur once on each side and stand in the same order; without any, nothing matches. */
function matchByAnchors(
  a: Int32Array,
  b: Int32Array,
  aFrom: number,
  bFrom: number,
  into: [number, number][],
): void {
  const anchors = longestAscending(uniqueInBoth(a, b));
  let aAt = 0;
  let bAt = 0;
  if (anchors.length === 0) return;
  for (const [i, j] of [...anchors, [a.length, b.length] as const]) {
    matchRange(a.subarray(aAt, i), b.subarray(bAt, j), aFrom + aAt, bFrom + bAt, into);
    if (i < a.length) into.push([aFrom + i, bFrom + j]);
    aAt = i + 1;
    bAt = j + 1;
  }
}

/** Pairs of places of the keys that occur exactly once in each list, in order of a. */
function uniqueInBoth(a: Int32Array, b: Int32Array): [number, number][] {
  const placesOf = (list: Int32Array) => {
    const places = new Map<number, number>();
    for (const [at, id] of list.entries()) places.set(id, places.has(id) ? -1 : at);
    return places;
  };
  const inB = placesOf(b);
  const pairs: [number, number][] = [];
  for (const [id, i] of placesOf(a)) {
    const j = inB.get(id) ?? -1;
    if (i >= 0 && j >= 0) pairs.push([i, j]);
  }
  return pairs.sort((x, y) => x[0] - y[0]);
}

/** A longest run of pairs that ascend on both sides. O(n log n). */
function longestAscending(pairs: readonly [number, number][]): [number, number][] {
  /** Index of the pair that ends the best run of each length. */
  const ends: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (const [at, [, j]] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < j) low = middle + 1;
      else high = middle;
    }
    before[at] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = at;
  }
  const run: [number, number][] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair) run.push(pair);
  }
  return run.reverse();
}
