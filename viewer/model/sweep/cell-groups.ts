// Cells by group, in two passes over arrays of numbers and without a list a group: what the matrix folds and
// sorts by. Does not know what the groups mean.

/** Up to so many groups are counted in an array; a matrix of more squares than this is mostly empty. */
const MAX_DENSE = 1_000_000;

/** Those of one group stand beside each other, in the order given. */
export class Groups {
  /** Cells in the largest group. */
  readonly largest: number;
  readonly #from: Uint32Array;
  readonly #members: Uint32Array;
  /** Group to its place where there are too many to count them all; null where the group is the place. */
  readonly #places: ReadonlyMap<number, number> | null;

  /** @param groupOf the group of each cell, by cell; below `groups` */
  constructor(cells: Uint32Array, groupOf: Float64Array | Uint32Array, groups: number) {
    const places = groups > MAX_DENSE ? placesOf(cells, groupOf) : null;
    const placeAt = new Uint32Array(cells.length);
    const from = new Uint32Array((places?.size ?? groups) + 1);
    for (let at = 0; at < cells.length; at++) {
      const group = groupOf[cells[at] ?? 0] ?? 0;
      const place = places ? (places.get(group) ?? 0) : group;
      placeAt[at] = place;
      from[place + 1] = (from[place + 1] ?? 0) + 1;
    }
    let largest = 0;
    for (let at = 1; at < from.length; at++) {
      const count = from[at] ?? 0;
      if (count > largest) largest = count;
      from[at] = count + (from[at - 1] ?? 0);
    }
    const next = from.slice();
    const members = new Uint32Array(cells.length);
    for (let at = 0; at < cells.length; at++) {
      const place = placeAt[at] ?? 0;
      const to = next[place] ?? 0;
      members[to] = cells[at] ?? 0;
      next[place] = to + 1;
    }
    this.largest = largest;
    this.#from = from;
    this.#members = members;
    this.#places = places;
  }

  of(group: number): Uint32Array {
    const place = this.#places ? this.#places.get(group) : group;
    if (place === undefined) return this.#members.subarray(0, 0);
    return this.#members.subarray(this.#from[place] ?? 0, this.#from[place + 1] ?? 0);
  }

  /** Groups that hold a cell, ascending. */
  keys(): number[] {
    const keys = this.#places ? [...this.#places.keys()] : Array.from(this.#from.keys()).slice(0, -1);
    return keys.filter((key) => this.of(key).length > 0).sort((a, b) => a - b);
  }

  /** All cells, the groups in ascending order. Only where groups are few enough to be counted. */
  inOrder(): Uint32Array {
    return this.#members;
  }
}

/** The groups that occur, numbered as they come. */
function placesOf(cells: Uint32Array, groupOf: Float64Array | Uint32Array): Map<number, number> {
  const places = new Map<number, number>();
  for (const cell of cells) {
    const group = groupOf[cell] ?? 0;
    if (!places.has(group)) places.set(group, places.size);
  }
  return places;
}
