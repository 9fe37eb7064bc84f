// Which spans are noise: the plumbing that some agents trace by the hundred (database statements, file
// system calls, configuration reads). Noise is folded by the rules and counted, never dropped, and
// nothing that failed or that holds something else is noise. It refuses to hide what it cannot name.
import { spanKinds, spanStatuses } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { formatCount } from '../display/format.ts';
import { noiseRules } from './noise-rules.ts';
import type { TraceTree } from './trace-tree.ts';
import { rowEndNs, rowStartNs } from './trace-tree.ts';

/** Kinds that say what the agent did: never noise, whatever their name. */
const TELLING: ReadonlySet<number> = new Set(
  spanKinds.flatMap((kind, ordinal) => (kind === 'other' || kind === 'agent_step' ? [] : [ordinal])),
);
const OTHER = spanKinds.indexOf('other');
/** What an agent does, and its plumbing does not. */
const ACTS: ReadonlySet<number> = new Set([spanKinds.indexOf('model_call'), spanKinds.indexOf('tool_call')]);
/** More spans that say nothing of themselves than anyone looks through. */
const CROWD = 60;
/** Callers of a failed span that are asked. */
const MAX_DEPTH = 64;
const ERROR_STATUS = spanStatuses.indexOf('error');

/** Each goes over all rows, and every track, list and mark of a page asks for it. */
export function oncePerTrace(
  make: (columns: TraceColumns) => Uint8Array,
): (columns: TraceColumns) => Uint8Array {
  const made = new WeakMap<TraceColumns, Uint8Array>();
  return (columns) => {
    const rows = made.get(columns) ?? make(columns);
    made.set(columns, rows);
    return rows;
  };
}

/** Whether a row is plumbing by name and kind, whatever became of it. */
export function plumbingRows(columns: TraceColumns): (row: number) => boolean {
  const byName = columns.names.map((name) => noiseRules.some(({ pattern }) => pattern.test(name)));
  return (row) => byName[columns.name[row] ?? 0] === true && !TELLING.has(columns.kind[row] ?? 0);
}

/**
 * 1 for rows that failed and are to be marked, by column row. Those of an agent's plumbing are left out beside others,
 * which they led to, and where what called them did not fail: it handled them.
 */
export const failedRows = oncePerTrace((columns) => {
  const isPlumbing = plumbingRows(columns);
  const failed = Uint8Array.from(columns.status, (status) => (status === ERROR_STATUS ? 1 : 0));
  const telling = failed.map((is, row) => (is === 1 && !isPlumbing(row) ? 1 : 0));
  if (telling.includes(1)) return telling;
  const handled = handledRows(columns, isPlumbing);
  return failed.map((is, row) => (is === 1 && handled[row] === 0 ? 1 : 0));
});

/** 1 for plumbing that failed below something that did not. */
function handledRows(columns: TraceColumns, isPlumbing: (row: number) => boolean): Uint8Array {
  const hasFailed = (row: number) => columns.status[row] === ERROR_STATUS;
  return Uint8Array.from(columns.status, (_, row) => {
    if (!hasFailed(row) || !isPlumbing(row)) return 0;
    let at = columns.parent[row] ?? -1;
    for (let left = MAX_DEPTH; left > 0 && at >= 0 && hasFailed(at) && isPlumbing(at); left--)
      at = columns.parent[at] ?? -1;
    return at >= 0 && !hasFailed(at) ? 1 : 0;
  });
}

/**
 * 1 for rows that are no act of the agent, by column row: plumbing by name, and beside model and tool calls whatever else
 * comes in a crowd. What failed and was not handled is never among them.
 */
export const passedRows = oncePerTrace((columns) => {
  const isPlumbing = plumbingRows(columns);
  const handled = handledRows(columns, isPlumbing);
  const others = columns.kind.filter((kind, row) => kind === OTHER && !isPlumbing(row)).length;
  const isCrowd = others > CROWD && columns.kind.some((kind) => ACTS.has(kind));
  return Uint8Array.from(columns.kind, (kind, row) => {
    if (columns.status[row] === ERROR_STATUS && handled[row] === 0) return 0;
    return isPlumbing(row) || (isCrowd && kind === OTHER) ? 1 : 0;
  });
});

/**
 * Above 0 for noisy rows, 0 for all others, by column row. A row is noise only where all below it is noise: nothing
 * telling is folded away with its parent. O(rows + names).
 */
export function noisyRows(tree: TraceTree, columns: TraceColumns): Uint8Array {
  const passed = passedRows(columns);
  const noisy = new Uint8Array(tree.count);
  /** Rows with something telling at or below them. */
  const telling = new Uint8Array(tree.count);
  // Children stand after their parents: from the back each row is judged before its parent.
  for (let at = tree.count - 1; at >= 0; at--) {
    const row = tree.rows[at] ?? 0;
    if (passed[row] === 1 && telling[row] === 0) {
      noisy[row] = 1;
      continue;
    }
    telling[row] = 1;
    const up = tree.parent[row] ?? -1;
    if (up >= 0) telling[up] = 1;
  }
  return noisy;
}

/** How many rows are noise, or are passed over. */
export function countNoisy(noisy: Uint8Array | null): number {
  let count = 0;
  for (const is of noisy ?? []) if (is > 0) count++;
  return count;
}

/** Neighbouring siblings that are noise, with all below them. */
export interface NoiseFold {
  /** The first folded row: the fold's stable name. */
  readonly firstRow: number;
  readonly depth: number;
  /** Spans in it, descendants included. */
  readonly count: number;
  /** "sql.execute × 396, AppProcess.run × 83 and 12 more", most frequent first. */
  readonly label: string;
  /** From the first start to the last end, nanoseconds from the clock's zero. */
  readonly startNs: number;
  readonly endNs: number;
}

export interface NoiseRows {
  /** Table rows in order: a column row, or -1 - i for `folds[i]`. */
  readonly items: Int32Array;
  readonly folds: readonly NoiseFold[];
  /** Spans that stand in folds. */
  readonly foldedCount: number;
}

/**
 * The tree table with noise folded.
 * @param noisy from `noisyRows`
 * @param closed rows whose descendants are folded by hand, as in `unfoldedRows`
 * @param opened `firstRow` of folds that were opened by hand: their rows stand as they are
 */
export function foldNoise(
  tree: TraceTree,
  columns: TraceColumns,
  noisy: Uint8Array,
  closed: ReadonlySet<number>,
  opened: ReadonlySet<number>,
): NoiseRows {
  const items = new Int32Array(tree.count);
  const folds: NoiseFold[] = [];
  let length = 0;
  let foldedCount = 0;
  for (let at = 0; at < tree.count; ) {
    const row = tree.rows[at] ?? 0;
    const end = noisy[row] === 0 || opened.has(row) ? at : noiseEnd(tree, noisy, at);
    if (end > at + 1) {
      items[length++] = -1 - folds.length;
      folds.push(new Fold(tree, columns, at, end));
      foldedCount += end - at;
      at = end;
      continue;
    }
    // An opened fold's rows stand as they are, to its end.
    const stop = noisy[row] !== 0 && opened.has(row) ? noiseEnd(tree, noisy, at) : at + 1;
    do at = place(at);
    while (at < stop);
  }
  return { items: items.subarray(0, length), folds, foldedCount };

  /** Puts one row into the table and returns the position of the next that is to be seen. */
  function place(at: number): number {
    const row = tree.rows[at] ?? 0;
    items[length++] = row;
    return at + (closed.has(row) ? (tree.subtreeSize[row] ?? 1) : 1);
  }
}

/** One past the last position of the noisy siblings that begin at `at`, with all below them. */
function noiseEnd(tree: TraceTree, noisy: Uint8Array, at: number): number {
  const depth = tree.depth[tree.rows[at] ?? 0];
  let end = at;
  while (end < tree.count) {
    const row = tree.rows[end] ?? 0;
    if (noisy[row] === 0 || tree.depth[row] !== depth) break;
    end += tree.subtreeSize[row] ?? 1;
  }
  return end;
}

/** Labels are made when they are read: of ten thousand folds a table shows thirty. */
class Fold implements NoiseFold {
  readonly firstRow: number;
  readonly depth: number;
  readonly count: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly #tree: TraceTree;
  readonly #columns: TraceColumns;
  readonly #from: number;

  /** @param from, to positions in the tree */
  constructor(tree: TraceTree, columns: TraceColumns, from: number, to: number) {
    this.#tree = tree;
    this.#columns = columns;
    this.#from = from;
    this.firstRow = tree.rows[from] ?? 0;
    this.depth = tree.depth[this.firstRow] ?? 0;
    this.count = to - from;
    let startNs = Number.POSITIVE_INFINITY;
    let endNs = 0;
    for (let at = from; at < to; at++) {
      const row = tree.rows[at] ?? 0;
      startNs = Math.min(startNs, rowStartNs(columns, row));
      endNs = Math.max(endNs, rowEndNs(columns, row));
    }
    this.startNs = startNs;
    this.endNs = endNs;
  }

  get label(): string {
    const counts = new Map<number, number>();
    for (let at = this.#from; at < this.#from + this.count; at++) {
      const name = this.#columns.name[this.#tree.rows[at] ?? 0] ?? 0;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return labelOf(this.#columns, counts);
  }
}

/** Names told by name in a fold's label. */
const NAMED = 2;

function labelOf(columns: TraceColumns, counts: ReadonlyMap<number, number>): string {
  const all = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const named = all
    .slice(0, NAMED)
    .map(([name, count]) => `${columns.names[name] ?? ''} × ${formatCount(count)}`);
  const rest = all.slice(NAMED).reduce((sum, [, count]) => sum + count, 0);
  return named.join(', ') + (rest > 0 ? ` and ${formatCount(rest)} more` : '');
}
