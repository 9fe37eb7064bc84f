// Who may do what where a token is asked for: programs send it as a bearer token, a browser shows it
// once in an address and gets a cookie for it. The cookie holds no token, only what can be made from one.
// Does not keep a list of sessions: a cookie is good for as long as the token is.
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type Access, type AccessToken, isSame, sessionOf } from '../access.ts';
import { RequestError } from '../errors.ts';

/**
 * Asks for `Authorization: Bearer <token>`, or for the cookie that `?token=<token>` gives a browser, wherever
 * a request asks for more than what is open to all, and for a token that may do it.
 * @param tokens everything is open where there is none
 * @param accessOf what a request asks for
 * @throws RequestError 401 without a token, 403 with one that may not
 */
export function guardToken(
  tokens: readonly AccessToken[],
  accessOf: (c: Context) => Access,
): MiddlewareHandler {
  if (tokens.length === 0) return (_c, next) => next();
  const bySecret = (given: string) => tokens.find(({ secretHash }) => isSame(secretHash, given));
  const bySession = (given: string) => tokens.find(({ sessionHash }) => isSame(sessionHash, given));
  return async (c, next) => {
    const access = accessOf(c);
    const shown = c.req.method === 'GET' ? shownToken(c) : null;
    const isKnown = shown !== null && bySecret(shown.token) !== undefined;
    if (shown !== null && (isKnown || access === 'open')) {
      // A page says itself that it still lacks the token.
      if (isKnown) giveCookie(c, sessionOf(shown.token));
      c.header('cache-control', 'no-store');
      return c.redirect(shown.rest, 303);
    }
    if (access === 'open' || c.req.method === 'OPTIONS') return next();
    const bearer = /^Bearer +([^\s]+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const cookie = mayUseCookie(c) ? (getCookie(c, cookieName(c)) ?? '') : '';
    const token = bySecret(bearer) ?? bySession(cookie);
    if (!token)
      throw new RequestError(401, 'unauthorized', 'this collector asks for its token', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    if (!token.may.includes(access))
      throw new RequestError(403, 'forbidden', `this token may not do what needs "${access}"`);
    c.set('token', token);
    return next();
  };
}

/** The token that a request came with; undefined where the collector asked for none. */
export function tokenOf(c: Context): AccessToken | undefined {
  return c.get('token') as AccessToken | undefined;
}

/** The token of the address, and the same address without it; null where it names none. */
function shownToken(c: Context): { token: string; rest: string } | null {
  const token = c.req.query('token');
  if (token === undefined) return null;
  const { pathname, search } = new URL(c.req.url);
  const others = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !/^token(=|$)/.test(pair));
  // Two slashes at the beginning would name another host.
  const path = `/${pathname.replace(/^[/\\]+/, '')}`;
  return { token, rest: others.length > 0 ? `${path}?${others.join('&')}` : path };
}

/** Cookies do not know ports: two collectors on one machine must not take away each other's. */
function cookieName(c: Context): string {
  const { port, protocol } = new URL(c.req.url);
  return `playhead_${port || (protocol === 'https:' ? '443' : '80')}`;
}

function giveCookie(c: Context, session: string): void {
  const isSecure = new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
  setCookie(c, cookieName(c), session, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure,
  });
}

/** A browser sends cookies by itself: what it writes must come from a page of this very origin. */
function mayUseCookie(c: Context): boolean {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return true;
  const origin = c.req.header('origin');
  return origin === undefined
    ? c.req.header('sec-fetch-site') === 'same-origin'
    : origin === new URL(c.req.url).origin;
}
