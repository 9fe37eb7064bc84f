// The few things that all routes read from an address: the cell that it names, numbers, one word of a list.
// Does not answer anything itself.
import type { Context } from 'hono';
import { CELL_ID_GRAMMAR, cellIdProblem } from '../../shared/cell-id.ts';
import { outcomes } from '../../shared/outcome-words.ts';
import type { CellFilter } from '../cell/cell-list.ts';
import type { CellState } from '../cell/cell-state.ts';
import type { StoreReads, SweepReads } from '../cell/stores.ts';
import { RequestError } from '../errors.ts';

/** The cell id in the address, decoded once. @throws RequestError 400 */
export function cellIdOf(c: Context): string {
  const id = c.req.param('id') ?? '';
  const problem = cellIdProblem(id);
  if (problem !== null)
    throw new RequestError(400, 'bad_cell_id', `the cell id ${problem}; ${CELL_ID_GRAMMAR}`);
  return id;
}

/** The cell that the address names, aliases followed. @throws RequestError 400, 404, 410 */
export async function cellOf(c: Context, store: StoreReads): Promise<CellState> {
  const id = cellIdOf(c);
  const cell = await store.cells.findEver(id);
  if (!cell) throw new RequestError(404, 'not_found', `there is no cell ${id}`);
  if (cell.deletedNs !== undefined) throw deletedError(id);
  return cell;
}

export function deletedError(id: string): RequestError {
  return new RequestError(410, 'deleted', `the cell ${id} was deleted`);
}

/** @throws RequestError 404 */
export async function checkThere(sweeps: SweepReads, sweep: string): Promise<void> {
  if (!(await sweeps.has(sweep))) throw new RequestError(404, 'not_found', `there is no sweep ${sweep}`);
}

/** A whole number in the query, or `otherwise`. @throws RequestError 400 */
export function integerQuery(c: Context, name: string, min: number, max: number, otherwise: number): number {
  const text = c.req.query(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < min || value > max)
    throw new RequestError(400, 'bad_query', `${name} must be a whole number from ${min} to ${max}`);
  return value;
}

/** One of the words in the query, or null where it is absent. @throws RequestError 400 */
export function wordQuery<T extends string>(c: Context, name: string, words: readonly T[]): T | null {
  const text = c.req.query(name);
  if (text === undefined) return null;
  const word = words.find((known) => known === text);
  if (word === undefined)
    throw new RequestError(400, 'bad_query', `${name} must be one of ${words.join(', ')}`);
  return word;
}

/** Which cells a list or a search is narrowed to. @throws RequestError 400 */
export function cellFilterOf(c: Context, nowNs: bigint): CellFilter {
  const { sweep, agent, model, task, family } = c.req.query();
  const outcome = wordQuery(c, 'outcome', outcomes) ?? undefined;
  return { sweep, agent, model, task, family, outcome, nowNs };
}

/** The sweep id in the address: one segment of a cell id. @throws RequestError 400 */
export function sweepIdOf(c: Context): string {
  const id = c.req.param('id') ?? '';
  // A sweep is the first segment of a cell id.
  const problem = id.includes('/') ? 'holds a slash' : cellIdProblem(`${id}/cell`);
  if (problem !== null) throw new RequestError(400, 'bad_sweep_id', `the sweep id ${problem}`);
  return id;
}
