// The product's own TypeScript, by path from the root: what the laws of the house are read from.
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export function productFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const top of ['shared', 'collector', 'adapter', 'viewer', 'bin'])
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      const path = normalize(join(entry.parentPath, entry.name)).slice(root.length + 1);
      if (entry.isFile() && /\.tsx?$/.test(path) && !path.includes('/dist/'))
        files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  return files;
}
