// The list of cells, newest first, one cell's header, and its deletion. Does not read the log: it has one more
// entry appended.
import { outcomes } from '../../shared/cell.ts';
import type { CellsPage, Deleted } from '../../shared/wire.ts';
import { type CellCursor, cursorOf } from '../cell/cell-list.ts';
import { httpLimits } from '../config.ts';
import { RequestError } from '../errors.ts';
import { cellIdOf, cellOf, integerQuery, wordQuery } from './address.ts';
import { cellDetailJson, cellSummaryJson } from './cell-json.ts';
import type { Answer, RouteContext } from './route.ts';

export function listCells({ store, writer }: RouteContext): Answer {
  return (c) => {
    const limit = integerQuery(c, 'limit', 1, httpLimits.cellsMax, httpLimits.cellsDefault);
    const { sweep, agent, model, task, family, q, cursor } = c.req.query();
    const outcome = wordQuery(c, 'outcome', outcomes) ?? undefined;
    const after = cursor === undefined ? null : readCursor(cursor);
    const nowNs = writer.now();
    const filter = { sweep, agent, model, task, family, outcome, nowNs, q };
    const cells = store.cells.list(filter, after, limit + 1);
    const last = cells[limit - 1];
    const page: CellsPage = { cells: cells.slice(0, limit).map((cell) => cellSummaryJson(cell, nowNs)) };
    if (cells.length > limit && last) page.next = writeCursor(cursorOf(last));
    return c.json(page);
  };
}

export function showCell({ store, writer }: RouteContext): Answer {
  return (c) => c.json(cellDetailJson(cellOf(c, store), store, writer.now(), httpLimits.related));
}

export function deleteCell({ store, writer }: RouteContext): Answer {
  return async (c) => {
    const cellId = cellIdOf(c);
    const cell = store.cells.findEver(cellId);
    if (!cell) throw new RequestError(404, 'not_found', `there is no cell ${cellId}`);
    const answer = (status: Deleted['status']) => c.json({ cell: cellId, status } satisfies Deleted);
    if (cell.deletedNs !== undefined) return answer('unchanged');
    await writer.append({
      signal: 'delete',
      // The cell itself: an alias may come to mean another one.
      cellId: cell.id,
      encoding: 'text',
      accepted: 1,
      rejected: 0,
      params: null,
      body: new Uint8Array(0),
      gzip: null,
    });
    // What comes for the cell after this answer is rejected before it is acknowledged.
    await writer.settled();
    return answer('deleted');
  };
}

function writeCursor({ sortNs, no }: CellCursor): string {
  return Buffer.from(`${sortNs}.${no}`).toString('base64url');
}

/** @throws RequestError 400 */
function readCursor(text: string): CellCursor {
  const match = /^(\d{1,19})\.(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString());
  if (!match) throw new RequestError(400, 'bad_query', 'cursor is not one that this collector gave');
  return { sortNs: BigInt(match[1] ?? 0), no: Number(match[2]) };
}
