// Reads a working directory that its agent may change at any moment, as data: every file by its bytes, every link
// by its own text, whatever the tree says of itself. Never follows a link, enters no `.git`, opens no pipe or
// device, and is bounded in files, bytes and time. Does not run anything, and holds no content.
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { descriptorPath } from '../../platform.ts';
import { bounds } from '../run-bounds.ts';
import type { ContentStore } from './content-store.ts';
import { IgnoreRules } from './ignore-rules.ts';

/** A larger file is known by its size and times, and not read. */
const MAX_FILE_BYTES = 16 * 2 ** 20;
/** So much is read in one look at most, in bytes and in time; further files are known by size and times. */
const MAX_READ_BYTES = 2 ** 30;
const MAX_READ_MS = 15_000;
/** A look that takes longer, or meets more files, fails. */
const MAX_LOOK_MS = bounds.firstLook.maxMs;
const MAX_FILES = 500_000;
const MAX_IGNORE_BYTES = 256 * 1024;
/** A file system's clock is so coarse that two writes within it have one time. */
const CLOCK_GRAIN_NS = 100_000_000n;
/** Others wait for this thread no longer than that. */
const SLICE_MS = 2;

export interface WatchedFile {
  readonly mode: 'file' | 'executable' | 'link';
  /** SHA-256 of its bytes; of a file that was not read, its size and times behind a `?`. */
  readonly content: string;
  /** Changes whenever the file may have. */
  readonly stamp: string;
  readonly mtimeNs: bigint;
  /** It may change within the grain of the clock, unseen by its stamp. */
  readonly unsure: boolean;
}

export interface Snapshot {
  /** By path from the working directory, its bytes as Latin-1. */
  readonly files: ReadonlyMap<string, WatchedFile>;
  /** Paths of all `.git`, folders or not. */
  readonly gitDirs: ReadonlySet<string>;
  /** Files known by size and times alone. */
  readonly unread: number;
  /** Folders and files that the file system did not show. */
  readonly refused: number;
}

interface Look {
  readonly files: Map<string, WatchedFile>;
  readonly gitDirs: Set<string>;
  readonly folders: string[];
  readonly before: Snapshot | null;
  readonly startMs: number;
  sliceMs: number;
  readBytes: number;
  unread: number;
  refused: number;
}

export class WorkdirScan {
  readonly #workdir: string;
  readonly #store: ContentStore;
  /** Those of the tree as it was before the agent: what it writes later hides nothing. */
  readonly #rules = new IgnoreRules();
  #isAbandoned = false;

  /** @param workdir absolute, without symbolic links */
  constructor(workdir: string, store: ContentStore) {
    this.#workdir = workdir;
    this.#store = store;
  }

  /** Ends a look under way, and every later one. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /**
   * The tree as it is now.
   * @param before the look before this one; null for the first, which learns what is ignored
   * @throws an error that says which bound was passed, or that the directory itself cannot be read
   */
  async look(before: Snapshot | null): Promise<Snapshot> {
    const nowMs = performance.now();
    const look: Look = {
      files: new Map(),
      gitDirs: new Set(),
      folders: [''],
      before,
      startMs: nowMs,
      sliceMs: nowMs,
      readBytes: 0,
      unread: 0,
      refused: 0,
    };
    for (let folder = look.folders.pop(); folder !== undefined; folder = look.folders.pop()) {
      try {
        await this.#folder(look, folder);
      } catch (error) {
        const { code } = error as { code?: string };
        if (folder === '' || code === undefined) throw error;
        if (code !== 'ENOENT') look.refused++;
      }
    }
    const { files, gitDirs, unread, refused } = look;
    return { files, gitDirs, unread, refused };
  }

  async #folder(look: Look, folder: string): Promise<void> {
    const opened = openFolder(this.#workdir, folder);
    try {
      if (look.before === null) this.#learnRules(opened.base, folder);
      const entries = opendirSync(opened.base, { encoding: 'buffer' as BufferEncoding });
      try {
        for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
          const name = Buffer.from(entry.name).toString('latin1');
          this.#entry(look, opened.base, folder === '' ? name : `${folder}/${name}`, name);
          await breathe(look);
          if (this.#isAbandoned) throw new Error('the look was given up');
        }
      } finally {
        entries.closeSync();
      }
    } finally {
      closeSync(opened.file);
    }
  }

  #learnRules(base: Buffer, folder: string): void {
    try {
      const bytes = readWhole(childOf(base, '.gitignore'), MAX_IGNORE_BYTES);
      if (bytes !== null) this.#rules.add(folder, bytes.toString('latin1'));
    } catch {
      // There is none.
    }
  }

  #entry(look: Look, base: Buffer, path: string, name: string): void {
    const at = childOf(base, name);
    try {
      const stats = lstatSync(at, { bigint: true });
      if (name === '.git') look.gitDirs.add(path);
      else if (this.#rules.isIgnored(path, stats.isDirectory())) return;
      else if (stats.isDirectory()) look.folders.push(path);
      // What is neither file nor link holds no content: pipes, sockets, devices.
      else if (stats.isFile() || stats.isSymbolicLink()) this.#file(look, at, path, stats);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined) throw error;
      if (code !== 'ENOENT') look.refused++;
    }
  }

  #file(look: Look, at: Buffer, path: string, stats: BigIntStats): void {
    if (look.files.size >= MAX_FILES) throw new Error(`there are more than ${MAX_FILES} files`);
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
    const mode = stats.isSymbolicLink() ? 'link' : (stats.mode & 0o111n) !== 0n ? 'executable' : 'file';
    const known = look.before?.files.get(path);
    const same = known?.stamp === stamp && known.mode === mode && !known.unsure;
    if (same) {
      if (known.content.startsWith('?')) look.unread++;
      look.files.set(path, known);
      return;
    }
    const unsure = BigInt(Date.now()) * 1_000_000n - stats.ctimeNs < CLOCK_GRAIN_NS;
    const content = this.#contentOf(look, at, mode, stats);
    if (content === null) look.unread++;
    look.files.set(path, {
      mode,
      content: content ?? `?${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`,
      stamp,
      mtimeNs: stats.mtimeNs,
      unsure: unsure && content !== null,
    });
  }

  /** Its hash, with the text stored; null where it is not to be read. */
  #contentOf(look: Look, at: Buffer, mode: WatchedFile['mode'], stats: BigIntStats): string | null {
    if (look.readBytes > MAX_READ_BYTES || performance.now() - look.startMs > MAX_READ_MS) return null;
    let bytes: Buffer | null = null;
    try {
      if (mode === 'link') bytes = readlinkSync(at, { encoding: 'buffer' });
      else if (stats.size <= MAX_FILE_BYTES) bytes = readWhole(at, MAX_FILE_BYTES);
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') throw error;
      return null; // Not ours to read: its size and times are known all the same.
    }
    if (bytes === null) return null;
    look.readBytes += bytes.length;
    const hash = createHash('sha256').update(bytes).digest('base64');
    this.#store.put(hash, bytes);
    return hash;
  }
}

/**
 * A folder held open, and the path by which its entries are reached. On Linux that path goes through the open
 * folder itself, so that nothing above it can be swapped for a link meanwhile; elsewhere it is the plain path,
 * which was seen to hold no link when it was opened.
 */
function openFolder(workdir: string, folder: string): { readonly file: number; readonly base: Buffer } {
  const path = Buffer.concat([
    Buffer.from(workdir),
    Buffer.from(folder === '' ? '' : `/${folder}`, 'latin1'),
  ]);
  const file = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const opened = descriptorPath(file);
    const base = opened === null ? path : Buffer.from(opened);
    const real =
      opened === null
        ? realpathSync(path, { encoding: 'buffer' })
        : readlinkSync(base, { encoding: 'buffer' });
    if (real.equals(path)) return { file, base };
    throw Object.assign(new Error('a folder was replaced while it was read'), { code: 'ELOOP' });
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function childOf(base: Buffer, name: string): Buffer {
  return Buffer.concat([base, Buffer.from(`/${name}`, 'latin1')]);
}

/** A regular file's bytes; null where it is none, or longer than asked for. */
function readWhole(path: Buffer, maxBytes: number): Buffer | null {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maxBytes) return null;
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Lets others run, and ends a look that takes too long. */
async function breathe(look: Look): Promise<void> {
  const nowMs = performance.now();
  if (nowMs - look.sliceMs < SLICE_MS) return;
  if (nowMs - look.startMs > MAX_LOOK_MS) throw new Error(`a look took longer than ${MAX_LOOK_MS / 1000} s`);
  await new Promise((resolve) => setImmediate(resolve));
  look.sliceMs = performance.now();
}
