// All that a run changed, as it was recorded, applied to a copy of the files that the run began with. Refuses, by the
// file's name, what was not recorded whole, and what does not come to the files that the run's own last look found.
// Writes through no link and into no `.git`.
import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isComputed, type ScoreRecord } from '../../shared/score.ts';
import { applyPatch, type FilePatch, PatchError, type PatchedFile } from './patch.ts';

/** Larger files are not read by a recording either. */
const MAX_FILE_BYTES = 16 * 2 ** 20;
const MAX_PATCHED_CHARS = 2 ** 28;

/** The run's last look: every path whose file was another one than at its start. @throws PatchError where nobody looked */
export function changedPaths(scores: readonly ScoreRecord[]): ReadonlySet<string> {
  const blast = scores.find(({ axis }) => axis === 'blast_radius');
  if (blast === undefined || !isComputed(blast.scorer))
    throw new PatchError('nobody looked at its files from outside: what changed is only what its agent told');
  const lists = ['added', 'removed', 'modified', 'agent_files'].map((key) => blast.values[key]);
  if (!lists.every((list) => Array.isArray(list)))
    throw new PatchError('its files could not be looked at while it ran');
  return new Set(lists.flat().filter((path) => typeof path === 'string'));
}

/**
 * Makes of a copy of what the run began with what it left behind.
 * @param changes in order of time
 * @param expected what `changedPaths` says
 * @throws PatchError where something is not there whole, or not as recorded
 */
export function applyKeptPatch(
  folder: string,
  changes: readonly FilePatch[],
  expected: ReadonlySet<string>,
): void {
  const before = new Map<string, PatchedFile | null>();
  const after = new Map<string, PatchedFile | null>();
  let chars = 0;
  for (const change of changes) {
    const { path } = change;
    if (!after.has(path)) {
      const file = readFile(folder, path);
      before.set(path, file);
      after.set(path, file);
    }
    const patched = applyPatch(after.get(path) ?? null, change);
    chars += patched?.text?.length ?? 0;
    if (chars > MAX_PATCHED_CHARS) throw new PatchError('its changes are too many to be applied');
    after.set(path, patched);
  }
  const changed = [...after].filter(([path, file]) => differs(before.get(path) ?? null, file));
  checkExpected(new Set(changed.map(([path]) => path)), expected);
  // What goes makes room first: a file may have become a folder.
  for (const [path, file] of changed) if (file === null) rmSync(join(folder, path), { force: true });
  for (const [path, file] of changed) if (file !== null) writeFile(folder, path, file);
}

function differs(before: PatchedFile | null, after: PatchedFile | null): boolean {
  return before?.text !== after?.text || before?.isExecutable !== after?.isExecutable;
}

function checkExpected(changed: ReadonlySet<string>, expected: ReadonlySet<string>): void {
  for (const path of expected)
    if (!changed.has(path)) throw new PatchError(`${path} changed, and its change was not recorded`);
  for (const path of changed)
    if (!expected.has(path))
      throw new PatchError(
        `${path} comes out changed, and was not at the run’s end: the run began with other files`,
      );
}

function readFile(folder: string, path: string): PatchedFile | null {
  if (!checkPath(folder, path)) return null;
  const file = join(folder, path);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isFile()) throw new PatchError(`${path} is no regular file where the run began`);
  if (stats.size > MAX_FILE_BYTES) throw new PatchError(`${path} is too large to be patched`);
  return { text: textOf(readFileSync(file)), isExecutable: (stats.mode & 0o111) !== 0 };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * @returns whether the folder that it lies in is there
 * @throws PatchError where it lies not below the folder, or part of the way is a link
 */
function checkPath(folder: string, path: string): boolean {
  const parts = path.split('/');
  const isOdd = (part: string) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part);
  if (path.length > 4096 || path.includes('\0') || path.includes('\\') || parts.some(isOdd))
    throw new PatchError(`${JSON.stringify(path.slice(0, 200))} is no path below the working directory`);
  let at = folder;
  for (const part of parts.slice(0, -1)) {
    at = join(at, part);
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) throw new PatchError(`the way to ${path} leads through a link`);
    if (!stats?.isDirectory()) return false;
  }
  return true;
}

function writeFile(folder: string, path: string, { text, isExecutable }: PatchedFile): void {
  const file = join(folder, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text ?? '');
    chmodSync(file, isExecutable ? 0o755 : 0o644);
  } catch (error) {
    throw new PatchError(`${path} cannot be written: ${(error as Error).message}`);
  }
}
