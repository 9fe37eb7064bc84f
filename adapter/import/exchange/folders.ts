// Folders that are recordings by themselves, told by the files in them. Adding a kind is one line here.
import type { ImportEntry, Workshop } from '../format.ts';
import { importHarborTrial } from './harbor-trial.ts';

const readers = [importHarborTrial];

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
