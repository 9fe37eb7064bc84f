// Which runs of a sweep are still to be made, from what the collector has of it: so a sweep that was interrupted goes on,
// and no attempt is made twice. Pure.
import { parseCellId, toSegments } from '../../shared/cell-id.ts';
import { infrastructureOutcomes } from '../../shared/outcome-blame.ts';
import type { CellSummary } from '../../shared/wire.ts';
import type { Combination } from './plan.ts';

export type KnownCell = Pick<CellSummary, 'id' | 'outcome' | 'attempt'>;

/** One place in the sweep: an attempt that is judged, or is to be made. */
export interface Slot {
  readonly combination: Combination;
  /** From 1 to the number of attempts. */
  readonly place: number;
  /** The cell that stands there; null where none does yet. */
  readonly done: KnownCell | null;
  /** A run that its surroundings ended, which the next one is in place of; null where there was none. */
  readonly replaces: KnownCell | null;
}

export interface Group {
  readonly combination: Combination;
  readonly slots: readonly Slot[];
  /** The first attempt of which there was no cell. */
  readonly nextAttempt: number;
}

export function isJudged({ outcome }: Pick<KnownCell, 'outcome'>): boolean {
  return !infrastructureOutcomes.has(outcome);
}

/** @param cells all of the sweep */
export function groupsOf(
  combinations: readonly Combination[],
  attempts: number,
  cells: readonly KnownCell[],
): Group[] {
  return combinations.map((combination) => {
    const own = cells.filter((cell) => isOf(cell, combination)).sort((a, b) => a.attempt - b.attempt);
    const judged = own.filter(isJudged);
    const ended = own.filter((cell) => !isJudged(cell));
    const slots = Array.from({ length: Math.max(attempts, judged.length) }, (_, at): Slot => {
      const done = judged[at] ?? null;
      return { combination, place: at + 1, done, replaces: done === null ? (ended.shift() ?? null) : null };
    });
    return { combination, slots, nextAttempt: Math.max(0, ...own.map(({ attempt }) => attempt)) + 1 };
  });
}

function isOf({ id }: KnownCell, { agent, model, task }: Combination): boolean {
  const cell = parseCellId(id);
  return (
    cell.agent === toSegments(agent) &&
    cell.model === toSegments(model) &&
    `${cell.family}/${cell.task}` === toSegments(task)
  );
}
