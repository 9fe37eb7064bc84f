// Addresses of pages: a URL as a route and a route as a URL. Pure text; state/page/route holds the browser's.
import {
  type CellAddress,
  cellPage,
  parseCellId,
  readCellAddress,
  taskPath,
} from '../../../shared/cell-id.ts';

export type Route =
  | { readonly page: 'cells' }
  | { readonly page: 'cell'; readonly address: CellAddress }
  | { readonly page: 'sweep'; readonly sweep: string }
  | { readonly page: 'compare'; readonly ids: readonly string[] }
  | { readonly page: 'search' }
  | { readonly page: 'embed'; readonly address: CellAddress }
  | { readonly page: 'not-found'; readonly path: string };

/** The moment within a cell page, as its URL keeps it. */
export interface Moment {
  /** Milliseconds from the cell's start. */
  readonly t: number | null;
  /** `<traceId>:<spanId>` */
  readonly span: string | null;
  readonly tab: string | null;
}

/** Reads a path and its query. Anything that is no page of ours is the not-found page. */
export function readRoute(pathname: string, search: string): Route {
  const query = new URLSearchParams(search);
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const notFound: Route = { page: 'not-found', path: pathname };
  let parts: string[];
  try {
    parts = segments.map(decodeURIComponent);
  } catch {
    return notFound; // "%zz" is no text.
  }
  const [first, second] = parts;
  if (first === undefined) return { page: 'cells' };
  if (first === 'sweeps' && second !== undefined && parts.length === 2)
    return { page: 'sweep', sweep: second };
  if (first === 'compare' && parts.length === 1) return { page: 'compare', ids: comparedIds(query) };
  if (first === 'search' && parts.length === 1) return { page: 'search' };
  if (first === 'cell') {
    const address = readCellAddress(parts.slice(1), query);
    return address ? { page: 'cell', address } : notFound;
  }
  if (first === 'embed' && second === 'cell') {
    const address = readCellAddress(parts.slice(2), query);
    return address ? { page: 'embed', address } : notFound;
  }
  return notFound;
}

/** `a`, `b`, then any number of `c`: the order of the runs. */
function comparedIds(query: URLSearchParams): string[] {
  return [query.get('a'), query.get('b'), ...query.getAll('c')].filter(
    (id) => id !== null && id !== '',
  ) as string[];
}

/** The page of a cell. Ids of five and more segments get the readable form, others `?id=`. */
export function cellHref(id: string, moment: Partial<Moment> = {}): string {
  return pathOfCell('/cell', id, moment);
}

/** The same cell as a player in a frame. */
export function embedHref(id: string, moment: Partial<Moment> = {}): string {
  return pathOfCell('/embed/cell', id, moment);
}

function pathOfCell(base: string, id: string, moment: Partial<Moment>): string {
  const { path, query } = cellPage(id);
  for (const [key, value] of momentPairs(moment)) query.set(key, value);
  return `${base}${path}?${readableQuery(query)}`;
}

/** The badge of a cell's agent, model and task, all attempts of its sweep; null for an id that names none. */
export function badgeHref(id: string): string | null {
  const path = taskPath(id);
  return path && `/badge${path}.svg?${readableQuery(new URLSearchParams({ sweep: parseCellId(id).sweep }))}`;
}

export function sweepHref(sweep: string): string {
  return `/sweeps/${encodeURIComponent(sweep)}`;
}

/** Two cells side by side; more than two in the timeline. */
export function compareHref(ids: readonly string[]): string {
  const [a, b, ...more] = ids;
  const query = new URLSearchParams();
  if (a !== undefined) query.set('a', a);
  if (b !== undefined) query.set('b', b);
  for (const id of more) query.append('c', id);
  return `/compare?${readableQuery(query)}`;
}

export function searchHref(text = ''): string {
  return text ? `/search?q=${encodeURIComponent(text)}` : '/search';
}

/** The list, filtered to a text. */
export function cellsHref(filter = ''): string {
  return filter ? `/?q=${encodeURIComponent(filter)}` : '/';
}

/** The query values of a moment, in the order in which people read them. */
export function momentPairs(moment: Partial<Moment>): [string, string][] {
  const pairs: [string, string][] = [];
  if (typeof moment.t === 'number') pairs.push(['t', String(Math.round(moment.t * 1000) / 1000)]);
  if (moment.span) pairs.push(['span', moment.span]);
  if (moment.tab) pairs.push(['tab', moment.tab]);
  return pairs;
}

/** "/" and ":" may stand in a query; people read these URLs. */
export function readableQuery(query: URLSearchParams): string {
  return query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
}
