// Imports a folder of recordings: each manifest and each conversation in it by itself, the files of agents run by run
// wherever they lie, and a terminal or scores with the run beside them. What is no recording is told in one line.
import { relative, resolve } from 'node:path';
import { importArchive } from './exchange/archives.ts';
import { importKnownFolder } from './exchange/folders.ts';
import { failedEntry } from './failed-entry.ts';
import { walkFolder } from './folder.ts';
import type { ImportEntry, Source, Workshop } from './format.ts';
import { ImportError } from './import-error.ts';
import { importLargeFile } from './large/large-file.ts';
import { planLoose } from './loose-files.ts';
import { SessionPieces } from './session-pieces.ts';
import { knownWords, readFolder, readSources, sessionSources } from './source.ts';
import { WHOLE_BYTES } from './text-file.ts';

/** Names of passed files that are told. */
const MAX_NAMES = 5;

/** @throws ImportError where the folder holds nothing that is known */
export async function importFolder(root: string, workshop: Workshop): Promise<ImportEntry[]> {
  const folder = new FolderImport(root, workshop);
  await walkFolder(root, ({ path, files }) => folder.visit(path, files));
  return folder.finish();
}

class FolderImport {
  readonly #root: string;
  readonly #workshop: Workshop;
  readonly #entries: ImportEntry[] = [];
  readonly #passed: string[] = [];
  /** Files of agents that wait for others of their session, which may lie in another folder. */
  #waiting: Source[] = [];
  #chars = 0;
  /** What belongs to sessions that are kept as many files: they are whole when all was seen. */
  readonly #pieces: SessionPieces;
  readonly #wholeBytes: number;

  constructor(root: string, workshop: Workshop) {
    this.#root = root;
    this.#workshop = workshop;
    this.#wholeBytes = workshop.options.wholeBytes ?? WHOLE_BYTES;
    this.#pieces = new SessionPieces(this.#wholeBytes);
  }

  /** @returns whether what is below the folder is still to be visited */
  async visit(path: string, files: readonly string[]): Promise<boolean> {
    try {
      const known = await importKnownFolder(path, files, this.#workshop);
      if (known !== null) {
        this.#entries.push(...known);
        return false;
      }
      const one = await readFolder(path, this.#wholeBytes);
      if (one !== null) {
        await this.#take([one]);
        return false;
      }
    } catch (error) {
      this.#entries.push(failedEntry(error));
      return false;
    }
    const sources: Source[] = [];
    for (const file of files) sources.push(...(await this.#read(file)));
    await this.#take(sources);
    return true;
  }

  async finish(): Promise<ImportEntry[]> {
    await this.#flush();
    await this.#putTogether();
    const count = this.#passed.length;
    if (this.#entries.length === 0)
      throw new ImportError(
        'unknown_format',
        this.#root,
        `is a folder without a recording that Playhead knows (${count} files looked at). ${knownWords()}`,
      );
    if (count === 0) return this.#entries;
    const names = this.#passed.slice(0, MAX_NAMES).map((file) => relative(this.#root, file));
    const more = count > MAX_NAMES ? ', …' : '';
    const detail = `${count} files in no format that Playhead knows were passed by: ${names.join(', ')}${more}`;
    const passed = { file: this.#root, format: null, cellId: null, detail, lines: null, error: null };
    return [...this.#entries, { ...passed, outcome: 'passed' }];
  }

  async #read(file: string): Promise<Source[]> {
    if (this.#workshop.claimed.has(resolve(file))) return [];
    try {
      const archived = await importArchive(file, this.#workshop.options);
      if (archived !== null) {
        this.#entries.push(...archived);
        return [];
      }
      // What can be read at once may be one of several files of a run.
      const large = await importLargeFile(file, this.#workshop.options, this.#wholeBytes + 1);
      if (large !== null) {
        this.#entries.push(large);
        return [];
      }
      return await readSources(file, { pieces: this.#pieces, wholeBytes: this.#wholeBytes });
    } catch (error) {
      if (error instanceof ImportError && error.code === 'unknown_format') this.#passed.push(file);
      else this.#entries.push(failedEntry(error));
      return [];
    }
  }

  /** The sources of one folder. */
  async #take(sources: readonly Source[]): Promise<void> {
    const own = sources.filter(({ format }) => format.phase === 'own');
    const others = sources.filter(({ format }) => format.phase !== 'own');
    for (const source of own)
      if (source.format.phase === 'own')
        this.#entries.push(...(await source.format.import(source, this.#workshop)));
    if (others.some(({ format }) => format.phase !== 'run')) return this.#import(others);
    this.#waiting.push(...others);
    this.#chars += others.reduce((sum, { text }) => sum + text.length, 0);
    if (this.#chars > this.#wholeBytes) await this.#flush();
  }

  async #putTogether(): Promise<void> {
    const sessions = this.#pieces.sessions();
    if (sessions.length === 0) return;
    try {
      await this.#import(sessionSources(this.#root, sessions, this.#pieces.modifiedNs, []));
    } catch (error) {
      this.#entries.push(failedEntry(error));
    }
  }

  async #flush(): Promise<void> {
    const sources = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    await this.#import(sources);
  }

  async #import(sources: readonly Source[]): Promise<void> {
    const { options, importCell } = this.#workshop;
    for (const plan of planLoose(sources, options.cellId)) this.#entries.push(...(await importCell(plan)));
  }
}
