// The built viewer, read into memory at start as a map of exact paths: a request names one of them or
// gets nothing, no path is ever joined to a directory. Pages get the strict policy they are built for.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { RequestError } from '../errors.ts';
import { only } from './method-not-allowed.ts';

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer | null;
  readonly caching: string;
}

const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json'],
]);
const packed = new Set(['.html', '.js', '.css', '.json', '.svg']);

/** @param ancestors origins whose pages may frame this one, or 'none' */
const policy = (ancestors: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
    "require-trusted-types-for 'script'",
    'trusted-types playhead',
  ].join('; ');
const POLICY = policy("'none'");

/** Pages of the viewer: it reads the address itself. */
const PAGES = ['/', '/cell/*', '/sweeps/*', '/compare', '/search'];
/** The one page that others may put into a frame. */
const EMBED_PAGE = '/embed/cell/*';

/** @param frameOrigins whose pages may frame the embed page; those of all origins where absent */
export function viewerRoutes(viewerDir: string | undefined, frameOrigins?: readonly string[]): Hono {
  const routes = new Hono();
  const assets = viewerDir === undefined ? new Map<string, Asset>() : readAssets(viewerDir);
  const index = assets.get('/index.html');
  const embed = {
    'content-security-policy': policy(frameOrigins?.length ? frameOrigins.join(' ') : '*'),
    'cross-origin-resource-policy': 'cross-origin',
  };
  for (const page of [...PAGES, EMBED_PAGE]) {
    routes.get(page, (c) => {
      if (!index) throw new RequestError(404, 'no_viewer', 'the viewer is not built: npm run build');
      return send(c, index, page === EMBED_PAGE ? embed : {});
    });
    routes.all(page, only('GET'));
  }
  for (const [path, asset] of assets) {
    const further = asset.type.startsWith('text/html') ? {} : OPEN_TO_ALL;
    routes.get(path, (c) => send(c, asset, further));
    routes.all(path, only('GET'));
  }
  return routes;
}

/**
 * The viewer's own files hold no data. A frame that its page sandboxes without allow-same-origin is of no origin,
 * and loads them so that it can at least say why it shows nothing.
 */
const OPEN_TO_ALL = { 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' };

function readAssets(dir: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  if (!existsSync(dir)) return assets;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const type = types.get(extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(dir, file).split(sep).join('/')}`;
    const bytes = readFileSync(file);
    assets.set(path, {
      type,
      bytes,
      gzip: packed.has(extname(entry.name)) ? gzipSync(bytes) : null,
      // vite names what lies in assets/ after its content.
      caching: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  }
  return assets;
}

function send(
  c: Context,
  { type, bytes, gzip, caching }: Asset,
  further: Readonly<Record<string, string>>,
): Response {
  const takesGzip = /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[^,]*)?\s*(,|$)/i.test(
    c.req.header('accept-encoding') ?? '',
  );
  const headers: Record<string, string> = {
    'content-type': type,
    'cache-control': caching,
    'content-security-policy': POLICY,
    ...further,
  };
  if (gzip) headers.vary = 'Accept-Encoding';
  if (gzip && takesGzip) headers['content-encoding'] = 'gzip';
  return new Response(new Uint8Array(gzip && takesGzip ? gzip : bytes), { headers });
}
