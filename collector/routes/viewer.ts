// The viewer's pages and files. Pages get the strict policy they are built for, and read their address
// themselves. Does not read the disk: what was built is in memory.
import type { Context } from 'hono';
import { RequestError } from '../errors.ts';
import type { Answer, Route, RouteContext } from './route.ts';
import type { ViewerFile, ViewerFiles } from './viewer-files.ts';

/** @param ancestors origins whose pages may frame this one, or 'none' */
const policy = (ancestors: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
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

/** Any page but one. */
export function viewerPage({ viewer }: RouteContext): Answer {
  return (c) => send(c, indexOf(viewer), {});
}

/** The one page that others may put into a frame. */
export function embedPage({ viewer }: RouteContext): Answer {
  const { frameOrigins } = viewer;
  const headers = {
    'content-security-policy': policy(frameOrigins.length > 0 ? frameOrigins.join(' ') : '*'),
    'cross-origin-resource-policy': 'cross-origin',
  };
  return (c) => send(c, indexOf(viewer), headers);
}

/** Whether whoever asks is a reader with a browser, at an address that is no part of the API. */
export function isForPage({ req }: Context): boolean {
  const isRead = req.method === 'GET' || req.method === 'HEAD';
  return (
    isRead &&
    /\btext\/html\b/.test(req.header('accept') ?? '') &&
    !/^\/(?:api|v1|cells|assets)\//.test(req.path)
  );
}

/** The page that says that there is nothing at its address. @throws RequestError 404 */
export function missingPage(viewer: ViewerFiles, c: Context): Response {
  return send(c, indexOf(viewer), {}, 404);
}

/** @throws RequestError 404 */
function indexOf({ files }: ViewerFiles): ViewerFile {
  const index = files.get('/index.html');
  if (!index) throw new RequestError(404, 'no_viewer', 'the viewer is not built: npm run build');
  return index;
}

/**
 * The viewer's own files hold no data. A frame that its page sandboxes without allow-same-origin is of no
 * origin, and loads them so that it can at least say why it shows nothing.
 */
const OPEN_TO_ALL = { 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' };

/** What the build made, a route a file: these are not in the catalogue, which is the same for every build. */
export function fileRoutes({ files }: ViewerFiles): Route[] {
  return Array.from(files, ([path, file]) => {
    const further = file.type.startsWith('text/html') ? {} : OPEN_TO_ALL;
    return {
      method: 'get',
      path,
      access: 'open',
      summary: 'A file of the viewer',
      reads: 'viewer',
      writes: 'nothing',
      gives: file.type,
      handler: () => (c) => send(c, file, further),
    };
  });
}

function send(
  c: Context,
  { type, bytes, gzip, caching }: ViewerFile,
  further: Readonly<Record<string, string>>,
  status = 200,
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
  return new Response(new Uint8Array(gzip && takesGzip ? gzip : bytes), { headers, status });
}
