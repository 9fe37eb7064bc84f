// Whether the file at a path is still the one that was opened: SQLite goes on writing into one that was deleted,
// moved or replaced, and nobody would ever read it again. Does not open or close anything.
import { type BigIntStats, statSync } from 'node:fs';

export class FileIdentity {
  readonly #path: string;
  readonly #opened: BigIntStats | undefined;

  /** @param path a file that was opened just now; one that is in memory alone is always the same */
  constructor(path: string) {
    this.#path = path;
    this.#opened = statOf(path);
  }

  isHere(): boolean {
    if (!this.#opened) return true;
    const now = statOf(this.#path);
    return now !== undefined && now.ino === this.#opened.ino && now.dev === this.#opened.dev;
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
