// Which spans are noise: the plumbing that some agents trace by the hundred (database statements, file
// system calls, configuration reads). Noise is folded by stated rules and counted, never dropped, and
// nothing that failed or that holds something else is noise. It refuses to hide what it cannot name.
import type { TraceColumns } from '../../shared/trace-columns.ts';
import type { TraceTree } from './trace-tree.ts';

export interface NoiseRule {
  /** "database", "files", "processes"… */
  readonly label: string;
  /** On the span's name. */
  readonly pattern: RegExp;
}

/** The rules in order; the first that fits names the noise. */
export declare const noiseRules: readonly NoiseRule[];

/** 1 + the rule's index for noisy rows, 0 for all others, by column row. A row is noise with its whole subtree only. */
export declare function noisyRows(tree: TraceTree, columns: TraceColumns): Uint8Array;

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
export declare function foldNoise(
  tree: TraceTree,
  columns: TraceColumns,
  noisy: Uint8Array,
  closed: ReadonlySet<number>,
  opened: ReadonlySet<number>,
): NoiseRows;
