// Search in ascending times: the one question that every track answers, "what is there at t?".
// It refuses to sort.

/** Index of the last entry at or before the value, -1 when all are later. `sorted` ascends. */
export function lastAtOrBefore(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
