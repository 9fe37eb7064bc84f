// Which cells a list holds, in what order, and where a page of it ends; and what a search looks at of each.
// Shapes only, and the order; does not read a store.
import type { SearchSource } from '../../shared/text-match.ts';
import { type CellState, clockOf } from './cell-state.ts';

export interface CellFilter {
  readonly sweep?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly family?: string | undefined;
  /** `<family>/<name>`, or the name alone. */
  readonly task?: string | undefined;
  readonly outcome?: string | undefined;
  /** Tells runs that go on from those that fell silent; without it none has. */
  readonly nowNs?: bigint | undefined;
  /** Any part of the id, in any case. */
  readonly q?: string | undefined;
  /** Cells alone that can be played: with more than a lone span, or a terminal recording. */
  readonly playable?: boolean | undefined;
}

/** Where a page ended: the next one starts behind it. */
export interface CellCursor {
  readonly sortNs: bigint;
  readonly no: number;
}

/** Cells stand in the order of their runs; one without any time in the order of its arrival. */
export function sortNs(cell: CellState): bigint {
  const start = clockOf(cell)?.startNs ?? null;
  return cell.spans.startNs === null && cell.suspect.startNs !== null
    ? cell.createdNs
    : (start ?? cell.createdNs);
}

export function cursorOf(cell: CellState): CellCursor {
  return { sortNs: sortNs(cell), no: cell.no };
}

/** Kinds of units in the order in which a cell's hits are given. A put recording is a terminal of its own. */
export const unitKinds = ['score', 'change', 'terminal', 'recording', 'log', 'span'] as const;
export type UnitKind = (typeof unitKinds)[number];

/** Records of one cell, kind and log entry, which are searched together. */
export interface SearchUnit {
  readonly kind: UnitKind;
  readonly seq: number;
  /** Number of its n-gram filter. */
  readonly filter: number;
}

/** What a search looks at of one cell. */
export interface CellUnits {
  readonly cursor: CellCursor;
  readonly units: readonly SearchUnit[];
}

/** The kinds that a source's records are of. */
export function kindsOf(source: SearchSource): readonly UnitKind[] {
  return source === 'terminal' ? ['terminal', 'recording'] : [source];
}
