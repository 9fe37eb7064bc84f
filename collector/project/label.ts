// Which cell a resource names by its attributes, and what is wrong with the name where it names none. Does not know
// which cells there are.
import { CELL_ID_GRAMMAR, cellIdProblem, formatCellId, toSegments } from '../../shared/cell-id.ts';
import { resourceKey } from '../../shared/conventions.ts';
import { FirstText } from '../otlp/first-text.ts';
import type { Attribute, ResourceRecord } from '../record.ts';
import { integerAt, mapOf, textAt } from './attributes.ts';

/** The cell that a resource names, by its id or its parts, or null. An invalid id counts as none. */
export function labelOf(resource: ResourceRecord): string | null {
  const attributes = mapOf(resource.attributes);
  const id = textAt(attributes, resourceKey.cellId);
  if (id !== null && cellIdProblem(id) === null) return id;
  const sweep = textAt(attributes, resourceKey.sweepId);
  const agent = textAt(attributes, resourceKey.agentName);
  const model = textAt(attributes, resourceKey.requestModel);
  const task = textAt(attributes, resourceKey.taskId);
  if (sweep === null || agent === null || model === null || task === null) return null;
  const attempt = integerAt(attributes, resourceKey.attempt) ?? 1;
  const built = formatCellId({ sweep: oneSegment(sweep), agent: oneSegment(agent), model, task, attempt });
  return cellIdProblem(built) === null ? built : null;
}

/** Whether a span or a log record names this cell itself. */
export function namesCell(attributes: readonly Attribute[], cellId: string): boolean {
  return textAt(mapOf(attributes), resourceKey.cellId) === cellId;
}

const MAX_SHOWN_CHARS = 80;
const MAX_KEYS_SHOWN = 3;
const knownKeys: ReadonlySet<string> = new Set(Object.values(resourceKey));

/**
 * What is wrong with the cell id that a resource bears: it is none, or its key is misspelt; null where the resource
 * bears none or one that is right.
 */
export function labelProblemOf(resource: ResourceRecord): string | null {
  const id = textAt(mapOf(resource.attributes), resourceKey.cellId);
  if (id === null) return labelOf(resource) === null ? misspeltWords(resource) : null;
  return labelProblem(id);
}

/** Finds the first cell id of a request that is none, on whichever record. */
export function firstBadLabel(): FirstText {
  return new FirstText(resourceKey.cellId, (id) => cellIdProblem(id) !== null);
}

/** What is wrong with a cell id, wherever it stands; null where nothing is. */
export function labelProblem(id: string): string | null {
  const problem = cellIdProblem(id);
  if (problem === null) return null;
  const shown = id.length > MAX_SHOWN_CHARS ? `${id.slice(0, MAX_SHOWN_CHARS)}…` : id;
  return `${resourceKey.cellId} ${JSON.stringify(shown)} ${problem}, so it names no cell: ${CELL_ID_GRAMMAR}`;
}

/** "no bench.cell.id was sent; got bench.cel.id" */
function misspeltWords({ attributes }: ResourceRecord): string | null {
  const odd = attributes.flatMap(([key]) =>
    /^bench[._-]?(?:c|s|t|a)/i.test(key) && !knownKeys.has(key) ? [key.slice(0, MAX_SHOWN_CHARS)] : [],
  );
  if (odd.length === 0) return null;
  return `no ${resourceKey.cellId} was sent; got ${odd.slice(0, MAX_KEYS_SHOWN).join(', ')}`;
}

/** Any text as one segment of an id. */
export function oneSegment(text: string): string {
  return toSegments(text.replaceAll('/', '-'));
}
