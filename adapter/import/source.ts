// A file that is about to be imported: read once, its format told by its content. Parses nothing.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nsFromMs } from '../../shared/time.ts';
import { joinParts } from '../agents/reading/assemble.ts';
import { agentSession } from './agent-files.ts';
import type { Source } from './format.ts';
import { formatNamed, formats, recogniseFormat } from './formats.ts';
import { ImportError } from './import-error.ts';
import { MAX_FILE_BYTES, readText, unreadable } from './text-file.ts';

/** Whether a path names a folder. @throws ImportError where there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Reads a file and tells its format.
 * @param as the name of the format that a manifest claims, which is believed
 * @throws ImportError where it is unreadable or in no known format.
 */
export async function readSource(file: string, as: string | null = null): Promise<Source> {
  const text = await readText(file);
  const modifiedNs = nsFromMs((await stat(file)).mtimeMs);
  const format = formatNamed(as) ?? recogniseFormat(text);
  if (format === null) {
    const known = formats.map(({ words }) => words).join(', ');
    const reason = `is in no format that Playhead knows; see docs/import.md. It reads ${known}`;
    throw new ImportError('unknown_format', file, reason);
  }
  if ('reason' in format) throw new ImportError('unknown_format', file, format.reason);
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
  return { file: folder, text: joinParts(parts), format: agentSession, modifiedNs };
}
