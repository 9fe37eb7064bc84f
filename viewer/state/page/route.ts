// Where the reader is: the URL as a route, and a route as a URL. Pages change by pushState, the
// moment within a page by replaceState, held to a few writes a second as browsers demand.
import { effect, signal } from '@preact/signals';
import { type Moment, momentPairs, type Route, readableQuery, readRoute } from './address.ts';

// Safari refuses more than 100 replaceState calls in 30 s.
const REPLACE_EVERY_MS = 350;

export const route = signal<Route>(readRoute(location.pathname, location.search));

/** Another one with each page that is opened, and with each address of a cell: its moment is read once. */
let visit = {};

/** Query values still to be written; null takes one away. */
const pending = new Map<string, string | null>();
/** A whole query that is still to be written. */
let pendingQuery: URLSearchParams | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

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
  const pairs = new Map(momentPairs(moment));
  for (const name of Object.keys(moment)) keepValue(name, pairs.get(name) ?? null);
}

/** Keeps one value of the page's state in the URL: soon, not at once. Null removes it. */
export function keepValue(name: string, value: string | null): void {
  pending.set(name, value);
  timer ??= setTimeout(flushMoment, REPLACE_EVERY_MS);
}

/**
 * Runs `write`, which keeps values, whenever a signal that it reads changes, until disposed or until the reader opens
 * another page: a page that plays on until it is taken away writes nothing into the next one's address.
 */
export function keepInUrl(write: () => void): () => void {
  const mine = visit;
  return effect(() => {
    if (visit === mine) write();
  });
}

/** Writes what `keepMoment` and `keepValue` still hold. */
export function flushMoment(): void {
  clearTimeout(timer);
  timer = undefined;
  if (pending.size === 0 && !pendingQuery) return;
  const query = pendingQuery ?? new URLSearchParams(location.search);
  pendingQuery = null;
  for (const [name, value] of pending) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  pending.clear();
  replaceQuery(query);
}

/** Sets or removes one query value of the present page. */
export function setQueryValue(name: string, value: string): void {
  const query = new URLSearchParams(location.search);
  if (value) query.set(name, value);
  else query.delete(name);
  replaceQuery(query);
}

/**
 * Keeps a page's whole query in the URL: soon, or at once as a step.
 * @param step whether the back button leads to what was there before
 */
export function setQuery(query: URLSearchParams, step: boolean): void {
  if (!step) {
    pendingQuery = query;
    timer ??= setTimeout(flushMoment, REPLACE_EVERY_MS);
    return;
  }
  flushMoment();
  const text = readableQuery(query);
  history.pushState(null, '', `${location.pathname}${text && `?${text}`}`);
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
  pending.clear();
  pendingQuery = null;
  const [before, next] = [route.peek(), readRoute(location.pathname, location.search)];
  const isCell = next.page === 'cell' || next.page === 'embed';
  if (isCell || JSON.stringify(next) !== JSON.stringify(before)) visit = {};
  route.value = next;
}

function replaceQuery(query: URLSearchParams): void {
  const text = readableQuery(query);
  history.replaceState(history.state, '', `${location.pathname}${text && `?${text}`}`);
}
