// Whether the file at a path is still the one that was opened, and whole: SQLite goes on writing into one that was
// deleted, moved, replaced or cut short, and nobody would ever read it again. Does not open or close anything.
import { type BigIntStats, statSync } from 'node:fs';

export class FileIdentity {
  readonly #path: string;
  readonly #opened: BigIntStats | undefined;
  /** A database only grows while somebody has it open. */
  #largest = 0n;

  /** @param path a file that was opened just now; one that is in memory alone is always the same */
  constructor(path: string) {
    this.#path = path;
    this.#opened = statOf(path);
    this.#largest = this.#opened?.size ?? 0n;
  }

  isHere(): boolean {
    if (!this.#opened) return true;
    const now = statOf(this.#path);
    if (now === undefined || now.ino !== this.#opened.ino || now.dev !== this.#opened.dev) return false;
    if (now.size > this.#largest) this.#largest = now.size;
    return now.size === this.#largest;
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
