// The list of cells, newest first, one cell's header, and its deletion. Does not empty a cell itself:
// deletion is an entry of the log.
import type { CellsPage, Deleted } from '../../shared/wire.ts';
import { isConfined } from '../access.ts';
import { type CellCursor, cursorOf } from '../cell/cell-list.ts';
import { httpLimits } from '../config.ts';
import { RequestError } from '../errors.ts';
import { tokenOf } from '../http/token.ts';
import { cellFilterOf, cellIdOf, cellOf, integerQuery, wordQuery } from './address.ts';
import { cellDetailJson, cellSummaryJson } from './cell-json.ts';
import { cursorCodec, nanoseconds, wholeNumber } from './cursor.ts';
import type { Answer, RouteContext } from './route.ts';

const pageCursor = cursorCodec<CellCursor>({ sortNs: nanoseconds, no: wholeNumber });

export function listCells({ store, writer, prices }: RouteContext): Answer {
  return async (c) => {
    const limit = integerQuery(c, 'limit', 1, httpLimits.cellsMax, httpLimits.cellsDefault);
    const { q, cursor } = c.req.query();
    const after = cursor === undefined ? null : pageCursor.read(cursor);
    const nowNs = writer.now();
    const playable = wordQuery(c, 'playable', ['1']) !== null;
    const cells = await store.cells.list({ ...cellFilterOf(c, nowNs), q, playable }, after, limit + 1);
    const last = cells[limit - 1];
    const page: CellsPage = {
      cells: cells.slice(0, limit).map((cell) => cellSummaryJson(cell, nowNs, prices)),
    };
    if (cells.length > limit && last) page.next = pageCursor.write(cursorOf(last));
    return c.json(page);
  };
}

export function showCell({ store, writer, prices, asksForToken }: RouteContext): Answer {
  return async (c) => {
    // Related cells are others' cells.
    const maxRelated = isConfined(tokenOf(c) ?? {}) ? 0 : httpLimits.related;
    const cell = await cellOf(c, store);
    const around = { maxRelated, anyoneMayJudge: !asksForToken };
    return c.json(await cellDetailJson(cell, store, writer.now(), prices, around));
  };
}

export function deleteCell({ store, writer }: RouteContext): Answer {
  return async (c) => {
    const cellId = cellIdOf(c);
    const cell = await store.cells.findEver(cellId);
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
