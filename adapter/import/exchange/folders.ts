// Folders that are recordings by themselves, told by the files in them. Adding a kind is a line in each list.
import type { ImportEntry, Workshop } from '../format.ts';
import { harborTrial, importHarborTrial, isHarborTrial } from './harbor-trial.ts';

const readers = [importHarborTrial];
const kinds = [{ name: harborTrial, words: 'a trial of Harbor', recognises: isHarborTrial }];

/** Imports a folder; null where it is none of these. */
export async function importKnownFolder(
  path: string,
  files: readonly string[],
  workshop: Workshop,
): Promise<readonly ImportEntry[] | null> {
  for (const read of readers) {
    const entries = await read(path, files, workshop);
    if (entries !== null) return entries;
  }
  return null;
}

/** What a folder is, for people; null where it is none of these. */
export async function knownFolderWords(path: string, files: readonly string[]): Promise<string | null> {
  for (const { words, recognises } of kinds) if (await recognises(path, files)) return words;
  return null;
}

/** What a kind of folder is called, for people; null where the name is none of these. */
export function folderWords(format: string | null): string | null {
  return kinds.find(({ name }) => name === format)?.words ?? null;
}
