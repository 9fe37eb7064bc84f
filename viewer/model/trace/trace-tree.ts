// The spans as a forest, and the answers to "which span is it at t?" and "which span is next?". Built
// once per trace by loops, never by recursion: chains of 100,000 are real. Whatever is odd (no common
// root, orphans, circles, negative or unknown ends) keeps a row; nothing is dropped or repaired. That rows
// are in order of start and parents form a forest is the promise of shared/trace-columns.
import { spanFlag } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { activeSegments } from './active-segments.ts';
import { lastAtOrBefore } from './sorted.ts';

/** Arrays are by column row unless said otherwise. */
export interface TraceTree {
  readonly count: number;
  /** Preorder: position in the tree to column row. Roots and siblings stand in order of start, then row. */
  readonly rows: Uint32Array;
  /** Column row to its position in `rows`. */
  readonly position: Uint32Array;
  /** 0 for roots. */
  readonly depth: Uint32Array;
  /** As in the columns: row of the parent, negative for whatever is a root here. */
  readonly parent: Int32Array;
  readonly childCount: Uint32Array;
  /** Spans in the subtree, itself included: `rows[position + subtreeSize]` is the next sibling or uncle. */
  readonly subtreeSize: Uint32Array;
  readonly maxDepth: number;
  /** From `activeFromNs[i]` on (until the next) the active row is `activeRows[i]`, -1 for none. */
  readonly activeFromNs: Float64Array;
  readonly activeRows: Int32Array;
}

/** How long a span without length counts as active, so that a scrubbing hand can meet it. 0.5 ms. */
export const ZERO_LENGTH_GRACE_NS = 500_000;

/** Spans with these flags have no place in time that one could stand in. */
const OUT_OF_CLOCK = spanFlag.clockSuspect | spanFlag.noStart;

/** O(n log n): 100,000 spans well under a second whatever their shape. */
export function buildTree(columns: TraceColumns): TraceTree {
  const { count, parent } = columns;
  const startNs = new Float64Array(count);
  const coverEndNs = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const start = rowStartNs(columns, row);
    const end = rowEndNs(columns, row);
    startNs[row] = start;
    coverEndNs[row] = end > start ? end : start + ZERO_LENGTH_GRACE_NS;
  }
  const shape = walkPreorder(parent);
  const segments = activeSegments({
    startNs,
    endNs: coverEndNs,
    depth: shape.depth,
    takesPart: (row) => ((columns.flags[row] ?? 0) & OUT_OF_CLOCK) === 0,
  });
  return { count, parent, ...shape, activeFromNs: segments.fromNs, activeRows: segments.rows };
}

type Shape = Pick<TraceTree, 'rows' | 'position' | 'depth' | 'childCount' | 'subtreeSize' | 'maxDepth'>;

function walkPreorder(parent: Int32Array): Shape {
  const count = parent.length;
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  const childCount = new Uint32Array(count);
  let firstRoot = -1;
  for (let row = count - 1; row >= 0; row--) {
    const up = parent[row] ?? -1;
    nextSibling[row] = up < 0 ? firstRoot : (firstChild[up] ?? -1);
    if (up < 0) firstRoot = row;
    else {
      firstChild[up] = row;
      childCount[up] = (childCount[up] ?? 0) + 1;
    }
  }
  const rows = new Uint32Array(count);
  const position = new Uint32Array(count);
  const depth = new Uint32Array(count);
  let maxDepth = 0;
  let row = firstRoot;
  for (let at = 0; at < count; at++) {
    rows[at] = row;
    position[row] = at;
    const up = parent[row] ?? -1;
    const level = up < 0 ? 0 : (depth[up] ?? 0) + 1;
    depth[row] = level;
    if (level > maxDepth) maxDepth = level;
    let next = firstChild[row] ?? -1;
    while (next < 0 && row >= 0) {
      next = nextSibling[row] ?? -1;
      if (next < 0) row = parent[row] ?? -1;
    }
    row = next;
  }
  const subtreeSize = new Uint32Array(count).fill(1);
  for (let at = count - 1; at >= 0; at--) {
    const child = rows[at] ?? 0;
    const up = parent[child] ?? -1;
    if (up >= 0) subtreeSize[up] = (subtreeSize[up] ?? 0) + (subtreeSize[child] ?? 0);
  }
  return { rows, position, depth, childCount, subtreeSize, maxDepth };
}

/**
 * The deepest span that covers `tNs`, or -1. A span covers [start, end); one without length (or with a
 * negative one) covers [start, start + ZERO_LENGTH_GRACE_NS); one that never ended covers to the
 * trace's end; at the very last end the spans that end there still count. Spans whose clock is suspect
 * or whose start was never sent cover nothing. Ties: latest start, then shortest, then the later row.
 * O(log n).
 */
export function activeRow(tree: TraceTree, tNs: number): number {
  const segment = lastAtOrBefore(tree.activeFromNs, tNs);
  if (segment < 0) return -1;
  const row = tree.activeRows[segment] ?? -1;
  const isLastEnd = segment === tree.activeFromNs.length - 1 && tree.activeFromNs[segment] === tNs;
  return row < 0 && isLastEnd ? (tree.activeRows[segment - 1] ?? -1) : row;
}

export interface RowStep {
  readonly row: number;
  /** The row's start, held within the clock: where to seek. */
  readonly tNs: number;
}

/**
 * ←/→: the next or previous span in order of start, then row; null at the ends. Repeated steps from
 * the row last returned visit every span once, those with equal starts too.
 * @param fromRow the row shown now (selected or active), -1 for none. Where the playhead is not at its
 *   start, time alone decides: → the first span that starts after tNs, ← the last that starts before.
 *   Without a row → also takes one that starts exactly at tNs.
 */
export function stepRow(
  columns: TraceColumns,
  fromRow: number,
  tNs: number,
  direction: 1 | -1,
): RowStep | null {
  const standsOnRow = fromRow >= 0 && fromRow < columns.count && rowStartNs(columns, fromRow) === tNs;
  let row: number;
  if (standsOnRow) row = fromRow + direction;
  else if (direction === 1) row = firstStart(columns, tNs, fromRow >= 0);
  else row = firstStart(columns, tNs, false) - 1;
  return row < 0 || row >= columns.count ? null : { row, tNs: rowStartNs(columns, row) };
}

/** Row of the first span that starts at (or, `strictly`, after) the moment. */
function firstStart(columns: TraceColumns, tNs: number, strictly: boolean): number {
  let low = 0;
  let high = columns.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const startNs = rowStartNs(columns, middle);
    if (startNs < tNs || (strictly && startNs === tNs)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Start held within [0, lengthNs]: clock-suspect spans stand at an edge. */
export function rowStartNs(columns: TraceColumns, row: number): number {
  const offset = columns.offset[row] ?? 0;
  return offset > 0 ? Math.min(offset, columns.lengthNs) : 0;
}

/** End held within [start, lengthNs]; the trace's end where the span never ended. */
export function rowEndNs(columns: TraceColumns, row: number): number {
  const start = rowStartNs(columns, row);
  const duration = columns.duration[row] ?? 0;
  if (Number.isNaN(duration)) return columns.lengthNs;
  return Math.max(start, Math.min((columns.offset[row] ?? 0) + duration, columns.lengthNs));
}

/** traceId + spanId, 48 lower hex: the key by which JSON spans, changes and rows find each other. */
export function rowKeyOf(span: { readonly traceId: string; readonly spanId: string }): string {
  return span.traceId + span.spanId;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The row's key, as `rowKeyOf`. */
export function rowKeyAt(columns: TraceColumns, row: number): string {
  let key = columns.traceIds[columns.trace[row] ?? 0] ?? '';
  for (let i = row * 8; i < row * 8 + 8; i++) key += HEX[columns.spanId[i] ?? 0];
  return key;
}

/** Every row by its key. About 0.1 s at 100,000 spans: build it once, when first needed. */
export function indexRows(columns: TraceColumns): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < columns.count; row++) rows.set(rowKeyAt(columns, row), row);
  return rows;
}

/** The row's ancestors, root first, without the row itself; at most `limit`, the nearest ones. */
export function ancestorsOf(tree: TraceTree, row: number, limit = 64): number[] {
  const path: number[] = [];
  for (let up = tree.parent[row] ?? -1; up >= 0 && path.length < limit; up = tree.parent[up] ?? -1)
    path.push(up);
  return path.reverse();
}

/** Rows of the tree table in preorder, without the descendants of folded rows. O(visible). */
export function unfoldedRows(tree: TraceTree, folded: ReadonlySet<number>): Uint32Array {
  if (folded.size === 0) return tree.rows;
  const shown = new Uint32Array(tree.count);
  let length = 0;
  for (let at = 0; at < tree.count; ) {
    const row = tree.rows[at] ?? 0;
    shown[length++] = row;
    at += folded.has(row) ? (tree.subtreeSize[row] ?? 1) : 1;
  }
  return shown.subarray(0, length);
}
