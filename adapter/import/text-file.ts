// A file's text, up to a size that can be parsed, with what went wrong in words. Interprets nothing.
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { ImportError } from './import-error.ts';
import { type Unpacked, unpacked } from './packed.ts';

/** Of one file or one run. To read a session takes the file eight times over: 60 MB took 487 MB. */
export const WHOLE_BYTES = 64 * 2 ** 20;
/** Whoever has the memory may ask for so much: a string of V8 holds 512 MiB at most. */
export const MAX_WHOLE_BYTES = 256 * 2 ** 20;

/** @throws ImportError where the file cannot be read, or is larger than `wholeBytes` */
export async function readText(file: string, wholeBytes?: number): Promise<string> {
  return textOf((await readBytes(file, wholeBytes)).bytes);
}

/** UTF-8, or UTF-16 where a byte order mark says so, as PowerShell writes what it redirects. */
export function textOf(bytes: Buffer): string {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(bytes);
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** A file's bytes, unpacked. @throws ImportError where it cannot be read, or is larger than `wholeBytes` */
export async function readBytes(file: string, wholeBytes = WHOLE_BYTES): Promise<Unpacked> {
  try {
    const stats = await stat(file);
    const { size } = stats;
    // A pipe would be waited for, a device never ends. Standard input is one that was asked for.
    if (!stats.isFile() && !stats.isDirectory() && !/^\/(?:dev|proc)\//.test(file))
      throw new ImportError('unreadable', file, 'is no regular file');
    if (size > wholeBytes)
      throw new ImportError(
        'unreadable',
        file,
        `is larger than the ${inMib(wholeBytes)} that import reads of such a file at once (${size} bytes); nothing of it was loaded${moreHelp(wholeBytes)}`,
      );
    return unpacked(file, await readFile(file), wholeBytes);
  } catch (error) {
    throw error instanceof ImportError ? error : unreadable(file, error);
  }
}

/** "64 MiB". */
export function inMib(bytes: number): string {
  return `${Math.round((bytes / 2 ** 20) * 100) / 100} MiB`;
}

function moreHelp(wholeBytes: number): string {
  if (wholeBytes >= MAX_WHOLE_BYTES) return '';
  return `. --read-whole ${MAX_WHOLE_BYTES / 2 ** 20}MiB reads up to that, in some eight times as much memory`;
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
