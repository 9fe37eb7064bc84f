// Imports recordings made elsewhere: `playhead import FILE…` and the examples of `serve --demo`. Sorts
// the files into cells and reports, file by file, what was loaded, what was not, and why. Prints nothing
// and never ends the process: that is the command line's.
import { CELL_ID_GRAMMAR, cellIdProblem } from '../../shared/cell-id.ts';
import { tallyWords } from '../agents/reading/line-account.ts';
import { checkReachable } from '../sdk/collector-client.ts';
import { importCell } from './cell-import.ts';
import { importArchive } from './exchange/archives.ts';
import { folderWords } from './exchange/folders.ts';
import { failedEntry, importErrorOf } from './failed-entry.ts';
import { importFolder } from './folder-import.ts';
import type { ImportEntry, ImportOptions, Source, Workshop } from './format.ts';
import { formatNamed, formats } from './formats.ts';
import { ImportError } from './import-error.ts';
import { importLargeFile } from './large/large-file.ts';
import { planLoose } from './loose-files.ts';
import { type PackedFolder, unpackFolder } from './packed-folder/packed-folder.ts';
import { isFolder, readFolder, readSource, readSources } from './source.ts';

export interface ImportReport {
  readonly entries: readonly ImportEntry[];
  /** The cells that something was loaded into. */
  readonly cells: readonly string[];
  /** One line for people per file that was loaded, and of a folder what was passed by. */
  readonly lines: readonly string[];
  /** One line per file that was not, with its name and the reason. Empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Imports files; a folder stands for the recordings in it. A bad file is reported and does not stop the
 * others.
 * @throws ImportError where `cellId` is no cell id.
 */
export async function importFiles(paths: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const wrong = options.cellId === undefined ? null : cellIdProblem(options.cellId);
  if (wrong !== null)
    throw new ImportError(
      'no_cell',
      `the cell id ${JSON.stringify(options.cellId)}`,
      `${wrong}; ${CELL_ID_GRAMMAR}`,
    );
  try {
    await checkReachable(options);
  } catch (error) {
    return report(paths.map((path) => failedEntry(importErrorOf(path, error))));
  }
  const workshop: Workshop = {
    options,
    formats: formats.map(({ name }) => name),
    read: (file, as) => readSource(file, as, options.wholeBytes),
    importCell: (plan) => importCell(plan, options),
    claimed: new Set(),
  };
  const entries: ImportEntry[] = [];
  const loose: Source[] = [];
  for (const path of paths) {
    try {
      const large = await importLargeFile(path, options);
      if (large !== null) {
        entries.push(large);
        continue;
      }
      const archived = await importArchive(path, options);
      if (archived !== null) {
        entries.push(...archived);
        continue;
      }
      const packed = await unpackFolder(path);
      if (packed !== null) {
        entries.push(...(await importPacked(path, packed, workshop)));
        continue;
      }
      const folder = await isFolder(path);
      const { wholeBytes } = options;
      const one = folder ? await readFolder(path, wholeBytes) : null;
      const sources = folder ? (one === null ? [] : [one]) : await readSources(path, { wholeBytes });
      if (folder && one === null) entries.push(...(await importFolder(path, workshop)));
      for (const source of sources) {
        const { format } = source;
        if (format.phase === 'own') entries.push(...(await format.import(source, workshop)));
        else loose.push(source);
      }
    } catch (error) {
      entries.push(failedEntry(error));
    }
  }
  for (const plan of planLoose(loose, options.cellId)) entries.push(...(await importCell(plan, options)));
  return report(entries);
}

/** What lies in an archive, called by its place there. */
async function importPacked(file: string, packed: PackedFolder, workshop: Workshop): Promise<ImportEntry[]> {
  try {
    const entries = packed.problem === null ? [] : [failedEntry(packed.problem)];
    entries.push(...(await importFolder(packed.path, workshop)));
    const named = (text: string) => text.replaceAll(packed.path, file);
    return entries.map((entry) => {
      const { error } = entry;
      const told =
        error === null
          ? null
          : new ImportError(
              error.code,
              named(error.file),
              named(error.message.slice(error.file.length + 2)),
              error,
            );
      return { ...entry, file: named(entry.file), detail: named(entry.detail), error: told };
    });
  } catch (error) {
    if (!(error instanceof ImportError) || packed.problem === null) throw error;
    return [failedEntry(packed.problem)];
  } finally {
    await packed.remove();
  }
}

function report(entries: readonly ImportEntry[]): ImportReport {
  const loaded = entries.filter(({ outcome }) => outcome === 'loaded');
  const cells = new Set(loaded.flatMap(({ cellId, cells }) => cells ?? (cellId === null ? [] : [cellId])));
  return {
    entries,
    cells: [...cells],
    lines: linesOf(entries.filter(({ outcome }) => outcome !== 'failed')),
    problems: entries
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ detail, error }) => error?.message ?? detail),
  };
}

/** More of one format are told in one line. */
const MAX_LINES = 20;

function linesOf(entries: readonly ImportEntry[]): string[] {
  const groups = Map.groupBy(entries, ({ outcome, format }) => `${outcome} ${format}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (group.length <= MAX_LINES || first === undefined) return group.map(lineOf);
    const cells = new Set(group.flatMap(({ cells: several, cellId }) => several ?? cellId ?? []));
    const words = formatNamed(first.format)?.words ?? folderWords(first.format) ?? 'files';
    return [`${group.length} × ${words} → ${cells.size} cells`, lineOf(first), '…'];
  });
}

function lineOf({ file, format, cellId, detail, lines }: ImportEntry): string {
  const words = formatNamed(format)?.words;
  // Entries that are all read are in the detail already.
  const isTold = lines === null || (lines.unit === 'entry' && lines.read === lines.total);
  const used = isTold ? '' : `; ${tallyWords(lines)}`;
  const cell = cellId === null ? '' : ` → ${cellId}`;
  return `${file}: ${words === undefined ? '' : `${words}, `}${detail}${used}${cell}`;
}
