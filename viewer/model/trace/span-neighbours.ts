// What lies around one span: the one before and the one after it of the same kind, and what it holds. Rows are in order
// of start. Does not know which span is looked at.
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { TraceTree } from './trace-tree.ts';

/**
 * The previous or next span of the row's kind; -1 where there is none.
 * @param passed by row, above 0 for what is stepped over; null where nothing is
 */
export function neighbourOfKind(
  columns: TraceColumns,
  row: number,
  direction: 1 | -1,
  passed: Uint8Array | null,
): number {
  const kind = kindAt(columns, row);
  for (let at = row + direction; at >= 0 && at < columns.count; at += direction)
    if ((passed?.[at] ?? 0) === 0 && kindAt(columns, at) === kind) return at;
  return -1;
}

/** What a span holds directly, the first of it in order of start. */
export function childRows(
  tree: TraceTree,
  row: number,
  limit: number,
): { readonly total: number; readonly rows: readonly number[] } {
  const total = tree.childCount[row] ?? 0;
  const rows: number[] = [];
  const end = (tree.position[row] ?? 0) + (tree.subtreeSize[row] ?? 0);
  for (let at = (tree.position[row] ?? 0) + 1; at < end && rows.length < limit; ) {
    const child = tree.rows[at] ?? -1;
    rows.push(child);
    at += tree.subtreeSize[child] ?? 1;
  }
  return { total, rows };
}
