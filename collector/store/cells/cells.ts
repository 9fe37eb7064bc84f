// The cells' rows: one a cell, found by id, by what it is about, and newest first; and the identity
// keys that say to which cell a trace or session belongs. Writes none.

import type { CellCursor, CellFilter } from '../../cell/cell-list.ts';
import { type CellState, readState } from '../../cell/cell-state.ts';
import type { Sql } from '../database/database.ts';
import { keyDigest } from '../database/tombstones.ts';
import { SweepStore } from './sweeps.ts';

interface Row {
  cell: number;
  id: string;
  merged_into: number | null;
  state: string;
}

const COLUMNS = 'cell, id, merged_into, state';

export class CellStore {
  /** The same cells in numbers, by sweep. */
  readonly sweeps: SweepStore;
  readonly #db;
  readonly #byId;
  readonly #byNo;
  readonly #owner;
  readonly #count;
  readonly #anyDeleted;
  readonly #lastNo;

  constructor(db: Sql) {
    this.#db = db;
    this.sweeps = new SweepStore(db);
    this.#byId = db.prepare(`SELECT ${COLUMNS} FROM cells WHERE id = ?`);
    this.#byNo = db.prepare(`SELECT ${COLUMNS} FROM cells WHERE cell = ?`);
    this.#owner = db.prepare('SELECT cell FROM identity WHERE key = ?').pluck();
    this.#lastNo = db.prepare('SELECT max(cell) FROM cells').pluck();
    this.#count = db
      .prepare('SELECT count(*) FROM cells WHERE merged_into IS NULL AND deleted = 0 AND listed = 1')
      .pluck();
    this.#anyDeleted = db.prepare('SELECT 1 FROM cells WHERE deleted = 1 LIMIT 1').pluck();
  }

  /** The highest number that a cell was given; 0 at first. */
  lastNo(): number {
    return Number(this.#lastNo.get() ?? 0);
  }

  count(): number {
    return Number(this.#count.get());
  }

  /** Whether any cell was ever deleted. */
  hasDeleted(): boolean {
    return this.#anyDeleted.get() !== undefined;
  }

  /** The cell of an id, unless it was deleted. */
  find(id: string): CellState | undefined {
    const cell = this.findEver(id);
    return cell?.deletedNs === undefined ? cell : undefined;
  }

  /** The cell of an id, deleted or not; an alias leads to the cell that its own became a part of. */
  findEver(id: string): CellState | undefined {
    const row = this.#byId.get(id) as Row | undefined;
    return row && (row.merged_into === null ? stateOf(row) : this.get(row.merged_into));
  }

  /** The cell of a row number, through merges. */
  get(no: number): CellState {
    const row = this.#byNo.get(no) as Row | undefined;
    if (!row) throw new Error(`no cell ${no}`);
    return row.merged_into === null ? stateOf(row) : this.get(row.merged_into);
  }

  /** The cell that a trace was first seen in, through merges. */
  ofTrace(traceId: string): CellState | undefined {
    const no = this.owner(Buffer.from(`74${traceId}`, 'hex'));
    return no === undefined ? undefined : this.get(no);
  }

  /** The number of the cell that a trace or session was first seen in. It may have been merged since. */
  owner(key: Uint8Array): number | undefined {
    // A cell that was deleted and pruned is known by the digest alone.
    return (this.#owner.get(key) ?? this.#owner.get(keyDigest(key))) as number | undefined;
  }

  /** Cells newest first. @param limit rows at most */
  list(filter: CellFilter, after: CellCursor | null, limit: number): CellState[] {
    const { clauses, values } = whereOf(filter);
    if (after) {
      clauses.push('(sort_ns, cell) < (?, ?)');
      values.push(after.sortNs, after.no);
    }
    const where = ['merged_into IS NULL', 'deleted = 0', 'listed = 1', ...clauses].join(' AND ');
    const rows = this.#db
      .prepare(`SELECT ${COLUMNS} FROM cells WHERE ${where} ORDER BY sort_ns DESC, cell DESC LIMIT ?`)
      .all(...values, limit);
    return (rows as Row[]).map(stateOf);
  }

  /**
   * Cells to compare with, a fair share of each kind: other agents on this task, this agent with other models on
   * it, the same two on other tasks of the family, and last other runs of the same. Within a kind every agent
   * and model, or task, has one before any has two; this cell's model first, then its sweep, then the newest.
   * @param limit cells of a kind at most
   */
  related(cell: CellState, limit: number): CellState[] {
    const { sweep, agent, model, family, task } = cell.parts;
    if (family === null || task === null) return [];
    const rows = this.#db.prepare(RELATED).all({ no: cell.no, sweep, agent, model, family, task, limit });
    return (rows as Row[]).map(stateOf);
  }
}

const RELATED = `
  WITH others AS (
    SELECT cell, agent, model, sort_ns, sweep = @sweep AS at_home,
      CASE WHEN agent <> @agent THEN 0 WHEN model IS NOT @model THEN 1 ELSE 3 END AS kind, agent || ' ' || model AS who
    FROM cells
    WHERE merged_into IS NULL AND deleted = 0 AND listed = 1 AND family = @family AND task = @task AND cell <> @no
    UNION ALL
    SELECT cell, agent, model, sort_ns, sweep = @sweep, 2, task
    FROM cells
    WHERE merged_into IS NULL AND deleted = 0 AND listed = 1 AND agent = @agent AND model IS @model AND family = @family
      AND task <> @task
  ), turns AS (
    SELECT *, row_number() OVER (PARTITION BY kind, who ORDER BY at_home DESC, sort_ns DESC, cell DESC) AS turn
    FROM others
  ), places AS (
    SELECT cell, kind, row_number() OVER (
      PARTITION BY kind ORDER BY turn, model IS @model DESC, at_home DESC, sort_ns DESC, cell DESC) AS place
    FROM turns
  )
  SELECT cell, id, merged_into, state FROM places JOIN cells USING (cell) WHERE place <= @limit ORDER BY kind, place`;

/** A filter as SQL: column names are ours, every value is bound. */
export function whereOf(filter: CellFilter): { clauses: string[]; values: (string | bigint | number)[] } {
  const clauses: string[] = [];
  const values: (string | bigint | number)[] = [];
  for (const column of ['sweep', 'agent', 'model', 'family'] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    clauses.push(`${column} = ?`);
    values.push(value);
  }
  if (filter.outcome !== undefined) addOutcome(filter.outcome, filter.nowNs ?? 0n, clauses, values);
  if (filter.task !== undefined) {
    const slash = filter.task.lastIndexOf('/');
    clauses.push('task = ?');
    values.push(filter.task.slice(slash + 1));
    if (slash >= 0) {
      clauses.push('family = ?');
      values.push(filter.task.slice(0, slash));
    }
  }
  if (filter.playable === true)
    clauses.push(
      `((SELECT spans FROM sweep_cells WHERE sweep_cells.cell = cells.cell) > 1
        OR EXISTS (SELECT 1 FROM recordings WHERE recordings.cell = cells.cell))`,
    );
  if (filter.q !== undefined && filter.q !== '') {
    clauses.push("id LIKE ? ESCAPE '\\'");
    values.push(`%${filter.q.replace(/[\\%_]/g, '\\$&')}%`);
  }
  return { clauses, values };
}

/** A run under way is stored as running: it counts as interrupted from the moment on when it is too long silent. */
function addOutcome(
  outcome: string,
  nowNs: bigint,
  clauses: string[],
  values: (string | bigint | number)[],
): void {
  const isOpen = outcome === 'running' || outcome === 'interrupted';
  clauses.push('outcome = ?');
  values.push(isOpen ? 'running' : outcome);
  if (!isOpen) return;
  clauses.push(outcome === 'running' ? 'silent_ns >= ?' : 'silent_ns < ?');
  values.push(nowNs);
}

function stateOf(row: Row): CellState {
  return readState(row.cell, row.id, row.merged_into, row.state);
}
