// Whether the files of a database are still those that were opened, and whole: SQLite goes on writing into ones that
// were deleted, moved, replaced or cut short, and nobody would ever read it again. The write-ahead log is measured by
// what SQLite says is committed in it. Does not open the database or its shared memory, nor close any of them: POSIX
// takes all locks of a process from a file that it closes once.
import { type BigIntStats, closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Sql } from './database.ts';

/** The first bytes of a write-ahead log; the last bit says in which order its checksums count. */
const WAL_MAGIC = 0x377f0682;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LOST = 'was deleted, moved, replaced or cut short';

export class FileIdentity {
  readonly #main: KnownFile;
  readonly #walPath: string;
  readonly #wal: KnownFile;
  readonly #shm: KnownFile;
  /** How many frames the log holds, as the connection knows; null where this cannot be told now. */
  readonly #frames: (() => number | null) | null;
  readonly #frameBytes: number = 0;

  /**
   * @param path a file that was opened just now; one that is in memory alone is always the same
   * @param db the connection that it was opened by; null where it cannot be written and nothing is looked at beside it
   */
  constructor(path: string, db: Sql | null) {
    this.#main = new KnownFile(path, true);
    this.#walPath = `${path}-wal`;
    // A log begins anew at any size: what it must hold is another question.
    this.#wal = new KnownFile(this.#walPath, false);
    this.#shm = new KnownFile(`${path}-shm`, true);
    if (db === null) {
      this.#frames = null;
      return;
    }
    const log = db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
    this.#frames = () => framesOf(() => log.get()?.log);
    this.#frameBytes = FRAME_HEADER_BYTES + Number(db.pragma('page_size', { simple: true }));
  }

  /** What happened to which file, as a sentence without a stop; null where all are here. */
  problem(): string | null {
    if (!this.#main.wasThere) return null;
    if (!this.#main.isHere()) return `the database file ${LOST}`;
    if (this.#frames === null) return null;
    if (!this.#shm.isHere()) return `the database's shared memory ${LOST}`;
    // Whoever folds the log between the two looks empties it: it is then asked for anew.
    const isWhole = this.#wal.isHere() && (this.#holdsItsFrames() || this.#holdsItsFrames());
    return isWhole ? null : `the database's write-ahead log ${LOST}`;
  }

  #holdsItsFrames(): boolean {
    const frames = this.#frames?.() ?? 0;
    if (frames <= 0) return true;
    const size = Number(statOf(this.#walPath)?.size ?? 0n);
    return size >= WAL_HEADER_BYTES + frames * this.#frameBytes && hasHead(this.#walPath);
  }
}

class KnownFile {
  readonly #path: string;
  readonly #grows: boolean;
  #known: BigIntStats | undefined;
  #largest = 0n;

  /** @param grows whether it never becomes smaller while somebody has it open */
  constructor(path: string, grows: boolean) {
    this.#path = path;
    this.#grows = grows;
    this.#known = statOf(path);
    this.#largest = this.#known?.size ?? 0n;
  }

  get wasThere(): boolean {
    return this.#known !== undefined;
  }

  /** One that was not there yet is known from when it is. */
  isHere(): boolean {
    const now = statOf(this.#path);
    this.#known ??= now;
    if (this.#known === undefined) return true;
    if (now === undefined || now.ino !== this.#known.ino || now.dev !== this.#known.dev) return false;
    if (now.size > this.#largest) this.#largest = now.size;
    return !this.#grows || now.size === this.#largest;
  }
}

/** Null where SQLite has it in use: the next look tells. */
function framesOf(ask: () => number | undefined): number | null {
  try {
    return ask() ?? null;
  } catch {
    return null;
  }
}

function hasHead(walPath: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const file = openSync(walPath, 'r');
    try {
      return readSync(file, head, 0, 4, 0) === 4 && (head.readUInt32BE() & ~1) === WAL_MAGIC;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // A folder above it that is no folder any more.
    return undefined;
  }
}
