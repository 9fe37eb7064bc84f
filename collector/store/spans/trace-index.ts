// All spans of a cell in the order of their starts (start-order.ts) as columns, put together from those of its chunks;
// parents found, orphans and circles marked. What the compact form shows and what pages of the JSON form are
// cut from. Reads no detail.
import { spanFlag } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { HIGHEST, SAID_BY_AGENT, spanRank } from '../../cell/span-content.ts';
import { SpanTable } from '../../cell/span-table.ts';
import { lengthAt, type SpanColumns, startOffset } from './span-columns.ts';
import { startOrder } from './start-order.ts';

export interface TraceIndex {
  readonly columns: TraceColumns;
  /** Which chunk a row's span lies in, as an index into the chunks given, and its row there. */
  readonly chunkOf: Uint32Array;
  readonly rowOf: Uint32Array;
}

const ROOT = -1;
const MISSING = -2;

/**
 * @param chunks a cell's chunks in order of arrival
 * @param startNs the clock's zero
 * @param conflicts (trace id + span id) of spans that came again with other content
 * @param leftOut by chunk, rows that are not shown
 */
export function buildTraceIndex(
  chunks: readonly SpanColumns[],
  startNs: bigint,
  endNs: bigint,
  conflicts: ReadonlySet<string>,
  leftOut: readonly ReadonlySet<number>[] = [],
): TraceIndex {
  const outdated = joined(outdatedRows(chunks), leftOut);
  const count = chunks.reduce((sum, columns, chunk) => sum + columns.count - (outdated[chunk]?.size ?? 0), 0);
  const arrival = gather(chunks, outdated, count, startNs);
  const order = startOrder(arrival.offset, arrival.parent);
  const rowOfArrival = new Uint32Array(count);
  for (let row = 0; row < count; row++) rowOfArrival[order[row] ?? 0] = row;
  const parent = new Int32Array(count);
  const flags = new Uint16Array(count);
  for (let row = 0; row < count; row++) {
    const from = order[row] ?? 0;
    const above = arrival.parent[from] ?? ROOT;
    parent[row] = above >= 0 ? (rowOfArrival[above] ?? ROOT) : above;
    flags[row] = (arrival.flags[from] ?? 0) | (above === MISSING ? spanFlag.orphan : 0);
  }
  openCycles(parent, flags);
  const traceIds = [...arrival.table.traces.keys()];
  const columns: TraceColumns = {
    count,
    startNs: String(startNs),
    lengthNs: Number(endNs - startNs),
    names: [...arrival.names.keys()],
    traceIds,
    offset: permute(arrival.offset, order, new Float64Array(count)),
    duration: permute(arrival.duration, order, new Float64Array(count)),
    name: permute(arrival.name, order, new Uint32Array(count)),
    trace: permute(arrival.trace, order, new Uint32Array(count)),
    parent,
    kind: permute(arrival.kind, order, new Uint8Array(count)),
    status: permute(arrival.status, order, new Uint8Array(count)),
    timing: permute(arrival.timing, order, new Uint8Array(count)),
    flags,
    spanId: idBytes(arrival, order),
  };
  markConflicts(columns, conflicts);
  return {
    columns,
    chunkOf: permute(arrival.chunk, order, new Uint32Array(count)),
    rowOf: permute(arrival.row, order, new Uint32Array(count)),
  };
}

type Numbers = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

interface Arrival {
  readonly table: SpanTable;
  readonly names: Map<string, number>;
  readonly offset: Float64Array;
  readonly duration: Float64Array;
  readonly name: Uint32Array;
  readonly trace: Uint32Array;
  readonly parent: Int32Array;
  readonly flags: Uint16Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly timing: Uint8Array;
  readonly chunk: Uint32Array;
  readonly row: Uint32Array;
}

/** @returns by chunk, the rows of both */
function joined(
  outdated: readonly (ReadonlySet<number> | null)[],
  leftOut: readonly ReadonlySet<number>[],
): (ReadonlySet<number> | null)[] {
  return outdated.map((rows, chunk) => {
    const more = leftOut[chunk];
    if (!more || more.size === 0) return rows;
    return new Set([...(rows ?? []), ...more]);
  });
}

/**
 * By chunk, the rows of spans of which another copy of the id stands: one that ranks higher, else the last one.
 */
function outdatedRows(chunks: readonly SpanColumns[]): (ReadonlySet<number> | null)[] {
  const open = new SpanTable();
  for (const columns of chunks)
    for (const [row, trace] of outrankableRows(columns))
      open.add(open.traceOrdinal(trace), columns.idHigh[row] ?? 0, columns.idLow[row] ?? 0);
  if (open.count === 0) return chunks.map(() => null);
  const standing = new Map<number, { chunk: number; row: number; rank: number }>();
  const outdated = chunks.map(() => new Set<number>());
  for (const [chunk, s] of chunks.entries()) {
    const traces = s.traceIds.map((id) => open.traces.get(id));
    for (let row = 0; row < s.count; row++) {
      const trace = traces[s.trace[row] ?? 0];
      const found = trace === undefined ? -1 : open.find(trace, s.idHigh[row] ?? 0, s.idLow[row] ?? 0);
      if (found < 0) continue;
      const copy = { chunk, row, rank: spanRank(s.flags[row] ?? 0) };
      const known = standing.get(found);
      const isBetter = known === undefined || copy.rank >= known.rank;
      const loser = isBetter ? known : copy;
      if (isBetter) standing.set(found, copy);
      if (loser) outdated[loser.chunk]?.add(loser.row);
    }
  }
  return outdated.map((rows) => (rows.size === 0 ? null : rows));
}

function* outrankableRows(s: SpanColumns): Generator<[row: number, traceId: string]> {
  for (let row = 0; row < s.count; row++)
    if (spanRank(s.flags[row] ?? 0) < HIGHEST) yield [row, s.traceIds[s.trace[row] ?? 0] ?? ''];
}

/** The chunks' columns end to end without the rows that are outdated, their ordinals made common. */
function gather(
  chunks: readonly SpanColumns[],
  outdated: readonly (ReadonlySet<number> | null)[],
  count: number,
  startNs: bigint,
): Arrival {
  const all: Arrival = {
    table: new SpanTable(),
    names: new Map(),
    offset: new Float64Array(count),
    duration: new Float64Array(count),
    name: new Uint32Array(count),
    trace: new Uint32Array(count),
    parent: new Int32Array(count),
    flags: new Uint16Array(count),
    kind: new Uint8Array(count),
    status: new Uint8Array(count),
    timing: new Uint8Array(count),
    chunk: new Uint32Array(count),
    row: new Uint32Array(count),
  };
  let at = 0;
  const places = chunks.map((columns, chunk) => {
    const place = placesOf(columns, at, outdated[chunk] ?? null);
    gatherChunk(all, columns, chunk, place, startNs);
    at += columns.count - (outdated[chunk]?.size ?? 0);
    return place;
  });
  for (const [chunk, columns] of chunks.entries()) linkParents(all, columns, places[chunk] as Place);
  return all;
}

/** Where a chunk's row comes to lie among all rows; -1 for one that is left out. */
type Place = (row: number) => number;

function placesOf(s: SpanColumns, at: number, outdated: ReadonlySet<number> | null): Place {
  if (outdated === null) return (row) => at + row;
  const places = new Int32Array(s.count);
  let next = at;
  for (let row = 0; row < s.count; row++) places[row] = outdated.has(row) ? -1 : next++;
  return (row) => places[row] ?? -1;
}

function gatherChunk(all: Arrival, s: SpanColumns, chunk: number, place: Place, startNs: bigint): void {
  const base = Number(s.baseNs - startNs);
  const names = s.names.map((name) => {
    const known = all.names.get(name) ?? all.names.size;
    all.names.set(name, known);
    return known;
  });
  // Traces of which no span is shown are none.
  const traces: number[] = [];
  for (let row = 0; row < s.count; row++) {
    const at = place(row);
    if (at < 0) continue;
    const unfinished = ((s.flags[row] ?? 0) & spanFlag.unfinished) !== 0;
    const of = s.trace[row] ?? 0;
    traces[of] ??= all.table.traceOrdinal(s.traceIds[of] ?? '');
    const trace = traces[of] ?? 0;
    all.table.add(trace, s.idHigh[row] ?? 0, s.idLow[row] ?? 0);
    all.flags[at] = (s.flags[row] ?? 0) & ~SAID_BY_AGENT;
    all.kind[at] = s.kind[row] ?? 0;
    all.status[at] = s.status[row] ?? 0;
    all.timing[at] = s.timing[row] ?? 0;
    all.offset[at] = base + startOffset(s, row);
    all.duration[at] = unfinished ? Number.NaN : lengthAt(s, row);
    all.name[at] = names[s.name[row] ?? 0] ?? 0;
    all.trace[at] = trace;
    all.chunk[at] = chunk;
    all.row[at] = row;
  }
  for (const [row, from, to] of s.far) {
    const at = place(row);
    if (at < 0) continue;
    all.offset[at] = Number(from - startNs);
    all.duration[at] = to === 0n ? Number.NaN : Number(to - from);
  }
}

function linkParents(all: Arrival, s: SpanColumns, place: Place): void {
  for (let row = 0; row < s.count; row++) {
    const at = place(row);
    if (at < 0) continue;
    const code = s.parent[row] ?? ROOT;
    const inside = code >= 0 ? place(code) : -1;
    if (inside >= 0) all.parent[at] = inside;
    else if (code === ROOT) all.parent[at] = ROOT;
    else {
      const index = 2 * (-2 - code);
      const high = (code >= 0 ? s.idHigh[code] : s.outerParents[index]) ?? 0;
      const low = (code >= 0 ? s.idLow[code] : s.outerParents[index + 1]) ?? 0;
      const found = all.table.find(all.trace[at] ?? 0, high, low);
      all.parent[at] = found >= 0 ? found : MISSING;
    }
  }
}

function permute<T extends Numbers>(from: T, order: Uint32Array, to: T): T {
  for (let row = 0; row < order.length; row++) to[row] = from[order[row] ?? 0] ?? 0;
  return to;
}

function idBytes(arrival: Arrival, order: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(order.length * 8);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < order.length; row++) {
    const from = order[row] ?? 0;
    view.setUint32(row * 8, arrival.table.highAt(from));
    view.setUint32(row * 8 + 4, arrival.table.lowAt(from));
  }
  return bytes;
}

/** Opens every circle of parents at its earliest member, which is the one of the lowest row. */
function openCycles(parent: Int32Array, flags: Uint16Array): void {
  // 0 unseen, else the number of the walk that came by: meeting one's own walk again is a circle.
  const walk = new Uint32Array(parent.length);
  for (let start = 0; start < parent.length; start++) {
    let row = start;
    while (row >= 0 && walk[row] === 0) {
      walk[row] = start + 1;
      row = parent[row] ?? ROOT;
    }
    if (row < 0 || walk[row] !== start + 1) continue;
    let first = row;
    for (let at = parent[row] ?? ROOT; at !== row; at = parent[at] ?? ROOT) first = Math.min(first, at);
    parent[first] = ROOT;
    flags[first] = (flags[first] ?? 0) | spanFlag.cycle;
  }
}

function markConflicts(columns: TraceColumns, conflicts: ReadonlySet<string>): void {
  if (conflicts.size === 0) return;
  const hex = Buffer.from(columns.spanId.buffer);
  for (let row = 0; row < columns.count; row++) {
    const id = hex.toString('hex', row * 8, row * 8 + 8);
    if (conflicts.has((columns.traceIds[columns.trace[row] ?? 0] ?? '') + id))
      columns.flags[row] = (columns.flags[row] ?? 0) | spanFlag.conflict;
  }
}
