// What every request must pass before a route sees it: one Host that is ours, no write from a page of another
// origin unless that origin is on the list, no more requests than are allowed. Does not
// look at tokens: token.ts does.
import type { Context, MiddlewareHandler } from 'hono';
import type { Access } from '../access.ts';
import { type CollectorOptions, hostCheck } from '../config.ts';
import { RequestError } from '../errors.ts';
import { incomingOf, remoteAddressOf } from './node-bindings.ts';

/** @throws RequestError 400, 421 */
export function guardHost(options: Pick<CollectorOptions, 'host' | 'allowedHosts'>): MiddlewareHandler {
  const isOurs = hostCheck(options);
  return async (c, next) => {
    const raw = incomingOf(c)?.rawHeaders ?? [];
    let hosts = 0;
    for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'host') hosts++;
    if (hosts > 1) throw new RequestError(400, 'bad_host', 'the request has more than one Host header');
    // The effective authority: an absolute-form target outranks the header.
    const authority = new URL(c.req.url).host;
    const header = c.req.header('host');
    if (!isOurs(authority) || (header !== undefined && !isOurs(header)))
      throw new RequestError(421, 'wrong_host', 'this collector does not answer to that host name');
    await next();
  };
}

const readMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': 'content-type, content-encoding, authorization, if-match',
  'access-control-max-age': '600',
};

/**
 * Refuses writes that a page of another origin makes through the reader's browser, and answers the
 * preflights of origins on the list, which may also read. No wildcard, no credentials.
 */
export function guardOrigin(allowedOrigins: readonly string[] = []): MiddlewareHandler {
  const allowed = new Set(allowedOrigins);
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isAllowed = origin !== undefined && allowed.has(origin);
    const sharing: Record<string, string> = isAllowed
      ? { 'access-control-allow-origin': origin, vary: 'Origin' }
      : {};
    const preflight = c.req.header('access-control-request-method') !== undefined;
    if (isAllowed && preflight && c.req.method === 'OPTIONS')
      return c.body(null, 204, { ...sharing, ...PREFLIGHT });
    if (!readMethods.has(c.req.method) && !isAllowed) {
      const site = c.req.header('sec-fetch-site');
      const foreign = origin !== undefined && origin !== new URL(c.req.url).origin;
      if (foreign || site === 'cross-site' || site === 'same-site')
        throw new RequestError(403, 'foreign_origin', 'pages of other origins may not write here');
    }
    await next();
    if (!isAllowed) return;
    c.header('access-control-allow-origin', origin);
    c.header('vary', 'Origin', { append: true });
  };
}

/** Addresses of which it is known how much they asked lately; what asked little is forgotten first. */
const MAX_KNOWN_CLIENTS = 10_000;

/**
 * Refuses what one address asks beyond so many requests a second; a second's worth may come at once. What is
 * open to all, the viewer's own files and the health of the collector, is not counted.
 * @param accessOf what a request asks for
 * @param nowMs a clock that never runs back
 * @throws RequestError 429
 */
export function guardRate(
  requestsPerSecond: number | undefined,
  accessOf: (c: Context) => Access,
  nowMs: () => number = () => performance.now(),
): MiddlewareHandler {
  if (requestsPerSecond === undefined) return (_c, next) => next();
  const most = Math.max(1, requestsPerSecond);
  /** What each address may still ask now, and when that was so. */
  const left = new Map<string, { requests: number; atMs: number }>();
  const at = (client: { requests: number; atMs: number }, ms: number) =>
    Math.min(most, client.requests + ((ms - client.atMs) / 1000) * requestsPerSecond);
  return async (c, next) => {
    if (accessOf(c) === 'open') return next();
    const ms = nowMs();
    const address = remoteAddressOf(c);
    const client = left.get(address);
    const requests = client ? at(client, ms) : most;
    if (requests < 1)
      throw new RequestError(429, 'too_many_requests', 'too many requests from one address', {
        headers: { 'retry-after': '1' },
      });
    if (!client && left.size >= MAX_KNOWN_CLIENTS) forget(left, (known) => at(known, ms) >= most);
    left.set(address, { requests: requests - 1, atMs: ms });
    return next();
  };
}

/** Forgets all members without meaning, and where each has one, the one known longest. */
function forget<T>(members: Map<string, T>, isMeaningless: (member: T) => boolean): void {
  const before = members.size;
  for (const [key, member] of members) if (isMeaningless(member)) members.delete(key);
  const [oldest] = members.keys();
  if (members.size === before && oldest !== undefined) members.delete(oldest);
}
