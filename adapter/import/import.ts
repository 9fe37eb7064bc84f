// Imports recordings made elsewhere: `playhead import FILE…` and the examples of `serve --demo`. Sorts
// the files into cells and reports, file by file, what was loaded, what was not, and why. Prints nothing
// and never ends the process: that is the command line's.
import { dirname, join } from 'node:path';
import { cellIdProblem } from '../../shared/cell-id.ts';
import type { ClientOptions } from '../sdk/collector-client.ts';
import { CollectorError, checkReachable } from '../sdk/collector-client.ts';
import { groupRuns, holdsRun, readRun } from './agent-run.ts';
import type { CellPlan, ImportEntry, PlacedSource } from './cell-import.ts';
import { importCell } from './cell-import.ts';
import { formatNames } from './format.ts';
import { ImportError } from './import-error.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest.ts';
import { importSheet } from './sheet-import.ts';
import type { Source } from './source.ts';
import { isFolder, readFolder, readSource } from './source.ts';
import { importSpool } from './spool-import.ts';

export interface ImportOptions extends ClientOptions {
  /** The cell of all files, whatever they or a manifest say. */
  readonly cellId?: string | undefined;
}

export interface ImportReport {
  readonly entries: readonly ImportEntry[];
  /** The cells that something was loaded into. */
  readonly cells: readonly string[];
  /** One line for people per file that was loaded. */
  readonly lines: readonly string[];
  /** One line per file that was not, with its name and the reason. Empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Imports files; a folder stands for the `cell.json` in it. A bad file is reported and does not stop the
 * others.
 * @throws ImportError where `cellId` is no cell id.
 */
export async function importFiles(paths: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const wrong = options.cellId === undefined ? null : cellIdProblem(options.cellId);
  if (wrong !== null)
    throw new ImportError('no_cell', `the cell id ${JSON.stringify(options.cellId)}`, wrong);
  try {
    await checkReachable(options);
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    return report(paths.map((path) => failure(new ImportError(error.code, path, error.message, error))));
  }
  const entries: ImportEntry[] = [];
  const loose: Source[] = [];
  for (const path of paths) {
    try {
      const source = (await isFolder(path)) ? await readFolder(path) : await readSource(path);
      if (source.format === 'manifest') entries.push(...(await importManifest(source, options)));
      else if (source.format === 'score-sheet') entries.push(...(await importSheet(source, options)));
      else if (source.format === 'spool') entries.push(await importSpool(source, options));
      else loose.push(source);
    } catch (error) {
      entries.push(failure(error));
    }
  }
  for (const plan of planLoose(loose, options.cellId)) entries.push(...(await importCell(plan, options)));
  return report(entries);
}

async function importManifest(source: Source, options: ImportOptions): Promise<ImportEntry[]> {
  const manifest: Manifest = readManifest(source.text, source.file);
  const entries: ImportEntry[] = [];
  const sources: PlacedSource[] = [];
  for (const record of manifest.records) {
    try {
      const { startOffsetMs, timing, note } = record;
      const read = await readSource(join(dirname(source.file), record.file), record.as);
      if (read.format === 'manifest')
        throw new ImportError('bad_content', read.file, 'is a manifest; a manifest lists no others');
      if (read.format === 'score-sheet')
        throw new ImportError('bad_content', read.file, 'is a score sheet, which names its own cells');
      sources.push({ ...read, startOffsetMs, timing, note });
    } catch (error) {
      entries.push(failure(error));
    }
  }
  const cell = options.cellId === undefined ? manifest.cell : { ...manifest.cell, cellId: options.cellId };
  const plan = { cell, sources, phases: manifest.phases, manifest: source.file };
  return [...entries, ...(await importCell(plan, options))];
}

/** Files without a manifest: one cell where it is named or there is one run, else a cell a run. */
function planLoose(sources: readonly Source[], cellId: string | undefined): CellPlan[] {
  const plan = (of: readonly Source[]): CellPlan => ({
    cell: cellId === undefined ? null : { cellId },
    sources: of,
    phases: [],
    manifest: null,
  });
  if (sources.length === 0) return [];
  const runs = sources.filter(holdsRun);
  if (cellId !== undefined || runs.length < 2) return [plan(sources)];
  const groups = groupRuns(runs.map(readRun)).map((group) => group.sources);
  const others = sources.filter((source) => !holdsRun(source));
  const [only, second] = groups;
  if (only !== undefined && second === undefined) return [plan([...only, ...others])];
  return [...groups.map(plan), ...(others.length > 0 ? [plan(others)] : [])];
}

function failure(error: unknown): ImportEntry {
  if (!(error instanceof ImportError)) throw error;
  const { file, message } = error;
  return { file, format: null, outcome: 'failed', cellId: null, detail: message, error };
}

function report(entries: readonly ImportEntry[]): ImportReport {
  const loaded = entries.filter(({ outcome }) => outcome === 'loaded');
  const cells = new Set(loaded.flatMap(({ cellId, cells }) => cells ?? (cellId === null ? [] : [cellId])));
  return {
    entries,
    cells: [...cells],
    lines: loaded.map(
      ({ file, format, cellId, detail }) =>
        `${file}: ${format === null ? '' : `${formatNames[format]}, `}${detail}${cellId === null ? '' : ` → ${cellId}`}`,
    ),
    problems: entries
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ detail, error }) => error?.message ?? detail),
  };
}
