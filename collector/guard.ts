// What every request must pass before a route sees it: one Host that is ours, a token where one is asked
// for, no write from a page of another origin unless that origin is on the list.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { type CollectorOptions, hostCheck } from './config.ts';
import { RequestError } from './errors.ts';

/** What @hono/node-server adds to a request; absent under `app.request()`. */
interface NodeBindings {
  incoming?: IncomingMessage;
}

/** @throws RequestError 400, 421 */
export function guardHost(options: Pick<CollectorOptions, 'host' | 'allowedHosts'>): MiddlewareHandler {
  const isOurs = hostCheck(options);
  return async (c, next) => {
    const raw = (c.env as NodeBindings | undefined)?.incoming?.rawHeaders ?? [];
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

/** Answers without a token: whether anybody is there, and the viewer's own files, which hold no data. */
const OPEN = /^\/(livez|readyz)$/;
const DATA = /^\/(api|v1|cells|embed|badge)\/|^\/(metrics|openapi\.json)$/;

/**
 * Asks for `Authorization: Bearer <token>` wherever data is read or written.
 * @throws RequestError 401
 */
export function guardToken(token: string | undefined): MiddlewareHandler {
  if (token === undefined) return (_c, next) => next();
  const expected = digest(token);
  return async (c, next) => {
    const isOpen = OPEN.test(c.req.path) || !DATA.test(c.req.path) || c.req.method === 'OPTIONS';
    const given = /^Bearer +([^\s]+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    // Compared as digests: neither length nor prefix shows in the time that it takes.
    if (!isOpen && !timingSafeEqual(digest(given), expected))
      throw new RequestError(401, 'unauthorized', 'this collector asks for its token', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
