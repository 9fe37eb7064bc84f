// Which cell a recording belongs to: its parts as a caller gives them, and as the resource attributes
// that every span and log record of it carries. Refuses nothing: what the id's grammar does not allow
// is made to fit, and said so, for a harness must not fail because of a label.
import {
  CELL_ID_GRAMMAR,
  cellIdProblem,
  formatCellId,
  parseCellId,
  toSegments,
} from '../../shared/cell-id.ts';
import { resourceKey } from '../../shared/conventions.ts';

interface CellLabels {
  readonly agentVersion?: string | undefined;
  /** What the agent runs with, as JSON has it: with agent, version and model it makes the configuration. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The task's name for people, in any script. */
  readonly taskTitle?: string | undefined;
  /** e.g. `codingagentbench/openhands:1.7.0`. */
  readonly image?: string | undefined;
  /** `sha256:<hex>`; kept as `<image>@sha256:<hex>`, as OpenTelemetry names it. */
  readonly imageDigest?: string | undefined;
  readonly modelBuildId?: string | undefined;
}

export interface CellByParts extends CellLabels {
  readonly cellId?: undefined;
  readonly sweep: string;
  readonly agent: string;
  readonly model: string;
  /** `<family>/<name>`. */
  readonly task: string;
  /** From 1. */
  readonly attempt?: number | undefined;
}

interface CellById extends CellLabels {
  readonly cellId: string;
}

export type CellIdentity = CellByParts | CellById;

export interface ResolvedCell {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string | number | string[]>>;
  /** What had to be changed to make the id legal, or null. */
  readonly problem: string | null;
}

/** The cell's id and its resource attributes. Parts that the id does not name are left out. */
export function resolveCell(cell: CellIdentity): ResolvedCell {
  const given = cell.cellId ?? formatCellId({ ...cell, attempt: cell.attempt ?? 1 });
  const wrong = cellIdProblem(given);
  const id = wrong === null ? given : fittedId(given);
  const parts = parseCellId(id);
  const task =
    cell.cellId === undefined
      ? cell.task
      : parts.family !== null
        ? `${parts.family}/${parts.task}`
        : undefined;
  const digest = cell.imageDigest === undefined ? undefined : digestOf(cell.image, cell.imageDigest);
  const entries: readonly (readonly [string, string | number | string[] | undefined])[] = [
    [resourceKey.cellId, id],
    [resourceKey.sweepId, cell.cellId === undefined ? cell.sweep : parts.sweep],
    [resourceKey.agentName, cell.cellId === undefined ? cell.agent : parts.agent],
    [resourceKey.agentVersion, cell.agentVersion],
    [resourceKey.settings, cell.settings === undefined ? undefined : JSON.stringify(cell.settings)],
    [resourceKey.requestModel, cell.cellId === undefined ? cell.model : (parts.model ?? undefined)],
    [resourceKey.taskId, task],
    [resourceKey.taskTitle, titleOf(cell)],
    [resourceKey.attempt, parts.attempt],
    [resourceKey.imageName, cell.image],
    [resourceKey.imageDigests, digest],
    [resourceKey.modelBuildId, cell.modelBuildId],
  ];
  const attributes: Record<string, string | number | string[]> = Object.create(null);
  for (const [key, value] of entries) if (value !== undefined) attributes[key] = value;
  const problem =
    wrong === null
      ? renamedWords(cell)
      : `the cell id ${JSON.stringify(given)} ${wrong}; recorded as ${id}: ${CELL_ID_GRAMMAR}`;
  return { id, attributes, problem };
}

/** The title that was given, else the task's name where an id cannot hold it as it is. */
function titleOf(cell: CellIdentity): string | undefined {
  if (cell.taskTitle !== undefined || cell.cellId !== undefined) return cell.taskTitle;
  return toSegments(cell.task) === cell.task ? undefined : cell.task;
}

/** Parts are made to fit the grammar of ids one by one: "the agent "My Agent" is recorded as My-Agent". */
function renamedWords(cell: CellIdentity): string | null {
  if (cell.cellId !== undefined) return null;
  const changed = (['sweep', 'agent', 'model', 'task'] as const).flatMap((part) => {
    const fitted = toSegments(cell[part]);
    return fitted === cell[part] ? [] : [`${part} ${JSON.stringify(cell[part])} is recorded as ${fitted}`];
  });
  return changed.length === 0 ? null : changed.join(', ');
}

/** `image@sha256:<hex>` with the algorithm once, however often it was given. */
function digestOf(image: string | undefined, digest: string): string[] {
  const hex = digest.slice(digest.lastIndexOf('@') + 1).replace(/^(?:sha256:)+/, '');
  const repository = image?.replace(/:[^/:]+$/, '');
  return [repository === undefined ? `sha256:${hex}` : `${repository}@sha256:${hex}`];
}

function fittedId(id: string): string {
  const segments = toSegments(id).split('/').slice(0, 12);
  const fitted = (segments.length < 2 ? ['unnamed', ...segments] : segments).join('/');
  return cellIdProblem(fitted) === null ? fitted : 'unnamed/cell';
}
