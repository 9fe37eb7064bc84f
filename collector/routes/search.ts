// Search across all cells. Reads a query, hands it to the search thread, shapes the answer. Does not look into
// a record itself.
import type { Context } from 'hono';
import { searchSources } from '../../shared/text-match.ts';
import type { SearchPage } from '../../shared/wire.ts';
import { type CellCursor, kindsOf, type UnitKind } from '../cell/cell-list.ts';
import { httpLimits } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { SearchCursor } from '../search/finder.ts';
import { cellFilterOf, integerQuery } from './address.ts';
import { cursorCodec, nanoseconds, wholeNumber } from './cursor.ts';
import type { Answer, RouteContext } from './route.ts';

const pageCursor = cursorCodec<CellCursor & Omit<SearchCursor, 'cell'>>({
  sortNs: nanoseconds,
  no: wholeNumber,
  kind: wholeNumber,
  seq: wholeNumber,
  skip: wholeNumber,
  found: wholeNumber,
});

export function searchCells({ writer, search }: RouteContext): Answer {
  return async (c) => {
    const text = c.req.query('q') ?? '';
    if (text === '' || text.length > httpLimits.queryChars)
      throw new RequestError(400, 'bad_query', `q must be 1 to ${httpLimits.queryChars} characters`);
    const limit = integerQuery(c, 'limit', 1, httpLimits.hitsMax, httpLimits.hitsDefault);
    const { cursor } = c.req.query();
    const request = {
      text,
      kinds: kindsIn(c),
      filter: cellFilterOf(c, writer.now()),
      from: cursor === undefined ? null : readCursor(cursor),
      limit,
    };
    const { hits, next, cells } = await search.find(request, c.req.raw.signal);
    const page: SearchPage = { query: text, hits: [...hits], cells };
    if (next) page.next = pageCursor.write({ ...next.cell, ...next });
    return c.json(page);
  };
}

/** `?in=a,b`. @throws RequestError 400 */
function kindsIn(c: Context): UnitKind[] {
  const text = c.req.query('in');
  if (text === undefined) return searchSources.flatMap(kindsOf);
  return text.split(',').flatMap((word) => {
    const source = searchSources.find((known) => known === word);
    if (source === undefined)
      throw new RequestError(400, 'bad_query', `in must be a list of ${searchSources.join(', ')}`);
    return kindsOf(source);
  });
}

/** @throws RequestError 400 */
function readCursor(text: string): SearchCursor {
  const { sortNs, no, ...place } = pageCursor.read(text);
  return { cell: { sortNs, no }, ...place };
}
