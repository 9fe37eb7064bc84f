// The changes of a run by file and the files by folder, in the order in which they stand in a tree, and where a playhead
// is among them. Does not read a diff but to count its lines.
import type { FileChangeJson } from '../../../shared/wire.ts';
import { offsetNs } from '../trace/offset.ts';
import { diffTally } from './diff-tally.ts';

export interface PlacedChange {
  readonly change: FileChangeJson;
  /** Nanoseconds from the clock's zero; null where the cell has no clock. */
  readonly tNs: number | null;
  readonly tally: Tally | null;
  /** Its place among all changes of the run. */
  readonly index: number;
}

export interface Tally {
  readonly added: number;
  readonly removed: number;
}

export interface ChangedFile {
  readonly path: string;
  readonly changes: readonly PlacedChange[];
}

export interface ChangedFolder {
  /** Without a slash at its end; '' for files that lie in none. */
  readonly path: string;
  readonly files: readonly ChangedFile[];
}

/** Files in the order in which they were first touched. */
export function changedFiles(
  changes: readonly FileChangeJson[],
  clockStartNs: string | null,
): readonly ChangedFile[] {
  const files = new Map<string, PlacedChange[]>();
  for (const [index, change] of changes.entries()) {
    const placed: PlacedChange = {
      change,
      tNs: clockStartNs === null ? null : Math.max(0, offsetNs(change.timeNs, clockStartNs)),
      tally: change.diff === null ? null : diffTally(change.diff),
      index,
    };
    const known = files.get(change.path);
    if (known) known.push(placed);
    else files.set(change.path, [placed]);
  }
  return [...files].map(([path, own]) => ({ path, changes: own }));
}

/** Index of the last change at or before a moment, -1 before all. */
export function lastChangeAt(
  changes: readonly FileChangeJson[],
  clockStartNs: string | null,
  tNs: number,
): number {
  if (clockStartNs === null) return -1;
  return changes.findLastIndex((change) => Math.max(0, offsetNs(change.timeNs, clockStartNs)) <= tNs);
}

/** Folders and the files in each by name. */
export function folderTree(files: readonly ChangedFile[]): ChangedFolder[] {
  const folders = new Map<string, ChangedFile[]>();
  for (const file of files) {
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
    const known = folders.get(folder);
    if (known) known.push(file);
    else folders.set(folder, [file]);
  }
  const byName = (a: { path: string }, b: { path: string }) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
  return [...folders].map(([path, own]) => ({ path, files: own.sort(byName) })).sort(byName);
}

/** Lines of the changes together; null where none of them tells. */
export function tallyOf(changes: readonly PlacedChange[]): Tally | null {
  const told = changes.flatMap(({ tally }) => tally ?? []);
  if (told.length === 0) return null;
  return told.reduce((sum, one) => ({ added: sum.added + one.added, removed: sum.removed + one.removed }));
}
