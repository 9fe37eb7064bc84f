import {
  type JudgedColumns,
  measureNames,
  type SweepColumns,
  type SweepCount,
  type SweepCursor,
  type SweepPasses,
} from '../../cell/sweep-cell.ts';
import type { Sql } from '../database/database.ts';
import { SweepListStore } from './sweep-lists.ts';

export class SweepStore {
  readonly lists: SweepListStore;
  readonly #seq;
  readonly #any;
  readonly #words;
  readonly #page;
  readonly #counts;
  readonly #distinct;
  readonly #nextSilence;
  readonly #matrix;
  readonly #judged;
  readonly #beginning;
  readonly #passes;
  readonly #first;
  readonly #baseline;

  constructor(db: Sql) {
    this.lists = new SweepListStore(db);
    this.#seq = db.prepare('SELECT seq FROM sweeps WHERE sweep = ?').pluck();
    this.#any = db.prepare('SELECT 1 FROM sweep_cells WHERE sweep = ? LIMIT 1').pluck();
    this.#words = db.prepare('SELECT text FROM words WHERE word = ?').pluck();
    this.#page = db.prepare(
      `SELECT sweep, newest_ns FROM (
         SELECT sweep, (SELECT max(sort_ns) FROM sweep_cells WHERE sweep_cells.sweep = sweeps.sweep) AS newest_ns
         FROM sweeps)
       WHERE newest_ns IS NOT NULL AND (@newestNs IS NULL OR (newest_ns, sweep) < (@newestNs, @sweep))
       ORDER BY newest_ns DESC, sweep DESC LIMIT @limit`,
    );
    this.#counts = db.prepare(
      `SELECT outcome, coalesce(silent_ns < @nowNs, 0) AS silent, count(*) AS cells, sum(spans > 0) AS recorded,
         min(start_ns) AS startNs, max(end_ns) AS endNs
       FROM sweep_cells WHERE sweep = @sweep GROUP BY 1, 2`,
    );
    this.#distinct = db.prepare(
      `SELECT count(DISTINCT agent) AS agents, count(DISTINCT model) AS models, count(DISTINCT task) AS tasks
       FROM sweep_cells WHERE sweep = ?`,
    );
    this.#nextSilence = db
      .prepare('SELECT min(silent_ns) FROM sweep_cells WHERE sweep = ? AND silent_ns >= ?')
      .pluck();
    this.#matrix = db
      .prepare(
        `SELECT agent, model, family, task, attempt, odd_id, outcome, silent_ns / 1e6, start_ns / 1e6,
           (end_ns - start_ns) / 1e6, spans, pass, composite, did_nothing, cost, others, failure, notes, ${measureNames.join(', ')}
         FROM sweep_cells WHERE sweep = ? ORDER BY sort_ns DESC, cell DESC`,
      )
      .raw();
    this.#judged = db
      .prepare(
        `SELECT agent, model, task, attempt, odd_id, outcome, silent_ns / 1e6, pass, cost, version, settings, latency, tokens,
           verifier, verdict_ns / 1e6, verdict_replaced, former_pass
         FROM sweep_cells WHERE sweep = ? ORDER BY sort_ns DESC, cell DESC`,
      )
      .raw();
    this.#beginning = db
      .prepare(
        `SELECT sweep FROM (
           SELECT sweep, (SELECT max(sort_ns) FROM sweep_cells WHERE sweep_cells.sweep = sweeps.sweep) AS newest_ns
           FROM sweeps WHERE sweep >= @start AND sweep < @end)
         WHERE newest_ns IS NOT NULL ORDER BY newest_ns DESC, sweep DESC LIMIT @limit`,
      )
      .pluck();
    this.#passes = db.prepare(
      `SELECT count(*) AS n, coalesce(sum(pass >= 1), 0) AS c
       FROM sweep_cells WHERE sweep = @sweep AND task IS NOT NULL
         AND outcome IN (SELECT value FROM json_each(@counting)) GROUP BY task`,
    );
    this.#baseline = db.prepare('SELECT sweep FROM baselines WHERE stem = ?').pluck();
    this.#first = db.prepare('SELECT min(start_ns) FROM sweep_cells WHERE sweep = ?').pluck();
    this.#first.safeIntegers();
    for (const statement of [this.#page, this.#counts, this.#nextSilence]) statement.safeIntegers();
  }

  /** Which log entry changed the sweep last; undefined where there is no such sweep. */
  revision(sweep: string): number | undefined {
    return this.#seq.get(sweep) as number | undefined;
  }

  /** Whether the sweep holds a cell. */
  has(sweep: string): boolean {
    return this.#any.get(sweep) !== undefined;
  }

  /** Sweeps that hold a cell, the one of the newest cell first. @param limit rows at most */
  page(after: SweepCursor | null, limit: number): SweepCursor[] {
    const { newestNs, sweep } = after ?? { newestNs: null, sweep: null };
    const rows = this.#page.all({ newestNs, sweep, limit: BigInt(limit) }) as {
      sweep: string;
      newest_ns: bigint;
    }[];
    return rows.map((row) => ({ sweep: row.sweep, newestNs: row.newest_ns }));
  }

  /** How many cells came to what. @param nowNs tells runs that fell silent from those under way */
  counts(sweep: string, nowNs: bigint): SweepCount[] {
    const rows = this.#counts.all({ sweep, nowNs }) as Record<
      'outcome' | 'silent' | 'cells' | 'recorded',
      bigint
    >[];
    return rows.map((row) => ({
      ...(row as object as Pick<SweepCount, 'startNs' | 'endNs'>),
      outcome: Number(row.outcome),
      silent: row.silent === 1n,
      cells: Number(row.cells),
      recorded: Number(row.recorded),
    }));
  }

  /** Distinct values over a sweep's cells. */
  distinct(sweep: string): { readonly agents: number; readonly models: number; readonly tasks: number } {
    return this.#distinct.get(sweep) as { agents: number; models: number; tasks: number };
  }

  /** When the next run under way falls silent unless more is heard of it; null where none is awaited. */
  nextSilence(sweep: string, nowNs: bigint): bigint | null {
    return this.#nextSilence.get(sweep, nowNs) as bigint | null;
  }

  /** All cells of a sweep. 50,000 of them: 70 ms. */
  columns(sweep: string): SweepColumns {
    const rows = this.#matrix.all(sweep) as unknown[][];
    const column = columnsOf(rows);
    return {
      count: rows.length,
      agent: column(0),
      model: column(1),
      family: column(2),
      task: column(3),
      attempt: column(4),
      oddId: column(5),
      outcome: column(6),
      silentMs: column(7),
      startMs: column(8),
      durationMs: column(9),
      spans: column(10),
      pass: column(11),
      composite: column(12),
      didNothing: column(13),
      cost: column(14),
      others: column(15),
      failure: column(16),
      notes: column(17),
      measures: measureNames.map((_, at) => column(18 + at)),
    };
  }

  /** All cells with the verdicts that stand, as they were at one moment. */
  judgedColumns(sweep: string): JudgedColumns {
    const column = columnsOf(this.#judged.all(sweep) as unknown[][]);
    return {
      agent: column(0),
      model: column(1),
      task: column(2),
      attempt: column(3),
      oddId: column(4),
      outcome: column(5),
      silentMs: column(6),
      pass: column(7),
      cost: column(8),
      version: column(9),
      settings: column(10),
      latency: column(11),
      tokens: column(12),
      verifier: column(13),
      verdictMs: column(14),
      replaced: column(15),
      formerPass: column(16),
    };
  }

  baselineOf(stem: string): string | null {
    return (this.#baseline.get(stem) as string | undefined) ?? null;
  }

  beginningWith(start: string, limit: number): string[] {
    return this.#beginning.all({ start, end: `${start}\u{10ffff}`, limit }) as string[];
  }

  passes(sweep: string, counting: readonly number[]): SweepPasses {
    const tasks = this.#passes.all({ sweep, counting: JSON.stringify(counting) }) as {
      n: number;
      c: number;
    }[];
    return { sweep, startNs: this.#first.get(sweep) as bigint | null, tasks };
  }

  /** The texts of the numbers that stand in columns. */
  words(numbers: Iterable<number>): ReadonlyMap<number, string> {
    return new Map(Array.from(numbers, (no) => [no, this.#words.get(no) as string]));
  }
}

/** Row by row: a row is in the processor's cache once. */
function columnsOf(rows: readonly (readonly unknown[])[]): <T>(at: number) => T[] {
  const columns = (rows[0] ?? []).map(() => new Array<unknown>(rows.length));
  for (const [row, values] of rows.entries())
    for (let at = 0; at < columns.length; at++) (columns[at] as unknown[])[row] = values[at];
  return <T>(at: number) => (columns[at] ?? []) as T[];
}
