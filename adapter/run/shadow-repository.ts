// A git repository beside the working directory, which the agent never sees: GIT_DIR and index lie in a
// folder of ours, so the agent's own git, its HEAD and its index stay as they are. Takes snapshots and says
// what lies between two of them. Reads no configuration of the user or the project, runs no hook or filter.
import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FileChange } from '../agents/step.ts';

const run = promisify(execFile);

/** Build products and caches that tools make, not authors. What the project itself ignores is left out too. */
const ignored = [
  'node_modules/',
  'target/',
  '__pycache__/',
  '*.pyc',
  '.venv/',
  '.pytest_cache/',
  '.mypy_cache/',
  '.ruff_cache/',
  '.gradle/',
  '.cache/',
];
const settings = {
  'core.excludesFile': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.hooksPath': '/dev/null',
  'core.autocrlf': 'false',
  'core.fsmonitor': 'false',
  'core.quotePath': 'false',
  'core.untrackedCache': 'false',
  'advice.addEmbeddedRepo': 'false',
  'gc.auto': '0',
  'diff.mnemonicPrefix': 'false',
  'diff.noprefix': 'false',
};
const MAX_OUTPUT_BYTES = 256 * 2 ** 20;
const MAX_DIFF_CHARS = 400_000;
/** With more files than this in one step each diff would be a process of its own for seconds. */
const MAX_DIFFS = 200;
const MAX_GIT_DIR_DEPTH = 4;

export class ShadowRepository {
  readonly #workdir: string;
  readonly #env: Readonly<Record<string, string>>;
  #index: string | null = null;
  #tree = '';

  private constructor(workdir: string, dir: string, env: Readonly<Record<string, string | undefined>>) {
    this.#workdir = workdir;
    this.#env = {
      PATH: env.PATH ?? '',
      LC_ALL: 'C',
      HOME: dir,
      GIT_DIR: join(dir, 'shadow.git'),
      GIT_WORK_TREE: workdir,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: String(Object.keys(settings).length),
      ...Object.fromEntries(
        Object.entries(settings).flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    };
  }

  /**
   * @param dir an empty folder of ours
   * @throws the error of git, or ENOENT where there is no git
   */
  static async create(
    workdir: string,
    dir: string,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<ShadowRepository> {
    const repository = new ShadowRepository(workdir, dir, env);
    await repository.#git('init', '--quiet');
    const info = join(dir, 'shadow.git/info');
    await mkdir(info, { recursive: true });
    await writeFile(join(info, 'exclude'), `${ignored.join('\n')}\n`);
    return repository;
  }

  /** The working directory as it is now: the id of a tree. */
  async snapshot(): Promise<string> {
    try {
      await this.#git('add', '--all', '--ignore-errors', '.');
    } catch {
      // Unreadable files and repositories without a commit fail it; everything else was added.
    }
    // A process costs more than all else here: where the index is the same, so is the tree.
    const index = await this.#indexDigest();
    if (index === null || index !== this.#index) this.#tree = (await this.#git('write-tree')).trim();
    this.#index = index;
    return this.#tree;
  }

  /** The index ends in the digest of all that stands before. */
  async #indexDigest(): Promise<string | null> {
    try {
      return (await readFile(join(this.#env.GIT_DIR ?? '', 'index'))).subarray(-20).toString('hex');
    } catch {
      return null; // Nothing was ever added.
    }
  }

  /** What changed from one tree to another, in order of paths. */
  async changes(from: string, to: string): Promise<FileChange[]> {
    if (from === to) return [];
    const raw = await this.#git('diff', '--raw', '-z', '--no-renames', '--no-abbrev', from, to);
    const found: FileChange[] = [];
    const parts = raw.split('\0');
    for (let index = 0; index + 1 < parts.length; index += 2) {
      const status = /^:\d+ (\d+) \S+ \S+ ([A-Z])/.exec(parts[index] ?? '');
      const path = parts[index + 1] ?? '';
      if (!status || path === '') continue;
      const change = status[2] === 'A' ? 'added' : status[2] === 'D' ? 'removed' : 'modified';
      const diff = found.length < MAX_DIFFS ? await this.#diff(from, to, path) : null;
      found.push({ path, change, diff });
    }
    return found;
  }

  async #diff(from: string, to: string, path: string): Promise<string | null> {
    const options = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--unified=3'];
    const text = await this.#git('diff', ...options, from, to, '--', `:(literal)${path}`);
    const header = text.search(/^--- /m);
    // No header where only the mode changed, the file is binary or empty.
    if (header < 0 || text.length > MAX_DIFF_CHARS) return null;
    return text.slice(header);
  }

  async #git(...args: string[]): Promise<string> {
    const { stdout } = await run('git', args, {
      cwd: this.#workdir,
      env: this.#env,
      maxBuffer: MAX_OUTPUT_BYTES,
      encoding: 'utf8',
    });
    return stdout;
  }
}

/** When a file last changed, by the file system; null where it is not there. */
export async function changedAt(workdir: string, path: string): Promise<bigint | null> {
  try {
    return (await lstat(join(workdir, path), { bigint: true })).mtimeNs;
  } catch {
    return null;
  }
}

/** The git repositories in a folder, as paths of their `.git`, a few levels deep. */
export async function gitDirs(folder: string, depth = 0): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name === '.git') found.push(path);
    else if (entry.isDirectory() && depth < MAX_GIT_DIR_DEPTH && entry.name !== 'node_modules')
      found.push(...(await gitDirs(path, depth + 1)));
  }
  return found;
}
