// Archives that are recordings by themselves, told by their content. Adding a kind is one line here.
import { open, stat } from 'node:fs/promises';
import type { ImportEntry, ImportOptions } from '../format.ts';
import { unreadable } from '../text-file.ts';
import { importInspectArchive, inspectLog, isInspectArchive } from './inspect-log.ts';
import { ZipFile } from './zip.ts';

const readers = [importInspectArchive];
const ZIP = Buffer.from('PK\x03\x04');

/** Imports an archive; null where the file is none, or a folder that was packed. @throws ImportError */
export async function importArchive(
  file: string,
  options: ImportOptions,
): Promise<readonly ImportEntry[] | null> {
  if (!(await beginsLikeZip(file))) return null;
  const zip = await ZipFile.open(file, options.wholeBytes);
  try {
    for (const read of readers) {
      const entries = await read(file, zip, options);
      if (entries !== null) return entries;
    }
  } finally {
    zip.close();
  }
  return null;
}

/** What an archive that is a recording by itself holds, for people; null where the file is none. @throws ImportError */
export async function archiveWords(file: string): Promise<string | null> {
  if (!(await beginsLikeZip(file))) return null;
  const zip = await ZipFile.open(file);
  try {
    return isInspectArchive(zip) ? inspectLog.words : null;
  } finally {
    zip.close();
  }
}

async function beginsLikeZip(file: string): Promise<boolean> {
  try {
    // A pipe would be waited for.
    if (!(await stat(file)).isFile()) return false;
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0);
      return buffer.equals(ZIP);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}
