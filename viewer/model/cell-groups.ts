// Cells by group, in two passes and without a list a group: what the matrix folds and sorts by. It refuses
// to know what the groups mean.

/** Up to so many groups are counted in an array; a matrix of more squares than this is mostly empty. */
const MAX_DENSE = 1_000_000;

/** Cells by group, those of one group beside each other and in the order given: two passes, no lists. */
export class Groups {
  /** Cells in the largest group. */
  readonly largest: number;
  readonly #from: Uint32Array;
  readonly #members: Uint32Array;
  /** Group to its place where there are too many to count them all; null where the group is the place. */
  readonly #places: Map<number, number> | null;

  constructor(cells: Uint32Array, groupOf: (cell: number) => number, groups: number) {
    this.#places = groups > MAX_DENSE ? new Map() : null;
    const placeOf = (cell: number) => this.#place(groupOf(cell));
    if (this.#places) for (const cell of cells) placeOf(cell);
    const from = new Uint32Array((this.#places?.size ?? groups) + 1);
    for (const cell of cells) from[placeOf(cell) + 1] = (from[placeOf(cell) + 1] ?? 0) + 1;
    this.largest = from.reduce((most, count) => Math.max(most, count), 0);
    for (let at = 1; at < from.length; at++) from[at] = (from[at] ?? 0) + (from[at - 1] ?? 0);
    const next = from.slice();
    const members = new Uint32Array(cells.length);
    for (const cell of cells) {
      const place = placeOf(cell);
      const at = next[place] ?? 0;
      members[at] = cell;
      next[place] = at + 1;
    }
    this.#from = from;
    this.#members = members;
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

  #place(group: number): number {
    if (!this.#places) return group;
    const known = this.#places.get(group);
    if (known !== undefined) return known;
    this.#places.set(group, this.#places.size);
    return this.#places.size - 1;
  }
}
