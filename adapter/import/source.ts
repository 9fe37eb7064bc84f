// A file that is about to be imported: read once, its format told by its content. The only file of the
// room that touches the disk.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nsFromMs } from '../../shared/time.ts';
import { joinParts } from '../agents/reading/assemble.ts';
import type { RecordFormat } from './format.ts';
import { recogniseFormat } from './format.ts';
import { ImportError } from './import-error.ts';

export interface Source {
  readonly file: string;
  readonly text: string;
  readonly format: RecordFormat;
  /** When the file was last written. */
  readonly modifiedNs?: bigint | undefined;
}

/** A string of V8 holds 512 MiB at most, and parsing needs the file several times over. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Whether a path names a folder. @throws ImportError where there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

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

/**
 * Reads a file and tells its format.
 * @param as the format that a manifest claims, which is believed
 * @throws ImportError where it is unreadable or in no known format.
 */
export async function readSource(file: string, as: RecordFormat | null = null): Promise<Source> {
  const text = await readText(file);
  const modifiedNs = nsFromMs((await stat(file)).mtimeMs);
  if (as !== null) return { file, text, format: as, modifiedNs };
  const format = recogniseFormat(text);
  if (format === null)
    throw new ImportError('unknown_format', file, 'is in no format that Playhead knows; see docs/import.md');
  if (typeof format !== 'string') throw new ImportError('unknown_format', file, format.reason);
  return { file, text, format, modifiedNs };
}

const EVENT_FILE = /^event-\d{5,}-[^/]*\.json$/;

/**
 * Reads what a folder stands for: the `cell.json` in it, else a conversation kept as an event a file,
 * in the folder itself or in `events` below it.
 * @throws ImportError where it is neither.
 */
export async function readFolder(folder: string): Promise<Source> {
  const names = await readdir(folder);
  if (names.includes('cell.json')) return readSource(join(folder, 'cell.json'));
  const below = names.includes('events') ? join(folder, 'events') : folder;
  const events = (await readdir(below)).filter((name) => EVENT_FILE.test(name));
  if (events.length === 0)
    throw new ImportError('unknown_format', folder, 'is a folder without cell.json and without events');
  const parts: { path: string; text: string }[] = [];
  let chars = 0;
  for (const name of events) {
    const path = join(below, name);
    const text = await readText(path);
    chars += text.length;
    if (chars > MAX_FILE_BYTES)
      throw new ImportError('unreadable', folder, `holds more than ${MAX_FILE_BYTES} characters of events`);
    parts.push({ path, text });
  }
  const modifiedNs = nsFromMs((await stat(below)).mtimeMs);
  return { file: folder, text: joinParts(parts), format: 'agent-session', modifiedNs };
}

function unreadable(file: string, error: unknown): ImportError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOENT'
      ? 'does not exist'
      : code === 'EISDIR'
        ? 'is a folder'
        : `cannot be read (${code ?? error})`;
  return new ImportError('unreadable', file, reason, error);
}
