// What the files of a working directory said, kept for diffs: texts go into one file in a folder of ours, each
// once, by the hash of its bytes. A diff is made by git between two files of that folder. git runs there and
// nowhere else: it sees no repository, configuration, attribute or name of the working directory.
import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOutside } from '../outside-program.ts';

const run = promisify(execFile);

const MAX_STORED_BYTES = 2 ** 30;
const MAX_DIFF_CHARS = 400_000;
const MAX_DIFF_MS = 10_000;
/** git calls a file binary that has a NUL in so many of its first bytes. */
const BINARY_LOOK_BYTES = 8000;

export interface StoredFile {
  /** The hash of its bytes. */
  readonly content: string;
  readonly mode: keyof typeof gitModes;
}

const gitModes = { file: '100644', executable: '100755', link: '120000' } as const;

interface Place {
  readonly offset: number;
  readonly length: number;
}

export class ContentStore {
  readonly #dir: string;
  readonly #git: string;
  readonly #file: number;
  readonly #places = new Map<string, Place>();
  #size = 0;
  /** Texts that are not kept, for the store is full. */
  leftOut = 0;

  private constructor(dir: string, git: string) {
    this.#dir = dir;
    this.#git = git;
    this.#file = openSync(join(dir, 'contents'), 'wx+', 0o600);
  }

  /**
   * @param dir an empty folder of ours
   * @throws the error of git, or ENOENT where there is none outside the working directory
   */
  static async create(
    dir: string,
    workdir: string,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<ContentStore> {
    const git = findOutside(workdir, 'git', env.PATH ?? '');
    if (git === null) throw new Error('there is no git outside the working directory');
    const store = new ContentStore(dir, git);
    await store.#run('init', '--quiet', '--bare', '--template=', 'repository.git');
    return store;
  }

  /** Keeps a text; bytes that are none, and what has no room, are known by their hash alone. */
  put(hash: string, bytes: Buffer): void {
    if (this.#places.has(hash) || bytes.subarray(0, BINARY_LOOK_BYTES).includes(0)) return;
    if (this.#size + bytes.length > MAX_STORED_BYTES) {
      this.leftOut++;
      return;
    }
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#file, bytes, at, bytes.length - at, this.#size + at);
    this.#places.set(hash, { offset: this.#size, length: bytes.length });
    this.#size += bytes.length;
  }

  /**
   * The unified diff of two files, with git's own header where it says more than their lines do: a mode that is not a
   * plain file's, a file that is empty. Null where one is no text or was not kept, nothing differs, or it is long.
   * @param before null where there was no file
   */
  async diff(before: StoredFile | null, after: StoredFile | null, path: string): Promise<string | null> {
    const header = headerOf(before, after, path);
    if (before?.content === after?.content) return header === '' ? null : header;
    const [old, young] = [this.#bytesOf(before), this.#bytesOf(after)];
    if (old === null || young === null) return null;
    const hunks =
      old.length === 0 || young.length === 0 ? wholeHunk(old, young) : await this.#hunks(old, young);
    if (hunks.length > MAX_DIFF_CHARS) return null;
    if (hunks === '') return isEmpty(old, young) ? gitHeader(before, after, path) : null;
    const oldName = before === null ? '/dev/null' : quoted(`a/${path}`);
    const newName = after === null ? '/dev/null' : quoted(`b/${path}`);
    return `${header}--- ${oldName}\n+++ ${newName}\n${hunks}`;
  }

  close(): void {
    closeSync(this.#file);
  }

  async #hunks(old: Buffer, young: Buffer): Promise<string> {
    await writeFile(join(this.#dir, 'before'), old);
    await writeFile(join(this.#dir, 'after'), young);
    const options = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--text', '--unified=3'];
    const text = await this.#run('diff', '--no-index', ...options, '--', 'before', 'after').catch(
      // Exit code 1 is its way to say that they differ.
      (error: { code?: unknown; stdout?: string }) => (error.code === 1 ? (error.stdout ?? '') : ''),
    );
    const at = text.search(/^@@ /m);
    return at < 0 ? '' : text.slice(at);
  }

  /** @param file null where there is none; the answer is null where its content was not kept */
  #bytesOf(file: StoredFile | null): Buffer | null {
    if (file === null) return Buffer.alloc(0);
    const place = this.#places.get(file.content);
    if (!place) return null;
    const bytes = Buffer.alloc(place.length);
    readSync(this.#file, bytes, 0, place.length, place.offset);
    return bytes;
  }

  async #run(...args: string[]): Promise<string> {
    const { stdout } = await run(this.#git, args, {
      cwd: this.#dir,
      env: {
        LC_ALL: 'C',
        HOME: this.#dir,
        ...(args[0] === 'init' ? {} : { GIT_DIR: join(this.#dir, 'repository.git') }),
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ATTR_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
      },
      maxBuffer: 64 * 2 ** 20,
      timeout: MAX_DIFF_MS,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    });
    return stdout;
  }
}

/** What no line of a diff says; '' where its lines say all. */
function headerOf(before: StoredFile | null, after: StoredFile | null, path: string): string {
  const isPlain =
    before === null || after === null ? (before ?? after)?.mode === 'file' : before.mode === after.mode;
  return isPlain ? '' : gitHeader(before, after, path);
}

function gitHeader(before: StoredFile | null, after: StoredFile | null, path: string): string {
  const [old, young] = [before && gitModes[before.mode], after && gitModes[after.mode]];
  const modes =
    old === null
      ? `new file mode ${young}\n`
      : young === null
        ? `deleted file mode ${old}\n`
        : `old mode ${old}\nnew mode ${young}\n`;
  return `diff --git ${quoted(`a/${path}`).trimEnd()} ${quoted(`b/${path}`).trimEnd()}\n${modes}`;
}

function isEmpty(old: Buffer, young: Buffer): boolean {
  return old.length === 0 && young.length === 0;
}

/** The only hunk of a diff from or to nothing. */
function wholeHunk(old: Buffer, young: Buffer): string {
  const sign = old.length > 0 ? '-' : '+';
  const text = (old.length > 0 ? old : young).toString('utf8');
  if (text === '' || text.length > MAX_DIFF_CHARS) return '';
  const lines = text.split('\n');
  const isClosed = lines.at(-1) === '';
  if (isClosed) lines.pop();
  const range = lines.length === 1 ? '1' : `1,${lines.length}`;
  const header = old.length > 0 ? `@@ -${range} +0,0 @@` : `@@ -0,0 +${range} @@`;
  const end = isClosed ? '' : '\\ No newline at end of file\n';
  return `${header}\n${lines.map((line) => `${sign}${line}\n`).join('')}${end}`;
}

const escapes: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

/** A name as git writes it above a diff. */
function quoted(name: string): string {
  const special = /[\u0000-\u001f\u007f"\\]/g;
  if (name.search(special) < 0) return name.includes(' ') ? `${name}\t` : name;
  const octal = (char: string): string => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `"${name.replace(special, (char) => escapes[char] ?? octal(char))}"`;
}
