// A file's text, up to a size that can be parsed, with what went wrong in words. Interprets nothing.
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { ImportError } from './import-error.ts';
import { type Unpacked, unpacked } from './packed.ts';

/** A string of V8 holds 512 MiB at most, and parsing needs the file several times over. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** @throws ImportError where the file cannot be read. */
export async function readText(file: string): Promise<string> {
  return textOf((await readBytes(file)).bytes);
}

/** UTF-8, or UTF-16 where a byte order mark says so, as PowerShell writes what it redirects. */
export function textOf(bytes: Buffer): string {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(bytes);
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** A file's bytes, unpacked. @throws ImportError where it cannot be read */
export async function readBytes(file: string): Promise<Unpacked> {
  try {
    const stats = await stat(file);
    const { size } = stats;
    // A pipe would be waited for, a device never ends. Standard input is one that was asked for.
    if (!stats.isFile() && !stats.isDirectory() && !/^\/(?:dev|proc)\//.test(file))
      throw new ImportError('unreadable', file, 'is no regular file');
    if (size > MAX_FILE_BYTES)
      throw new ImportError(
        'unreadable',
        file,
        `is larger than the 256 MiB that import reads of such a file (${size} bytes); nothing of it was loaded`,
      );
    return unpacked(file, await readFile(file), MAX_FILE_BYTES);
  } catch (error) {
    throw error instanceof ImportError ? error : unreadable(file, error);
  }
}

/**
 * Refuses a file that a manifest names and that links lead out of the manifest's folder.
 * @throws ImportError
 */
export async function checkInside(manifest: string, file: string): Promise<void> {
  let path: string;
  try {
    path = relative(await realpath(dirname(manifest)), await realpath(file));
  } catch (error) {
    throw unreadable(file, error);
  }
  if (path === '..' || path.startsWith(`..${sep}`) || path.startsWith(sep))
    throw new ImportError('unreadable', file, "leads out of the manifest's folder");
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
