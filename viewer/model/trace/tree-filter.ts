// The tree table's filter: which rows fit a few words, and the ancestors that say where they stand. Names
// are compared once each, not once a span. It refuses to search attributes: that is run-search's work.
import { spanKinds, spanStatuses } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowKeyAt, type TraceTree } from './trace-tree.ts';

export interface FilteredRows {
  /** Rows that fit and their ancestors, in preorder. */
  readonly rows: Int32Array;
  /** By column row: 1 where the row itself fits. */
  readonly fits: Uint8Array;
  /** Rows that fit. */
  readonly count: number;
}

const ERROR = spanStatuses.indexOf('error');
/** A word of so many hex digits may be the start of a span id; shorter ones would meet half of all ids. */
const MIN_ID_DIGITS = 4;

/** All words must be found in a span's name, kind, the start of its id, or be "error". Null for no words. */
export function filterTree(tree: TraceTree, columns: TraceColumns, text: string): FilteredRows | null {
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const fits = new Uint8Array(columns.count).fill(1);
  for (const word of words) keepFitting(fits, columns, word);
  const shown = new Uint8Array(columns.count);
  let count = 0;
  let total = 0;
  for (let row = 0; row < columns.count; row++) {
    if (!fits[row]) continue;
    count++;
    for (let at = row; at >= 0 && !shown[at]; at = tree.parent[at] ?? -1) {
      shown[at] = 1;
      total++;
    }
  }
  const rows = new Int32Array(total);
  let length = 0;
  for (const row of tree.rows) if (shown[row]) rows[length++] = row;
  return { rows, fits, count };
}

function keepFitting(fits: Uint8Array, columns: TraceColumns, word: string): void {
  const names = columns.names.map((name) => fold(name).includes(word));
  const kinds = spanKinds.map((kind) => kind.includes(word));
  const isError = word === 'error' || word === 'errors';
  const mayBeId = word.length >= MIN_ID_DIGITS && /^[0-9a-f]+$/.test(word);
  for (let row = 0; row < columns.count; row++) {
    if (!fits[row]) continue;
    const fitting =
      names[columns.name[row] ?? -1] === true ||
      kinds[columns.kind[row] ?? -1] === true ||
      (isError && columns.status[row] === ERROR) ||
      (mayBeId && isId(columns, row, word));
    if (!fitting) fits[row] = 0;
  }
}

/** The span's id, or the whole of its trace's. */
function isId(columns: TraceColumns, row: number, word: string): boolean {
  return (
    rowKeyAt(columns, row).slice(32).startsWith(word) || columns.traceIds[columns.trace[row] ?? 0] === word
  );
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
