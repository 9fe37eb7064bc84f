// Makes the catalogue the router: registers each entry, has what is projected caught up before a route that
// reads it, answers 405 with Allow to all other methods of an address, and finds what each request asks of a
// token. Does not know a single route by name.
import type { Context, Hono } from 'hono';
import { matchedRoutes } from 'hono/route';
import { getPath } from 'hono/utils/url';
import { cellParts } from '../../shared/export/export-format.ts';
import { otlpAddressOf, otlpPath, rightOtlpAddress } from '../../shared/otlp-address.ts';
import {
  type Access,
  type Confinement,
  isAgents,
  isConfined,
  mayTouchCell,
  mayTouchSweep,
} from '../access.ts';
import { RequestError } from '../errors.ts';
import { tokenOf } from '../http/token.ts';
import type { Answer, Route, RouteContext, Touches } from './route.ts';

/** What the projector writes behind the acknowledgement: a client must read its own writes. */
const projected: ReadonlySet<Touches> = new Set(['records', 'scores', 'terminal']);

export function registerRoutes(app: Hono, routes: readonly Route[], context: RouteContext): void {
  for (const route of routes) app.on(route.method.toUpperCase(), route.path, answerOf(route, context));
  for (const [path, methods] of methodsByPath(routes)) app.all(path, otherMethods(methods));
}

function answerOf({ method, path, reads, handler }: Route, context: RouteContext): Answer {
  const answer = handler(context);
  const covers = coverageOf(path);
  const settles = projected.has(reads);
  return async (c) => {
    const token = tokenOf(c);
    if (token && isConfined(token) && !covers(token, c.req.param('id') ?? ''))
      throw new RequestError(403, 'forbidden', `this token is for ${token.cell ?? token.sweep} alone`);
    if (token && isAgents(token) && (method === 'put' || method === 'delete'))
      throw new RequestError(
        403,
        'forbidden',
        'the token of one cell is an agent’s: it puts and deletes nothing',
      );
    if (settles) await context.writer.settled();
    return answer(c);
  };
}

/** Whether what an address names lies within a token's confinement. What names no cell or sweep is of all. */
function coverageOf(path: string): (token: Confinement, id: string) => boolean {
  if (/^(\/api)?\/cells\/:id/.test(path)) return mayTouchCell;
  if (path.startsWith('/api/sweeps/:id')) return mayTouchSweep;
  return () => false;
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes)
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  return methods;
}

/**
 * What an address answers to methods that it does not take: 405 with the ones it does, and OPTIONS without a
 * browser's preflight. Hono alone would say 404.
 */
function otherMethods(methods: readonly string[]): Answer {
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (c) => {
    if (c.req.method !== 'OPTIONS')
      throw new RequestError(405, 'method_not_allowed', `this address takes ${allow}${hintOf(c)}`, {
        headers: { allow },
      });
    if (c.req.header('origin') !== undefined)
      throw new RequestError(403, 'foreign_origin', 'pages of other origins may not write here', {
        headers: { vary: 'Origin' },
      });
    return c.body(null, 204, { allow });
  };
}

/** What no route has the address of. @throws RequestError 404 */
export function noRoute(c: Context): never {
  throw new RequestError(404, 'not_found', `there is nothing at this address${hintOf(c)}`);
}

/**
 * Nothing but OTLP is posted: an exporter that was given a wrong address is told the right one. So is whoever wrote a
 * cell's id as it reads.
 */
function hintOf(c: Context): string {
  if (c.req.method === 'POST') return `: ${rightOtlpAddress(c.req.path)}`;
  const [, id, part = ''] = PLAIN_CELL.exec(c.req.path) ?? [];
  if (id === undefined) return '';
  return `: percent-encode the slashes of the cell's id: /api/cells/${id.replaceAll('/', '%2F')}${part}`;
}

/** A cell's id with its slashes, and a part of the cell behind it. */
const PLAIN_CELL = new RegExp(
  `^/api/cells/([^/]{1,200}(?:/[^/]{1,200}){1,12}?)(/(?:${[...cellParts, 'scores', 'live'].join('|')}))?/?$`,
);

/** The path that a request is routed by: OTLP's addresses in the one form that the catalogue has. */
export function routedPath(request: Request): string {
  const path = getPath(request);
  const address = otlpAddressOf(path);
  return address === null ? path : otlpPath(address);
}

/** The pattern of the route that a request is for, not the address as sent; null where there is none. */
export function patternOf(c: Context): string | null {
  const patterns = matchedRoutes(c).map(({ path }) => path);
  return patterns.findLast((path) => path !== '/*' && path !== '*') ?? null;
}

/**
 * What a request asks of a token, by the method and pattern that Hono itself matched. A method that an address
 * does not take asks for what its first one does; an address of no route is open, unless it lies beside some
 * that are not, as `/api/nothing` does.
 */
export function accessOf(routes: readonly Route[]): (c: Context) => Access {
  const byMethod = new Map<string, Access>();
  const byPath = new Map<string, Access>();
  const closedAreas = new Set<string>();
  for (const { method, path, access } of routes) {
    byMethod.set(`${method.toUpperCase()} ${path}`, access);
    if (!byPath.has(path)) byPath.set(path, access);
    if (access !== 'open') closedAreas.add(areaOf(path));
  }
  return (c) => {
    const path = patternOf(c);
    if (path === null) return closedAreas.has(areaOf(c.req.path)) ? 'read' : 'open';
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
    return byMethod.get(`${method} ${path}`) ?? byPath.get(path) ?? 'read';
  };
}

/** The first segment of an address. */
function areaOf(path: string): string {
  return path.split('/', 2)[1] ?? '';
}
