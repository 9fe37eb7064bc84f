// Which cell an instance of SWE-bench belongs to. Its files name no agent and no batch, and write a model in two ways: what
// is recorded of a model and an instance already is therefore looked up, so that predictions, trajectories and reports meet
// in one cell, in whatever order they come.
import { parseCellId } from '../../../shared/cell-id.ts';
import type { CellsPage } from '../../../shared/wire.ts';
import type { CellByParts } from '../../sdk/cell-identity.ts';
import { readJson } from '../../sdk/collector-client.ts';
import type { ImportOptions } from '../format.ts';
import { modelSegments, segmentOf } from './names.ts';

export const SWE_BENCH = 'swe-bench';
/** What no file tells. */
const UNKNOWN = 'unknown';

export interface Attempted {
  readonly instance: string;
  /** As a file writes it; null where it names none. */
  readonly model: string | null;
  /** A report's file is called by its model and its run, with a dot between, and both may hold dots. */
  readonly file?: string;
}

export interface FoundCell {
  readonly cell: CellByParts;
  /** The cell that is there already; undefined where none is. */
  readonly known: string | undefined;
}

/** @param agent who made the attempt, where that is known @throws CollectorError */
export async function cellOfInstance(
  options: ImportOptions,
  of: Attempted,
  agent: string | null,
): Promise<FoundCell> {
  const sweep = segmentOf(options.sweepId ?? SWE_BENCH);
  const task = `${SWE_BENCH}/${segmentOf(of.instance)}`;
  const query = new URLSearchParams({ sweep, task, limit: '200' });
  const { cells } = await readJson<CellsPage>(options, `/api/cells?${query}`);
  const known = cells.find(({ id }) => isOf(id, of))?.id ?? (of.model === null ? onlyOne(cells) : undefined);
  const model = known === undefined ? modelNamed(of) : (parseCellId(known).model ?? UNKNOWN);
  return { cell: { sweep, agent: agent ?? UNKNOWN, model: modelSegments(model), task }, known };
}

/** Folders and files of the evaluation write "anthropic/claude" as "anthropic__claude". */
function isOf(id: string, { model, file }: Attempted): boolean {
  const has = parseCellId(id).model?.replaceAll('/', '__');
  if (has === undefined) return false;
  if (model !== null) return has === modelSegments(model).replaceAll('/', '__');
  return file?.startsWith(`${has}.`) === true;
}

function onlyOne(cells: CellsPage['cells']): string | undefined {
  const [only, second] = cells;
  return second === undefined ? only?.id : undefined;
}

function modelNamed({ model, file }: Attempted): string {
  const dot = file?.lastIndexOf('.') ?? -1;
  const named = model ?? (file === undefined || dot < 1 ? UNKNOWN : file.slice(0, dot));
  return named.includes('/') ? named : named.replaceAll('__', '/');
}
