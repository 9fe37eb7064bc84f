// The built viewer, read into memory at start as a map of exact paths: a request names one of them or gets
// nothing. Does not join any path to a directory afterwards, and does not write an answer.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface ViewerFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer | null;
  readonly caching: string;
}

export interface ViewerFiles {
  /** By path, such as `/assets/main-1a2b.js`; empty where the viewer is not built. */
  readonly files: ReadonlyMap<string, ViewerFile>;
  /** Origins whose pages may frame the embed page; those of all origins where absent or empty. */
  readonly frameOrigins: readonly string[];
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

/** @param dir where it was built; no files where absent */
export function readViewer(dir: string | undefined, frameOrigins: readonly string[] = []): ViewerFiles {
  return { files: dir !== undefined && existsSync(dir) ? readFiles(dir) : new Map(), frameOrigins };
}

function readFiles(dir: string): Map<string, ViewerFile> {
  const files = new Map<string, ViewerFile>();
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const type = types.get(extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(dir, file).split(sep).join('/')}`;
    const bytes = readFileSync(file);
    files.set(path, {
      type,
      bytes,
      gzip: packed.has(extname(entry.name)) ? gzipSync(bytes) : null,
      // vite names what lies in assets/ after its content.
      caching: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  }
  return files;
}
