// Search across all cells. Reads a query, hands it to the search thread, shapes the answer.
import type { Context } from 'hono';
import { outcomes } from '../../shared/cell.ts';
import { searchSources } from '../../shared/search-source.ts';
import type { SearchPage } from '../../shared/wire.ts';
import { kindsOf, type UnitKind } from '../cell/cell-list.ts';
import { httpLimits } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { SearchCursor } from '../search/finder.ts';
import { integerQuery, wordQuery } from './address.ts';
import type { Answer, RouteContext } from './route.ts';

export function searchCells({ writer, search }: RouteContext): Answer {
  return async (c) => {
    const text = c.req.query('q') ?? '';
    if (text === '' || text.length > httpLimits.queryChars)
      throw new RequestError(400, 'bad_query', `q must be 1 to ${httpLimits.queryChars} characters`);
    const limit = integerQuery(c, 'limit', 1, httpLimits.hitsMax, httpLimits.hitsDefault);
    const { sweep, agent, model, task, family, cursor } = c.req.query();
    const outcome = wordQuery(c, 'outcome', outcomes) ?? undefined;
    const request = {
      text,
      kinds: kindsIn(c),
      filter: { sweep, agent, model, task, family, outcome, nowNs: writer.now() },
      from: cursor === undefined ? null : readCursor(cursor),
      limit,
    };
    const { hits, next, cells } = await search.find(request, c.req.raw.signal);
    const page: SearchPage = { query: text, hits: [...hits], cells };
    if (next) page.next = writeCursor(next);
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

function writeCursor({ cell, kind, seq, skip, found }: SearchCursor): string {
  return Buffer.from([cell.sortNs, cell.no, kind, seq, skip, found].join('.')).toString('base64url');
}

/** @throws RequestError 400 */
function readCursor(text: string): SearchCursor {
  const match = /^(-?\d{1,19})((?:\.\d{1,15}){5})$/.exec(Buffer.from(text, 'base64url').toString());
  const [no, kind, seq, skip, found] = (match?.[2] ?? '').split('.').slice(1).map(Number);
  if (
    match?.[1] === undefined ||
    no === undefined ||
    kind === undefined ||
    seq === undefined ||
    skip === undefined ||
    found === undefined
  )
    throw new RequestError(400, 'bad_query', 'cursor is not one that this collector gave');
  return { cell: { sortNs: BigInt.asIntN(64, BigInt(match[1])), no }, kind, seq, skip, found };
}
