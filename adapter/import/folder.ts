// A folder of recordings: walked to a depth, and handed out folder by folder in the order of names. Follows no link, and
// passes by what version control and package managers keep. Reads no file.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportError } from './import-error.ts';
import { unreadable } from './text-file.ts';

const MAX_DEPTH = 12;
/** opencode kept a part of an answer a file: tens of thousands in a year. */
const MAX_FILES = 200_000;
const PASSED = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** One folder with its own files. */
export interface Folder {
  readonly path: string;
  readonly files: readonly string[];
}

/**
 * Visits a folder and all below it.
 * @param visit says whether what is below the folder is to be visited too
 * @throws ImportError
 */
export async function walkFolder(root: string, visit: (folder: Folder) => Promise<boolean>): Promise<void> {
  const waiting = [{ path: root, depth: 0 }];
  let count = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { path, depth } = next;
    const inside = await entriesOf(path);
    const files = inside.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
    count += files.length;
    if (count > MAX_FILES)
      throw new ImportError('unreadable', root, `holds more than ${MAX_FILES} files: name a folder below it`);
    const below = inside.filter((entry) => entry.isDirectory() && !PASSED.has(entry.name));
    if ((await visit({ path, files })) && depth < MAX_DEPTH)
      waiting.unshift(...below.map(({ name }) => ({ path: join(path, name), depth: depth + 1 })));
  }
}

async function entriesOf(path: string) {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (error) {
    throw unreadable(path, error);
  }
}
