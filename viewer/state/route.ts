// Where the reader is: the URL as a route, and a route as a URL. Pages change by pushState, the
// moment within a page by replaceState, held to a few writes a second as browsers demand.
import { signal } from '@preact/signals';
import { parseCellId } from '../../shared/cell-id.ts';

export interface CellAddress {
  /** The whole id, where the URL names it; else null, and the parts below do. */
  readonly id: string | null;
  readonly sweep: string | null;
  readonly agent: string | null;
  readonly model: string | null;
  /** `<family>/<name>` */
  readonly task: string | null;
  readonly attempt: number;
}

export type Route =
  | { readonly page: 'cells' }
  | { readonly page: 'cell'; readonly address: CellAddress }
  | { readonly page: 'not-found'; readonly path: string };

/** The moment within a cell page, as its URL keeps it. */
export interface Moment {
  /** Milliseconds from the cell's start. */
  readonly t: number | null;
  /** `<traceId>:<spanId>` */
  readonly span: string | null;
  readonly tab: string | null;
}

// Safari refuses more than 100 replaceState calls in 30 s.
const REPLACE_EVERY_MS = 350;

export const route = signal<Route>(readRoute(location.pathname, location.search));

let pending: Partial<Moment> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

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
  if (parts.length === 0) return { page: 'cells' };
  if (parts[0] !== 'cell') return notFound;
  const id = query.get('id');
  const none = { id: null, sweep: null, agent: null, model: null, task: null, attempt: 1 };
  if (parts.length === 1) return id ? { page: 'cell', address: { ...none, id } } : notFound;
  if (parts.length < 5) return notFound;
  const run = Number(query.get('run') ?? 1);
  const address: CellAddress = {
    id: null,
    sweep: query.get('sweep'),
    agent: parts[1] ?? null,
    model: parts.slice(2, -2).join('/'),
    task: `${parts.at(-2)}/${parts.at(-1)}`,
    attempt: Number.isInteger(run) && run > 0 ? run : 1,
  };
  const fullId = address.sweep && `${address.sweep}/${parts.slice(1).join('/')}`;
  return { page: 'cell', address: { ...address, id: fullId ? withRun(fullId, address.attempt) : null } };
}

function withRun(id: string, attempt: number): string {
  return attempt > 1 ? `${id}#run${attempt}` : id;
}

/** The page of a cell. Ids of five and more segments get the readable form, others `?id=`. */
export function cellHref(id: string, moment: Partial<Moment> = {}): string {
  const { sweep, agent, model, family, task, attempt } = parseCellId(id);
  const query = new URLSearchParams();
  let path = '/cell';
  if (model !== null && family !== null && task !== null) {
    path += `/${[agent, ...model.split('/'), family, task].map(encodeURIComponent).join('/')}`;
    query.set('sweep', sweep);
    if (attempt > 1) query.set('run', String(attempt));
  } else query.set('id', id);
  for (const [key, value] of momentPairs(moment)) query.set(key, value);
  return `${path}?${readable(query)}`;
}

/** The list, filtered to a text. */
export function cellsHref(filter = ''): string {
  return filter ? `/?q=${encodeURIComponent(filter)}` : '/';
}

/** Opens a page of ours without a reload. */
export function navigate(href: string): void {
  flushMoment();
  history.pushState(null, '', href);
  applyLocation();
  scrollTo(0, 0);
}

/** A query value of the present URL. */
export function queryValue(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

export function readMoment(): Moment {
  const t = queryValue('t');
  const ms = t === null ? Number.NaN : Number(t);
  return { t: Number.isFinite(ms) ? ms : null, span: queryValue('span'), tab: queryValue('tab') };
}

/** Keeps the moment in the URL: soon, not at once. Null removes a value. */
export function keepMoment(moment: Partial<Moment>): void {
  pending = { ...pending, ...moment };
  timer ??= setTimeout(flushMoment, REPLACE_EVERY_MS);
}

/** Writes what `keepMoment` still holds. */
export function flushMoment(): void {
  clearTimeout(timer);
  timer = undefined;
  if (!pending) return;
  const query = new URLSearchParams(location.search);
  for (const key of Object.keys(pending)) query.delete(key);
  for (const [key, value] of momentPairs(pending)) query.set(key, value);
  pending = null;
  replaceQuery(query);
}

/** Sets or removes one query value of the present page. */
export function setQueryValue(name: string, value: string): void {
  const query = new URLSearchParams(location.search);
  if (value) query.set(name, value);
  else query.delete(name);
  replaceQuery(query);
}

/** Follows links and the back button. @returns a function that stops it. */
export function startRouting(): () => void {
  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
    if (!link.hasAttribute('data-page')) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  addEventListener('click', onClick);
  addEventListener('popstate', applyLocation);
  addEventListener('pagehide', flushMoment);
  return () => {
    removeEventListener('click', onClick);
    removeEventListener('popstate', applyLocation);
    removeEventListener('pagehide', flushMoment);
  };
}

function applyLocation(): void {
  pending = null;
  route.value = readRoute(location.pathname, location.search);
}

function replaceQuery(query: URLSearchParams): void {
  const text = readable(query);
  history.replaceState(history.state, '', `${location.pathname}${text && `?${text}`}`);
}

function momentPairs(moment: Partial<Moment>): [string, string][] {
  const pairs: [string, string][] = [];
  if (typeof moment.t === 'number') pairs.push(['t', String(Math.round(moment.t * 1000) / 1000)]);
  if (moment.span) pairs.push(['span', moment.span]);
  if (moment.tab) pairs.push(['tab', moment.tab]);
  return pairs;
}

/** "/" and ":" may stand in a query; people read these URLs. */
function readable(query: URLSearchParams): string {
  return query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
}
