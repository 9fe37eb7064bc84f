// Lets code that writes through prepared statements run without writing: reads go to a connection of its
// own, every change is noted as statement and values, to be made by whoever holds the connection that
// writes. So a thread can work out what belongs into the projections while one connection alone writes.
import type { Statement } from 'better-sqlite3';
import type { Sql } from './database.ts';

/** One change: a statement of this build, and what it is run with. */
export interface Change {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * A connection whose SELECTs run on `db` and whose other statements are only noted in `changes`.
 * Nothing of what is noted can be read back before it is made.
 */
export function notingSql(db: Sql, changes: Change[]): Sql {
  const prepare = (sql: string) => {
    if (/^\s*SELECT\b/i.test(sql)) return db.prepare(sql);
    return { run: (...values: unknown[]) => changes.push({ sql, values }) };
  };
  // The stores' constructors use nothing of a connection but `prepare`, and of a change but `run`.
  return { prepare } as unknown as Sql;
}

/** Makes noted changes on the connection that writes. */
export class ChangeMaker {
  readonly #db: Sql;
  /** Statements by their text: there are about as many as kinds of change. */
  readonly #statements = new Map<string, Statement<unknown[]>>();

  constructor(db: Sql) {
    this.#db = db;
  }

  /** Inside the caller's transaction. */
  make(changes: readonly Change[]): void {
    for (const { sql, values } of changes) {
      let statement = this.#statements.get(sql);
      if (!statement) {
        statement = this.#db.prepare<unknown[]>(sql);
        this.#statements.set(sql, statement);
      }
      statement.run(...values);
    }
  }
}
