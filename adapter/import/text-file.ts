// A file's text, up to a size that can be parsed, with what went wrong in words. Interprets nothing.
import { readFile, stat } from 'node:fs/promises';
import { ImportError } from './import-error.ts';

/** A string of V8 holds 512 MiB at most, and parsing needs the file several times over. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** @throws ImportError where the file cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES)
      throw new ImportError('unreadable', file, `is ${size} bytes long; ${MAX_FILE_BYTES} are read`);
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw error instanceof ImportError ? error : unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): ImportError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOENT'
      ? 'does not exist'
      : code === 'EISDIR'
        ? 'is a folder'
        : `cannot be read (${code ?? error})`;
  return new ImportError('unreadable', file, reason, error);
}
