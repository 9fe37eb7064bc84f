// Sessions that an agent keeps as many small files, one a row of what is its database elsewhere: gathered over a folder
// and put together when all of them were seen. Knows no agent, and reads no file.
import type { SessionDatabase, SessionText } from '../agents/agent.ts';
import { agents } from '../agents/registry.ts';
import type { Json } from '../agents/step.ts';
import { ImportError } from './import-error.ts';
import { inMib, WHOLE_BYTES } from './text-file.ts';

/** Whether a text is a piece of a session, and no recording by itself. */
export function isPiece(text: string): boolean {
  return agents.some(({ database }) => database?.rowIn?.(text) != null);
}

export class SessionPieces {
  readonly #rows = new Map<SessionDatabase, Map<string, (readonly Json[])[]>>();
  readonly #wholeBytes: number;
  #chars = 0;
  #latestNs = 0n;

  constructor(wholeBytes = WHOLE_BYTES) {
    this.#wholeBytes = wholeBytes;
  }

  /** When the last piece was last written. */
  get modifiedNs(): bigint {
    return this.#latestNs;
  }

  /** Keeps a piece. @returns false where the text is none. @throws ImportError beyond what one import reads */
  take(file: string, text: string, modifiedNs: bigint): boolean {
    for (const { database } of agents) {
      const row = database?.rowIn?.(text);
      if (database === undefined || row == null) continue;
      this.#chars += text.length;
      if (this.#chars > this.#wholeBytes)
        throw new ImportError(
          'unreadable',
          file,
          `is beyond the ${inMib(this.#wholeBytes)} that are read at once`,
        );
      const tables = this.#rows.get(database) ?? new Map<string, (readonly Json[])[]>();
      this.#rows.set(database, tables);
      const rows = tables.get(row.table);
      if (rows) rows.push(row.values);
      else tables.set(row.table, [row.values]);
      if (modifiedNs > this.#latestNs) this.#latestNs = modifiedNs;
      return true;
    }
    return false;
  }

  sessions(): SessionText[] {
    return [...this.#rows].flatMap(([database, tables]) => [
      ...database.sessions((table) => tables.get(table) ?? []),
    ]);
  }
}
