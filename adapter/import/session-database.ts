// A database of SQLite in which an agent keeps its sessions: copied, opened, and read table by table as the agent says
// it is made. Whatever is in it is data of a stranger: only plain tables are read, and none of its own code runs.
// Knows no agent, and writes nothing into the file.
import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { SessionDatabase, SessionText } from '../agents/agent.ts';
import { agents } from '../agents/registry.ts';
import type { Json } from '../agents/step.ts';
import { ImportError } from './import-error.ts';

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

export function isDatabase(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** The sessions in a database. @throws ImportError where it cannot be read, or is no known agent's */
export async function readDatabase(file: string, bytes: Buffer): Promise<SessionText[]> {
  // A program that is at work may keep its newest rows in a file beside.
  const log = `${file}-wal`;
  const folder = await mkdtemp(join(tmpdir(), 'playhead-import-'));
  try {
    const copy = join(folder, 'sessions.db');
    await writeFile(copy, bytes);
    if (await isFile(log)) await copyFile(log, `${copy}-wal`);
    return readCopy(file, copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readCopy(file: string, copy: string): SessionText[] {
  let database: Database.Database | null = null;
  try {
    database = new Database(copy, { fileMustExist: true });
    database.pragma('trusted_schema = OFF');
    database.pragma('cell_size_check = ON');
    database.pragma('query_only = ON');
    const open = database;
    const known = agents.flatMap(({ database: kept }) => (kept && holds(open, kept) ? [kept] : []));
    const [first] = known;
    if (first === undefined)
      throw new ImportError(
        'unknown_format',
        file,
        'is a database of SQLite, and none of an agent that is known',
      );
    return [...first.sessions((table) => rowsOf(open, table, first.tables[table] ?? []))];
  } catch (error) {
    if (error instanceof ImportError) throw error;
    if (error instanceof Database.SqliteError)
      throw new ImportError(
        'bad_content',
        file,
        `is a database that cannot be read (${error.message})`,
        error,
      );
    throw error;
  } finally {
    database?.close();
  }
}

/** Whether it has these tables, as plain ones with plain columns: no views, no virtual tables, nothing computed. */
function holds(database: Database.Database, { tables }: SessionDatabase): boolean {
  return Object.entries(tables).every(([table, columns]) => {
    const kind = database
      .prepare("SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?")
      .pluck()
      .get(table);
    if (kind !== 'table') return false;
    const plain = database
      .prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0')
      .pluck()
      .all(table);
    return columns.every((column) => plain.includes(column));
  });
}

/** @param table one of the agent's own names, as are the columns */
function* rowsOf(
  database: Database.Database,
  table: string,
  columns: readonly string[],
): Generator<readonly Json[]> {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const rows = database.prepare(`SELECT ${names} FROM "${table}"`).raw().iterate();
  for (const row of rows as IterableIterator<unknown[]>)
    yield row.map((value) => (typeof value === 'string' || typeof value === 'number' ? value : null));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
