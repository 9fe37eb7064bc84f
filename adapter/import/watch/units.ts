// What of a folder that grows is imported together: a trial with all its files, a conversation of many, a session with its
// subagents, a database with what lies beside it, else a file by itself. Looks at names, sizes and times; opens only what
// says whether a folder is a trial. Follows no link.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { parseObject, textAt } from '../../agents/reading/json-value.ts';
import { walkFolder } from '../folder.ts';
import { ImportError } from '../import-error.ts';

/** A folder to watch. */
export interface WatchedFolder {
  readonly path: string;
  /** Of a file's path below it, with forward slashes: whether it is looked at. Default: all are. */
  readonly match?: RegExp;
}

export interface Unit {
  /** What `importFiles` takes. */
  readonly paths: readonly string[];
  /** Changes with every file of it. */
  readonly state: string;
  readonly newestMs: number;
}

interface SeenFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** A trial's own files are small; what is larger is none. */
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

export class Units {
  readonly #folders: readonly WatchedFolder[];
  /** Folders that are trials: what was one stays one. */
  readonly #trials = new Set<string>();
  /** By the file that says it, the state in which it did not. */
  readonly #no = new Map<string, string>();

  constructor(folders: readonly WatchedFolder[]) {
    this.#folders = folders;
  }

  /** All that there is now, what was written last first. A folder that is not there yet holds nothing. */
  async look(): Promise<Unit[]> {
    const units = new Map<string, SeenFile[]>();
    const main = new Map<string, Set<string>>();
    for (const { path: root, match } of this.#folders) {
      const files = await filesBelow(root, match);
      const names = new Set(files.map(({ path }) => path));
      for (const file of files) await this.#noteTrial(file);
      for (const file of files) {
        const lead = this.#leadOf(file.path, root, names);
        const own = units.get(lead);
        if (own === undefined) units.set(lead, [file]);
        else own.push(file);
        const paths = main.get(lead) ?? new Set();
        // Files that go with a session are named beside it; a folder names them all.
        main.set(lead, paths.add(names.has(lead) && !isBeside(file.path) ? file.path : lead));
      }
    }
    return [...units]
      .map(([lead, files]) => ({
        paths: [...(main.get(lead) ?? [lead])],
        state: files.map(({ path, size, mtimeMs }) => `${path} ${size} ${mtimeMs}`).join('\n'),
        newestMs: files.reduce((newest, { mtimeMs }) => Math.max(newest, mtimeMs), 0),
      }))
      .sort((a, b) => b.newestMs - a.newestMs);
  }

  /** The file or folder by whose name a file is imported. */
  #leadOf(path: string, root: string, names: ReadonlySet<string>): string {
    let lead = path.replace(/-(?:wal|shm|journal)$/, '');
    if (!names.has(lead)) lead = path;
    for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder)) {
      if (this.#trials.has(folder)) return folder;
      for (const extension of ['.jsonl', '.json']) {
        if (names.has(`${folder}${extension}`)) lead = `${folder}${extension}`;
      }
      // opencode's older folder, and conversations of OpenHands.
      if (basename(folder) === 'storage' && /\/(?:session|message|part)\//.test(path.slice(folder.length)))
        lead = folder;
    }
    if (this.#trials.has(root)) return root;
    if (/^event-\d{5,}-/.test(basename(path))) {
      const folder = dirname(path);
      return basename(folder) === 'events' ? dirname(folder) : folder;
    }
    return lead;
  }

  async #noteTrial({ path, size, mtimeMs }: SeenFile): Promise<void> {
    const folder = dirname(path);
    if (!/^(?:result|config)\.json$/.test(basename(path)) || this.#trials.has(folder)) return;
    const state = `${size} ${mtimeMs}`;
    if (size > MAX_CONFIG_BYTES || this.#no.get(path) === state) return;
    const text = await readFile(path, 'utf8').catch(() => '');
    if (textAt(parseObject(text), 'trial_name') === null) this.#no.set(path, state);
    else this.#trials.add(folder);
  }
}

function isBeside(path: string): boolean {
  return /-(?:wal|shm|journal)$/.test(extname(path));
}

async function filesBelow(root: string, match: RegExp | undefined): Promise<SeenFile[]> {
  const found: SeenFile[] = [];
  try {
    await readdir(root);
  } catch {
    return [];
  }
  try {
    await walkFolder(root, async ({ files }) => {
      for (const path of files) {
        const below = path.slice(root.length + 1).replaceAll('\\', '/');
        if (match !== undefined && !match.test(below)) continue;
        const stats = await lstat(path).catch(() => null);
        if (stats?.isFile()) found.push({ path: join(path), size: stats.size, mtimeMs: stats.mtimeMs });
      }
      return true;
    });
  } catch (error) {
    // A folder may go while it is walked: what there is of it then is looked at the next time.
    if (!(error instanceof ImportError)) throw error;
  }
  return found;
}
