// Files that are about to be imported: each read once, its format told by its content. A database or a folder may hold
// several. Parses nothing.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nsFromMs } from '../../shared/time.ts';
import type { SessionText } from '../agents/agent.ts';
import { joinParts } from '../agents/reading/assemble.ts';
import { recogniseSession } from '../agents/registry.ts';
import { agentSession } from './agent-files.ts';
import type { Source } from './format.ts';
import { formatNamed, formats, recogniseFormat } from './formats.ts';
import { ImportError } from './import-error.ts';
import { isDatabase, readDatabase } from './session-database.ts';
import { isPiece, type SessionPieces } from './session-pieces.ts';
import { inMib, readBytes, readText, textOf, unreadable, WHOLE_BYTES } from './text-file.ts';

/** Whether a path names a folder. @throws ImportError where there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Reads a file and tells its format; a database holds as many as it has sessions.
 * @param as the name of the format that a manifest claims, which is believed
 * @param pieces takes a file that is a piece of a session; without it such a file is refused
 * @throws ImportError where it is unreadable, larger than `wholeBytes`, or in no known format.
 */
export async function readSources(
  file: string,
  {
    as = null,
    pieces = null,
    wholeBytes,
  }: {
    readonly as?: string | null;
    readonly pieces?: SessionPieces | null;
    readonly wholeBytes?: number | undefined;
  } = {},
): Promise<Source[]> {
  const { bytes, remarks: packing } = await readBytes(file, wholeBytes);
  const remarks = [...packing];
  const modifiedNs = nsFromMs((await stat(file)).mtimeMs);
  if (isDatabase(bytes)) return sessionSources(file, await readDatabase(file, bytes), modifiedNs, remarks);
  const text = textOf(bytes);
  const format = formatNamed(as) ?? recogniseFormat(text);
  if (format === null && pieces?.take(file, text, modifiedNs)) return [];
  // Where there are pieces, it was asked already whether this is one.
  if (format === null && pieces === null && isPiece(text))
    throw new ImportError(
      'unknown_format',
      file,
      'is a piece of a session that its agent keeps as many files: name the folder that all of them lie below',
    );
  if (format === null)
    throw new ImportError(
      'unknown_format',
      file,
      `is in no format that Playhead knows; see docs/import.md. ${knownWords()}`,
    );
  if ('reason' in format) throw new ImportError('unknown_format', file, format.reason);
  return [{ file, text, format, modifiedNs, remarks }];
}

/** A source a session of those that a file or folder holds. @throws ImportError where none has a message */
export function sessionSources(
  file: string,
  all: readonly SessionText[],
  modifiedNs: bigint,
  remarks: readonly string[],
): Source[] {
  const sessions = all.filter(({ text }) => recogniseSession(text, '') !== null);
  const empty = all.length - sessions.length;
  if (sessions.length === 0) throw new ImportError('bad_content', file, 'holds no session with a message');
  const told = empty > 0 ? [...remarks, `${empty} sessions without a message are left out`] : remarks;
  return sessions.map(({ id, text }) => ({
    file: sessions.length === 1 ? file : `${file} (${id})`,
    text,
    format: agentSession,
    modifiedNs,
    remarks: told,
  }));
}

/** What can be imported, in a sentence. */
export function knownWords(): string {
  return `It reads ${formats.map(({ words }) => words).join(', ')}`;
}

/** A file that must hold one recording. @throws ImportError */
export async function readSource(
  file: string,
  as: string | null = null,
  wholeBytes?: number,
): Promise<Source> {
  const [first, ...others] = await readSources(file, { as, wholeBytes });
  if (first === undefined || others.length > 0)
    throw new ImportError('bad_content', file, `holds ${others.length + 1} sessions, of which none is named`);
  return first;
}

/** What a conversation keeps beside its events. */
const STATE_FILE = 'base_state.json';
const EVENT_FILE = /^event-\d{5,}-[^/]*\.json$/;

/**
 * Reads what a folder stands for by itself: the `cell.json` in it, else a conversation kept as an event a file, in the
 * folder itself or in `events` below it; null where it is neither.
 * @throws ImportError
 */
export async function readFolder(folder: string, wholeBytes = WHOLE_BYTES): Promise<Source | null> {
  const { files, folders } = await ownIn(folder);
  if (files.includes('cell.json')) return readSource(join(folder, 'cell.json'), null, wholeBytes);
  const below = folders.includes('events') ? join(folder, 'events') : folder;
  const events = (below === folder ? files : (await ownIn(below)).files).filter((name) =>
    EVENT_FILE.test(name),
  );
  if (events.length === 0) return null;
  const parts: { path: string; text: string }[] = [];
  let chars = 0;
  const state = below !== folder && files.includes(STATE_FILE) ? [join(folder, STATE_FILE)] : [];
  for (const path of [...state, ...events.map((name) => join(below, name))]) {
    const text = await readText(path, wholeBytes);
    chars += text.length;
    if (chars > wholeBytes)
      throw new ImportError('unreadable', folder, `holds more than ${inMib(wholeBytes)} of events`);
    parts.push({ path, text });
  }
  const modifiedNs = nsFromMs((await stat(below)).mtimeMs);
  return { file: folder, text: joinParts(parts), format: agentSession, modifiedNs };
}

/** The names in a folder, without links: they may lead anywhere. */
async function ownIn(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true });
  return {
    files: entries.filter((entry) => entry.isFile()).map(({ name }) => name),
    folders: entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
  };
}
