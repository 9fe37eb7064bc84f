// The order in which a cell's spans are shown: by start; of equal starts a span comes before the spans inside it, and
// else what arrived first. Clocks of one millisecond give a span and its first child one start, and exporters send
// the child first, because it ended first.

/**
 * @param offset by arrival, the start as nanoseconds after the clock's zero
 * @param parent by arrival, the arrival of the span around it; negative where there is none
 * @returns arrivals in the order in which they are shown
 */
export function startOrder(offset: Float64Array, parent: Int32Array): Uint32Array {
  const order = Uint32Array.from(offset, (_, at) => at);
  let isSorted = true;
  let isInside = false;
  for (let at = 0; at < order.length; at++) {
    const start = offset[at] ?? 0;
    const around = parent[at] ?? -1;
    if (at > 0 && (offset[at - 1] ?? 0) > start) isSorted = false;
    if (around > at && offset[around] === start) isInside = true;
  }
  if (isSorted && !isInside) return order;
  const depth = isInside ? depthAtStart(offset, parent) : new Uint32Array(order.length);
  return order.sort(
    (a, b) => (offset[a] ?? 0) - (offset[b] ?? 0) || (depth[a] ?? 0) - (depth[b] ?? 0) || a - b,
  );
}

/** How many spans of the same start lie around each; a circle of parents is opened where it was entered. */
function depthAtStart(offset: Float64Array, parent: Int32Array): Uint32Array {
  const depth = new Uint32Array(offset.length);
  // 0 unseen, else the number of the walk outwards that came by: meeting one's own walk again is a circle.
  const walk = new Uint32Array(offset.length);
  const isInside = (at: number): boolean => {
    const around = parent[at] ?? -1;
    return around >= 0 && offset[around] === offset[at];
  };
  const path: number[] = [];
  for (let first = 0; first < offset.length; first++) {
    for (let at = first; walk[at] === 0; at = parent[at] ?? -1) {
      walk[at] = first + 1;
      path.push(at);
      if (!isInside(at)) break;
    }
    for (let at = path.pop(), isOutermost = true; at !== undefined; at = path.pop(), isOutermost = false) {
      const around = parent[at] ?? -1;
      const isCounted = isOutermost ? isInside(at) && walk[around] !== first + 1 : true;
      depth[at] = isCounted ? (depth[around] ?? 0) + 1 : 0;
    }
  }
  return depth;
}
