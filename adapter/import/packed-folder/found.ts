// What an import would load, before anything is sent: of each format how many, and where the first of them lies. Reads every
// file as the import will, and asks no collector.
import { archiveWords } from '../exchange/archives.ts';
import { knownFolderWords } from '../exchange/folders.ts';
import { walkFolder } from '../folder.ts';
import { formatNamed } from '../formats.ts';
import { ImportError } from '../import-error.ts';
import { largeFileWords } from '../large/large-file.ts';
import { SessionPieces } from '../session-pieces.ts';
import { isFolder, readFolder, readSources } from '../source.ts';
import { unpackFolder } from './packed-folder.ts';

export interface Found {
  readonly words: string;
  count: number;
  readonly first: string;
}

export interface FoundReport {
  readonly found: readonly Found[];
  /** Files in no format that is known. */
  readonly passed: number;
  readonly problems: readonly string[];
}

export async function findRecordings(paths: readonly string[]): Promise<FoundReport> {
  const finder = new Finder();
  for (const path of paths)
    await finder.attempt(async () => {
      const packed = (await archiveWords(path)) === null ? await unpackFolder(path) : null;
      if (packed === null) return finder.look(path);
      if (packed.problem !== null) finder.problems.push(packed.problem.message);
      try {
        await finder.lookThrough(packed.path, (file) => file.replace(packed.path, path));
      } finally {
        await packed.remove();
      }
    });
  return { found: finder.found, passed: finder.passed, problems: finder.problems };
}

class Finder {
  readonly #found = new Map<string, Found>();
  readonly problems: string[] = [];
  readonly #pieces = new SessionPieces();
  passed = 0;

  get found(): Found[] {
    const pieces = this.#pieces.sessions().length;
    if (pieces > 0) this.#add('a session kept as many files', 'its folder', pieces);
    return [...this.#found.values()];
  }

  async look(path: string): Promise<void> {
    if (await isFolder(path)) return this.lookThrough(path, (file) => file);
    await this.#lookAtFile(path, path, false);
  }

  async lookThrough(root: string, called: (file: string) => string): Promise<void> {
    await walkFolder(root, async ({ path, files }) => {
      const words = await knownFolderWords(path, files);
      if (words !== null) this.#add(words, called(path));
      let isWhole = words !== null;
      await this.attempt(async () => {
        const one = isWhole ? null : await readFolder(path);
        if (one !== null) this.#add(one.format.words, called(path));
        isWhole ||= one !== null;
      });
      if (!isWhole) for (const file of files) await this.#lookAtFile(file, called(file), true);
      return !isWhole;
    });
  }

  /** Expected failures become problems. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      this.problems.push(error.message);
    }
  }

  async #lookAtFile(file: string, called: string, isInFolder: boolean): Promise<void> {
    await this.attempt(async () => {
      try {
        const words = (await archiveWords(file)) ?? (await largeFileWords(file));
        if (words !== null) return this.#add(words, called);
        for (const { format } of await readSources(file, { pieces: isInFolder ? this.#pieces : null }))
          this.#add(formatNamed(format.name)?.words ?? format.name, called);
      } catch (error) {
        if (isInFolder && error instanceof ImportError && error.code === 'unknown_format') this.passed++;
        else throw error;
      }
    });
  }

  #add(words: string, first: string, count = 1): void {
    const known = this.#found.get(words);
    if (known === undefined) this.#found.set(words, { words, count, first });
    else known.count += count;
  }
}

/** A line a format. */
export function foundLines({ found, passed }: FoundReport): string[] {
  const lines = found.map(
    ({ words, count, first }) => `${count} × ${words}: ${first}${count > 1 ? ', …' : ''}`,
  );
  return passed === 0 ? lines : [...lines, `${passed} files in no format that Playhead knows`];
}
