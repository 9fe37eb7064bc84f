// What edits come to: lines that were added and not removed again, and the other way about, by file. Two ways to one
// text are equal in it. Does not know steps or runs.
import { samePath } from '../why/code-under-test.ts';
import type { FileEdit } from './run-steps.ts';

/** Files as both runs call them: paths that end alike are one file's, and have the first one's name. */
export class FileNames {
  readonly #known = new Map<string, string>();
  /** By the last part of the path: there are few of each. */
  readonly #byEnd = new Map<string, string[]>();

  of(path: string): string {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const end = path.slice(path.lastIndexOf('/') + 1);
    const others = this.#byEnd.get(end) ?? [];
    const name = others.find((other) => samePath(other, path)) ?? path;
    if (name === path) this.#byEnd.set(end, [...others, path]);
    this.#known.set(path, name);
    return name;
  }
}

/** The net of one list of edits against another's; empty where both come to the same. */
export class NetLines {
  readonly #counts = new Map<string, number>();
  /** Whether a diff was missing: nothing can be said then. */
  #isUnknown = false;

  /** @param by 1 for the one list, -1 for the other */
  add({ lines }: FileEdit, file: string, by: 1 | -1): void {
    if (lines === null) this.#isUnknown = true;
    for (const line of lines ?? []) {
      const key = `${file}\n${line.slice(1)}`;
      const count = (this.#counts.get(key) ?? 0) + (line.startsWith('+') ? by : -by);
      if (count === 0) this.#counts.delete(key);
      else this.#counts.set(key, count);
    }
  }

  /** null where it is not known. */
  get isEqual(): boolean | null {
    return this.#isUnknown ? null : this.#counts.size === 0;
  }
}
