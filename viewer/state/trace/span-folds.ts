// What of the tree table is open: folds by hand, folds of plumbing, the filter. Folds are kept by span id,
// since rows move while a run lives. It refuses to scroll and to draw.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { countNoisy, foldNoise, type NoiseFold, noisyRows } from '../../model/trace/noise.ts';
import { filterTree } from '../../model/trace/tree-filter.ts';
import type { CellSession } from '../cell/cell-session.ts';
import { keyAt } from './cell-trace.ts';

export interface TreeItems {
  /** Rows of the table in order: a column row, or -1 - i for `folds[i]`. */
  readonly rows: Int32Array;
  readonly folds: readonly NoiseFold[];
  /** By column row, 1 where it fits the filter; null without a filter. */
  readonly fits: Uint8Array | null;
  /** Rows that fit the filter. */
  readonly count: number;
  /** Plumbing spans in all. */
  readonly noise: number;
  /** All plumbing is shown. */
  readonly allNoise: boolean;
}

export interface SpanTable {
  readonly items: ReadonlySignal<TreeItems>;
  readonly text: ReadonlySignal<string>;
  setText(text: string): void;
  /** Place in the table of a row, or of the fold that it stands in; -1 where there is none. */
  itemOf(row: number): number;
  isClosed(row: number): boolean;
  /** Folds a row's descendants away, or shows them. */
  toggle(row: number): void;
  openNoise(firstRow: number): void;
  toggleAllNoise(): void;
}

const NO_ITEMS: TreeItems = {
  rows: new Int32Array(),
  folds: [],
  fits: null,
  count: 0,
  noise: 0,
  allNoise: false,
};

export function createSpanTable(session: CellSession): SpanTable {
  const text = signal('');
  const closed = signal<ReadonlySet<string>>(new Set());
  const opened = signal<ReadonlySet<string>>(new Set());
  const allNoise = session.playback.allSpans;
  const noisy = computed(() => {
    const trace = session.trace.value;
    return trace ? noisyRows(trace.tree, trace.columns) : new Uint8Array();
  });
  const noise = computed(() => countNoisy(noisy.value));
  const rowsOf = (keys: ReadonlySet<string>) =>
    new Set([...keys].map((key) => session.trace.value?.rowOf(key) ?? -1));
  const closedRows = computed(() => rowsOf(closed.value));
  const items = computed((): TreeItems => {
    const trace = session.trace.value;
    if (!trace) return NO_ITEMS;
    const { tree, columns } = trace;
    const all = allNoise.value;
    const found = filterTree(tree, columns, text.value);
    const common = { noise: noise.value, allNoise: all };
    if (found) return { ...common, rows: found.rows, folds: [], fits: found.fits, count: found.count };
    const folded = all ? new Uint8Array(columns.count) : noisy.value;
    const made = foldNoise(tree, columns, folded, closedRows.value, rowsOf(opened.value));
    return { ...common, rows: made.items, folds: made.folds, fits: null, count: columns.count };
  });
  const keyOf = (row: number) => {
    const columns = session.trace.peek()?.columns;
    return columns ? keyAt(columns, row) : '';
  };

  return {
    items,
    text,
    setText(next) {
      text.value = next;
    },
    itemOf(row) {
      const tree = session.trace.value?.tree;
      if (!tree || row < 0) return -1;
      const { rows, folds, fits } = items.value;
      const position = (item: number) =>
        tree.position[item < 0 ? (folds[-1 - item]?.firstRow ?? 0) : item] ?? 0;
      const at = lastUpTo(rows, position, tree.position[row] ?? 0);
      // A filter hides rows without a fold that they stand in.
      return fits !== null && rows[at] !== row ? -1 : at;
    },
    isClosed: (row) => closedRows.value.has(row),
    toggle(row) {
      const next = new Set(closed.value);
      if (!next.delete(keyOf(row))) next.add(keyOf(row));
      closed.value = next;
    },
    openNoise(firstRow) {
      opened.value = new Set([...opened.value, keyOf(firstRow)]);
    },
    toggleAllNoise() {
      allNoise.value = !allNoise.value;
      opened.value = new Set();
    },
  };
}

/** The last item whose position in the tree is at or before the one given; -1 when all come later. */
function lastUpTo(items: Int32Array, position: (item: number) => number, limit: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (position(items[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
