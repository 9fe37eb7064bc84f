// Who may read and write where a token is asked for: programs send it as a bearer token, a browser shows it
// once in an address and gets a cookie for it. The cookie holds no token, only what can be made from one.
// Keeps no list of sessions: a cookie is good for as long as the token is.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { RequestError } from '../errors.ts';
import { isData } from './guard.ts';

/** Says what the cookie's value is made for; another number makes all cookies worthless. */
const SESSION = 'playhead session 1';

/**
 * Asks for `Authorization: Bearer <token>`, or for the cookie that `?token=<token>` gives a browser, wherever
 * data is read or written.
 * @throws RequestError 401
 */
export function guardToken(token: string | undefined): MiddlewareHandler {
  if (token === undefined) return (_c, next) => next();
  const expected = digest(token);
  const session = createHmac('sha256', token).update(SESSION).digest('base64url');
  const isToken = (given: string) => timingSafeEqual(digest(given), expected);
  const isSession = (given: string) => timingSafeEqual(digest(given), digest(session));
  return async (c, next) => {
    const shown = c.req.method === 'GET' ? shownToken(c) : null;
    if (shown !== null && (isToken(shown.token) || !isData(c.req.path))) {
      // A page says itself that it still lacks the token.
      if (isToken(shown.token)) giveCookie(c, session);
      c.header('cache-control', 'no-store');
      return c.redirect(shown.rest, 303);
    }
    const isOpen = !isData(c.req.path) || c.req.method === 'OPTIONS';
    const bearer = /^Bearer +([^\s]+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    // Compared as digests: neither length nor prefix shows in the time that it takes.
    if (!isOpen && !isToken(bearer) && !(mayUseCookie(c) && isSession(getCookie(c, cookieName(c)) ?? '')))
      throw new RequestError(401, 'unauthorized', 'this collector asks for its token', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    await next();
  };
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

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
