// Looks at a database without changing it: is the file sound, does the chain of the log hold, is its end
// there, and are the projections what another store derived from the same log. Says what is wrong in
// problems with a code; judges no meaning.
import { zstdDecompressSync } from 'node:zlib';
import type { Head } from '../../cell/log-entry.ts';
import { asStartError, openReadOnly, type Sql } from '../database/database.ts';
import { hasProjections, projectionTables, SCHEMA } from '../database/migrate.ts';
import { copyTombstones } from '../database/tombstones.ts';
import { readHead } from './head-file.ts';
import { RequestLog } from './request-log.ts';

export interface Problem {
  /**
   * unreadable: not a database, or damaged beyond opening · structure: SQLite's own check ·
   * chain: an entry that does not follow from the one before · body: one that cannot be unpacked ·
   * lost: acknowledged entries that are gone · projection: derived tables that say something else
   * than the log · set_aside: an entry that could not be projected · head_file: the file beside it
   */
  readonly code:
    | 'unreadable'
    | 'structure'
    | 'chain'
    | 'body'
    | 'lost'
    | 'projection'
    | 'set_aside'
    | 'head_file';
  readonly message: string;
}

const MAX_STRUCTURE_PROBLEMS = 20;

/** One database as it was at one moment; what others write meanwhile is not seen. */
export class Snapshot {
  readonly #db: Sql;
  readonly log: RequestLog;
  /** Read before the snapshot began: the log can only be further than it says. */
  readonly headFile: Head | 'absent' | 'damaged';

  /** @throws StartError where the file cannot be read at all */
  constructor(path: string) {
    this.headFile = readHead(path);
    this.#db = openReadOnly(path, SCHEMA);
    try {
      const schema = this.#db.pragma('user_version', { simple: true });
      if (schema !== SCHEMA)
        throw new Error(`its schema is ${schema}, this build's is ${SCHEMA}: start it once`);
      this.#db.exec('BEGIN');
      this.log = new RequestLog(this.#db);
    } catch (cause) {
      this.#db.close();
      throw asStartError(cause, path);
    }
  }

  /** What SQLite itself finds wrong with pages, trees, indexes and constraints. */
  structure(): Problem[] {
    const rows = this.#db.pragma(`integrity_check(${MAX_STRUCTURE_PROBLEMS})`) as {
      integrity_check: string;
    }[];
    return rows
      .filter((row) => row.integrity_check !== 'ok')
      .map((row) => ({ code: 'structure', message: row.integrity_check }));
  }

  /** Entries that are gone, as far as the database itself and its head file know. */
  losses(): Problem[] {
    const { headFile } = this;
    const problems: Problem[] = this.log
      .losses()
      .map(({ firstSeq, lastSeq }) => lost(firstSeq, lastSeq, 'noticed at an earlier start'));
    if (headFile === 'damaged') problems.push({ code: 'head_file', message: 'the -head file is damaged' });
    if (headFile === 'damaged' || headFile === 'absent' || headFile.seq === 0) return problems;
    const head = this.log.head();
    if (headFile.seq > head.seq)
      problems.push(lost(head.seq + 1, headFile.seq, 'the -head file knows of them'));
    else if (!this.log.has(headFile) && !this.log.isInGap(headFile))
      problems.push({
        code: 'head_file',
        message: `entry ${headFile.seq} is not the one that was acknowledged`,
      });
    return problems;
  }

  /** Whether the projections are of this build; others are built anew when a collector starts. */
  get hasProjections(): boolean {
    return hasProjections(this.#db);
  }

  /** Where the derived tables, or the shape of any table, differ from another store's. */
  differences(expected: Snapshot): Problem[] {
    const problems: Problem[] = [];
    const shape = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name';
    if (firstDifference(this.#rows(shape), expected.#rows(shape)) !== null)
      problems.push({ code: 'structure', message: 'the tables are not those that this build makes' });
    for (const table of projectionTables) {
      const all = `SELECT * FROM ${table} ORDER BY 1, 2`;
      const row = firstDifference(this.#rows(all), expected.#rows(all));
      if (row !== null)
        problems.push({ code: 'projection', message: `${table} differs from the log at row ${row}` });
    }
    return problems;
  }

  copyTombstonesTo(db: Sql): void {
    copyTombstones(this.#db, db);
  }

  close(): void {
    this.#db.close();
  }

  #rows(sql: string): Iterator<unknown[]> {
    return this.#db.prepare(sql).raw().safeIntegers().iterate() as IterableIterator<unknown[]>;
  }
}

function lost(first: number, last: number, how: string): Problem {
  const range = first === last ? `log entry ${first} is` : `log entries ${first} to ${last} are`;
  return { code: 'lost', message: `${range} gone although acknowledged (${how})` };
}

/** The number of the first row that differs, from 1, or null. */
function firstDifference(found: Iterator<unknown[]>, expected: Iterator<unknown[]>): number | null {
  for (let row = 1; ; row++) {
    const a = found.next();
    const b = expected.next();
    const same = a.done === b.done && (a.done || a.value.every((value, i) => isSame(value, b.value?.[i])));
    if (!same) {
      found.return?.();
      expected.return?.();
      return row;
    }
    if (a.done) return null;
  }
}

function isSame(found: unknown, expected: unknown): boolean {
  if (!Buffer.isBuffer(found) || !Buffer.isBuffer(expected)) return found === expected;
  if (found.equals(expected)) return true;
  // Another version of zstd packs the same content in other bytes.
  const content = unpacked(found);
  return content !== null && unpacked(expected)?.equals(content) === true;
}

function unpacked(bytes: Buffer): Buffer | null {
  try {
    return zstdDecompressSync(bytes);
  } catch {
    return null;
  }
}
