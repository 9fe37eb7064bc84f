// A cell's spans with all that is worked out from them once: tree, tracks, errors, ends, and the way from
// a span's id to its row. Rows move while a run lives; ids do not.
import { spanIdAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import { buildSpanTracks, type SpanTrack } from '../../model/timeline/span-tracks.ts';
import { errorMarks, type Mark } from '../../model/timeline/track-marks.ts';
import { buildTree, indexRows, rowEndNs, type TraceTree } from '../../model/trace/trace-tree.ts';

export interface CellTrace {
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
  readonly tracks: readonly SpanTrack[];
  readonly errors: readonly Mark[];
  /** Ends of all spans, ascending. */
  readonly endsNs: Float64Array;
  /** Row by `rowKeyOf`; made when first asked for. */
  rowOf(rowKey: string): number;
}

export function asTrace(columns: TraceColumns): CellTrace {
  let endsNs: Float64Array | null = null;
  return {
    columns,
    tree: buildTree(columns),
    tracks: buildSpanTracks(columns),
    errors: errorMarks(columns),
    // Sorting 100,000 ends takes as long as laying out all tracks, and most pages never ask.
    get endsNs() {
      if (endsNs) return endsNs;
      endsNs = new Float64Array(columns.count);
      for (let row = 0; row < columns.count; row++) endsNs[row] = rowEndNs(columns, row);
      return endsNs.sort();
    },
    rowOf: (rowKey) => rowIndex(columns).get(rowKey) ?? -1,
  };
}

const indexes = new WeakMap<TraceColumns, ReadonlyMap<string, number>>();

/** Every row by its key. */
export function rowIndex(columns: TraceColumns): ReadonlyMap<string, number> {
  let index = indexes.get(columns);
  if (!index) {
    index = indexRows(columns);
    indexes.set(columns, index);
  }
  return index;
}

/** The key of a row's span, as `rowKeyOf`. */
export function keyAt(columns: TraceColumns, row: number): string {
  return (columns.traceIds[columns.trace[row] ?? -1] ?? '') + spanIdAt(columns, row);
}

/** `<traceId>:<spanId>`, as URLs name a span. */
export function spanParam(columns: TraceColumns, row: number): string {
  return `${columns.traceIds[columns.trace[row] ?? -1] ?? ''}:${spanIdAt(columns, row)}`;
}
