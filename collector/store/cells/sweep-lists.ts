// What lists ask of all sweeps together: which of them hold cells that fit words and outcomes, what those cells
// came to, and what one sweep comes to in a line. Counts in SQL: no list is as long as what it counts.
import type { SweepCursor } from '../../cell/sweep-cell.ts';
import type {
  OutcomeSum,
  SweepFigures,
  SweepFilter,
  SweepListReads,
  SweepMatches,
  SweepRows,
} from '../../cell/sweep-list.ts';
import type { Sql } from '../database/database.ts';

/** What a cell came to at @nowNs: a run under way that fell silent is interrupted. */
const OUTCOME_NOW = 'CASE WHEN outcome = @running AND silent_ns < @nowNs THEN @interrupted ELSE outcome END';

type Params = Record<string, string | number | bigint | null>;

export class SweepListStore implements Unpromised<SweepListReads> {
  readonly #db;
  readonly #median;
  readonly #costs;
  readonly #rate;

  constructor(db: Sql) {
    this.#db = db;
    this.#median = db
      .prepare(
        `WITH walls AS (
           SELECT coalesce((end_ns - start_ns) / 1e6, latency) AS ms FROM sweep_cells
           WHERE sweep = @sweep AND coalesce(end_ns - start_ns, latency) IS NOT NULL
         ), half AS (SELECT count(*) AS n FROM walls)
         SELECT avg(ms) FROM (
           SELECT ms FROM walls ORDER BY ms
           LIMIT (SELECT 2 - n % 2 FROM half) OFFSET (SELECT max(0, (n - 1) / 2) FROM half))`,
      )
      .pluck();
    this.#costs = db
      .prepare('SELECT cost, model FROM sweep_cells WHERE sweep = ? AND cost IS NOT NULL')
      .raw();
    this.#rate = db.prepare(
      `SELECT count(*) AS n, coalesce(sum(pass >= 1), 0) AS passed FROM sweep_cells
       WHERE sweep = @sweep AND outcome IN (SELECT value FROM json_each(@counting))`,
    );
  }

  matching(filter: SweepFilter, after: SweepCursor | null, limit: number): SweepMatches[] {
    const where = new Where(filter);
    const rows = this.#db
      .prepare(
        `WITH ${where.words}, fitting AS (
           SELECT sweep, count(*) AS matches FROM sweep_cells WHERE ${where.all} GROUP BY sweep
         ), placed AS (
           SELECT sweep, matches,
             (SELECT max(sort_ns) FROM sweep_cells WHERE sweep_cells.sweep = fitting.sweep) AS newest_ns
           FROM fitting)
         SELECT sweep, matches, newest_ns AS newestNs FROM placed
         WHERE @afterNs IS NULL OR (newest_ns, sweep) < (@afterNs, @after)
         ORDER BY newest_ns DESC, sweep DESC LIMIT @limit`,
      )
      .safeIntegers()
      .all({
        ...where.params,
        afterNs: after?.newestNs ?? null,
        after: after?.sweep ?? null,
        limit: BigInt(limit),
      }) as { sweep: string; matches: bigint; newestNs: bigint }[];
    return rows.map((row) => ({ ...row, matches: Number(row.matches) }));
  }

  sums(filter: SweepFilter): OutcomeSum[] {
    const where = new Where(filter);
    return this.#db
      .prepare(
        `WITH ${where.words} SELECT ${OUTCOME_NOW} AS outcome, count(*) AS cells FROM sweep_cells
         WHERE ${where.all} GROUP BY 1`,
      )
      .all(where.params) as OutcomeSum[];
  }

  sweepsIn(filter: SweepFilter): number {
    const where = new Where(filter);
    return this.#db
      .prepare(`WITH ${where.words} SELECT count(DISTINCT sweep) FROM sweep_cells WHERE ${where.all}`)
      .pluck()
      .get(where.params) as number;
  }

  newest(sweep: string, filter: SweepFilter, { among, minSpans, limit }: SweepRows): number[] {
    const where = new Where(filter);
    const passed = `coalesce(pass, 0) >= 1`;
    const which = among === 'any' ? '1' : among === 'passed' ? passed : `NOT (${passed})`;
    return this.#db
      .prepare(
        `WITH ${where.words} SELECT cell FROM sweep_cells
         WHERE sweep = @sweep AND spans >= @minSpans AND ${which} AND ${where.all} ORDER BY sort_ns DESC, cell DESC LIMIT @limit`,
      )
      .pluck()
      .all({ ...where.params, sweep, minSpans, limit }) as number[];
  }

  figures(sweep: string, counting: readonly number[]): SweepFigures {
    const costs = this.#costs.all(sweep) as [string, number | null][];
    return { ...this.rate(sweep, counting), medianMs: this.#median.get({ sweep }) as number | null, costs };
  }

  rate(sweep: string, counting: readonly number[]): { readonly n: number; readonly passed: number } {
    return this.#rate.get({ sweep, counting: JSON.stringify(counting) }) as { n: number; passed: number };
  }
}

/** A filter as SQL: names are ours, every value is bound. */
class Where {
  /** Tables of words' numbers that `all` reads: a text is looked through once and not once a cell. */
  readonly words: string;
  readonly all: string;
  readonly params: Params;

  constructor({ words, outcomes, running, interrupted, nowNs }: SweepFilter) {
    const params: Params = { running, interrupted, nowNs };
    const tables = [`no_words AS (SELECT 1)`];
    const clauses = ['1'];
    for (const [at, { text, outcomes: said }] of words.entries()) {
      const like = `LIKE @word${at} ESCAPE '\\'`;
      params[`word${at}`] = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
      params[`said${at}`] = JSON.stringify(said);
      tables.push(`hits${at} AS MATERIALIZED (SELECT word FROM words WHERE text ${like})`);
      const parts = ['agent', 'model', 'task', 'odd_id'].map((name) => `${name} IN hits${at}`);
      // A separator stands between two parts, of which none has all of it.
      const whole = /[/#]/.test(text)
        ? [`(SELECT id FROM cells WHERE cells.cell = sweep_cells.cell) ${like}`]
        : [];
      const outcome = `${OUTCOME_NOW} IN (SELECT value FROM json_each(@said${at}))`;
      clauses.push(`(${[`sweep ${like}`, ...parts, outcome, ...whole].join(' OR ')})`);
    }
    if (outcomes !== null) {
      params.outcomes = JSON.stringify(outcomes);
      clauses.push(`${OUTCOME_NOW} IN (SELECT value FROM json_each(@outcomes))`);
    }
    this.words = tables.join(', ');
    this.all = clauses.join(' AND ');
    this.params = params;
  }
}

type Unpromised<T> = {
  readonly [Key in keyof T]: T[Key] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer
    : never;
};
