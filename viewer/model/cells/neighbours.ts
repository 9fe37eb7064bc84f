// A cell's neighbours by what they share with it, in the groups that people ask for, and the one that is most
// worth a comparison. Does not look further than what the collector calls related.
import type { CellDetail, CellSummary } from '../../../shared/wire.ts';

export type RelatedKind = 'agents' | 'models' | 'runs' | 'tasks';

export interface RelatedGroup {
  readonly kind: RelatedKind;
  readonly title: string;
  /** What stands there where none was recorded. */
  readonly none: string;
  readonly cells: readonly CellSummary[];
}

/**
 * Other agents on this task, other models with this agent on it, other runs of the cell, other tasks of its
 * family by the same agent and model. Groups without cells are there too, but for other runs.
 */
export function groupRelated(detail: CellDetail): RelatedGroup[] {
  const others = detail.related.filter(({ id }) => id !== detail.id);
  const [sameTask, elsewhere] = parted(others, ({ task }) => task !== null && task === detail.task);
  const [sameAgent, otherAgents] = parted(sameTask, ({ agent }) => agent === detail.agent);
  const [runs, otherModels] = parted(sameAgent, ({ model }) => model === detail.model);
  const groups: RelatedGroup[] = [
    {
      kind: 'agents',
      title: 'Other agents on this task',
      none: 'No other agent was recorded on this task.',
      cells: otherAgents,
    },
    {
      kind: 'models',
      title: 'Other models with this agent',
      none: 'No other model was recorded with this agent on this task.',
      cells: otherModels,
    },
    { kind: 'runs', title: 'Other runs of this cell', none: '', cells: runs },
    {
      kind: 'tasks',
      title: 'Other tasks in this family',
      none: 'This agent and model were recorded on no other task of this family.',
      cells: elsewhere,
    },
  ];
  return groups.filter(({ kind, cells }) => kind !== 'runs' || cells.length > 0);
}

/**
 * Whom to hold this cell against: on the same task, with the other verdict if there is one, then by the same
 * model, then in the same sweep; null for none.
 */
export function comparePartner(detail: CellDetail): CellSummary | null {
  const worth = (cell: CellSummary) =>
    (differs(cell.pass, detail.pass) ? 4 : 0) +
    (cell.model === detail.model ? 2 : 0) +
    (cell.sweep === detail.sweep ? 1 : 0);
  const candidates = detail.related.filter(
    ({ id, task }) => id !== detail.id && task !== null && task === detail.task,
  );
  // The first of equals: the collector gives the nearest first.
  return candidates.reduce<CellSummary | null>(
    (best, cell) => (best === null || worth(cell) > worth(best) ? cell : best),
    null,
  );
}

/** What tells a cell from this one in a word: its agent, else its model, else its run, else its sweep. */
export function distinction(
  cell: CellSummary,
  from: Pick<CellSummary, 'agent' | 'model' | 'attempt'>,
): string {
  if (cell.agent !== from.agent) return cell.agent;
  if (cell.model !== from.model && cell.model !== null)
    return cell.model.slice(cell.model.lastIndexOf('/') + 1);
  if (cell.attempt !== from.attempt) return `run ${cell.attempt}`;
  return cell.sweep;
}

function differs(pass: number | null, from: number | null): boolean {
  return pass !== null && from !== null && pass !== from;
}

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], rest: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
