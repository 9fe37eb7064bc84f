// The spans as a forest, and the answers to "which span is it at t?" and "which span is next?". Built
// once per trace by loops, never by recursion: chains of 100,000 are real. Whatever is odd (no common
// root, orphans, circles, negative or unknown ends) keeps a row; nothing is dropped or repaired.
import type { TraceColumns } from '../../shared/trace-columns.ts';

/** Bits of `TraceTree.marks`. */
export const treeMark = {
  /** A root because its parent never arrived. */
  orphan: 1,
  /** A root because the circle it stood in was opened here. */
  cycleOpened: 2,
} as const;

/** Arrays are by column row unless said otherwise. */
export interface TraceTree {
  readonly count: number;
  /** Preorder: position in the tree to column row. Roots and siblings stand in order of start, then row. */
  readonly rows: Uint32Array;
  /** Column row to its position in `rows`. */
  readonly position: Uint32Array;
  /** 0 for roots. */
  readonly depth: Uint32Array;
  /** Column row of the parent, -1 for roots, orphans and opened circles. */
  readonly parent: Int32Array;
  readonly childCount: Uint32Array;
  /** Spans in the subtree, itself included: `rows[position + subtreeSize]` is the next sibling or uncle. */
  readonly subtreeSize: Uint32Array;
  /** Bits of `treeMark`. */
  readonly marks: Uint8Array;
  readonly maxDepth: number;
  /** Column rows in order of start, then row: the order in which ←/→ walk. */
  readonly byStart: Uint32Array;
  /** The row of `byStart`, back: column row to its place. */
  readonly startRank: Uint32Array;
  /** From `activeFromNs[i]` on (until the next) the active row is `activeRows[i]`, -1 for none. */
  readonly activeFromNs: Float64Array;
  readonly activeRows: Int32Array;
}

/** How long a span without length counts as active, so that a scrubbing hand can meet it. 0.5 ms. */
export const ZERO_LENGTH_GRACE_NS = 500_000;

/** O(n log n); 100,000 spans well under a second whatever their shape. */
export function buildTree(columns: TraceColumns): TraceTree {
  throw new Error(`not written yet ${columns.count}`);
}

/**
 * The deepest span that covers `tNs`, or -1. A span covers [start, end); one without length (or with a
 * negative one) covers [start, start + ZERO_LENGTH_GRACE_NS); one that never ended covers to the
 * trace's end; at the trace's very end the spans that end there still count. Ties: latest start, then
 * shortest, then the later row. O(log n).
 */
export function activeRow(tree: TraceTree, tNs: number): number {
  throw new Error(`not written yet ${tree.count} ${tNs}`);
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
  tree: TraceTree,
  columns: TraceColumns,
  fromRow: number,
  tNs: number,
  direction: 1 | -1,
): RowStep | null {
  throw new Error(`not written yet ${tree.count} ${columns.count} ${fromRow} ${tNs} ${direction}`);
}

/** Start held within [0, lengthNs]: clock-suspect spans stand at an edge. */
export function rowStartNs(columns: TraceColumns, row: number): number {
  throw new Error(`not written yet ${columns.count} ${row}`);
}
/** End held within [start, lengthNs]; the trace's end where the span never ended. */
export function rowEndNs(columns: TraceColumns, row: number): number {
  throw new Error(`not written yet ${columns.count} ${row}`);
}
/** The row's ancestors, root first, without the row itself; at most `limit`, the nearest ones. */
export function ancestorsOf(tree: TraceTree, row: number, limit = 64): number[] {
  throw new Error(`not written yet ${tree.count} ${row} ${limit}`);
}
/** Rows of the tree table in preorder, without the descendants of folded rows. O(visible). */
export function unfoldedRows(tree: TraceTree, folded: ReadonlySet<number>): Uint32Array {
  throw new Error(`not written yet ${tree.count} ${folded.size}`);
}
/** traceId + spanId, 48 lower hex: the key by which JSON spans, changes and rows find each other. */
export function rowKeyOf(span: { readonly traceId: string; readonly spanId: string }): string {
  return span.traceId + span.spanId;
}
/** Every row by its key. About 0.1 s at 100,000 spans: build it once, when first needed. */
export function indexRows(columns: TraceColumns): Map<string, number> {
  throw new Error(`not written yet ${columns.count}`);
}
