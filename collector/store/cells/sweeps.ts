// The sweeps: what each of their cells amounts to in numbers, one narrow row a cell, so that tens of
// thousands are read at once; and a number a sweep that moves whenever one of them does. Texts that many
// cells share are stored once. It decides no meaning.

import type { CellState } from '../../cell/cell-state.ts';
import {
  measureNames,
  type SweepCell,
  type SweepColumns,
  type SweepCount,
  type SweepCursor,
} from '../../cell/sweep-cell.ts';
import type { Sql } from '../database/database.ts';

/** Words kept in memory between log entries; beyond, they are read again. */
const MAX_KEPT_WORDS = 50_000;

/** A recording may say that it began at the end of time, and it went on from there. */
function storedNs(ns: bigint): bigint {
  return ns < MAX_NS ? ns : MAX_NS;
}
const MAX_NS = 2n ** 63n - 1n;

export class SweepStore {
  readonly #put;
  readonly #remove;
  readonly #touch;
  readonly #seq;
  readonly #any;
  readonly #addWord;
  readonly #wordNo;
  readonly #lastWord;
  readonly #words;
  readonly #page;
  readonly #counts;
  readonly #distinct;
  readonly #nextSilence;
  readonly #matrix;
  readonly #kept = new Map<string, number>();
  #nextWord: number | null = null;

  constructor(db: Sql) {
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO sweep_cells (cell, sweep, agent, model, family, task, attempt, odd_id, sort_ns, start_ns,
         end_ns, outcome, silent_ns, spans, pass, composite, others, failure, notes, ${measureNames.join(', ')})
       VALUES (${'?, '.repeat(18 + measureNames.length)}?)`,
    );
    this.#remove = db.prepare('DELETE FROM sweep_cells WHERE cell = ?');
    this.#touch = db.prepare('INSERT OR REPLACE INTO sweeps (sweep, seq) VALUES (?, ?)');
    this.#seq = db.prepare('SELECT seq FROM sweeps WHERE sweep = ?').pluck();
    this.#any = db.prepare('SELECT 1 FROM sweep_cells WHERE sweep = ? LIMIT 1').pluck();
    this.#addWord = db.prepare('INSERT INTO words (word, text) VALUES (?, ?)');
    this.#wordNo = db.prepare('SELECT word FROM words WHERE text = ?').pluck();
    this.#lastWord = db.prepare('SELECT max(word) FROM words').pluck();
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
           (end_ns - start_ns) / 1e6, spans, pass, composite, others, failure, notes, ${measureNames.join(', ')}
         FROM sweep_cells WHERE sweep = ? ORDER BY sort_ns DESC, cell DESC`,
      )
      .raw();
    for (const statement of [this.#page, this.#counts, this.#nextSilence]) statement.safeIntegers();
  }

  /** Sets what a cell amounts to. */
  put(cell: CellState, row: SweepCell): void {
    const { sweep, agent, model, family, task, attempt } = cell.parts;
    const wordOf = (text: string | null) => (text === null ? null : this.#wordOf(text));
    this.#put.run(
      cell.no,
      sweep,
      wordOf(agent),
      wordOf(model),
      wordOf(family),
      wordOf(family === null || task === null ? null : `${family}/${task}`),
      attempt,
      wordOf(row.oddId),
      storedNs(row.sortNs),
      row.startNs === null ? null : storedNs(row.startNs),
      row.endNs === null ? null : storedNs(row.endNs),
      row.outcome,
      row.silentNs,
      row.spans,
      row.pass,
      row.composite,
      row.others,
      wordOf(row.failure),
      row.notes,
      ...measureNames.map((name) => row.measures[name]),
    );
  }

  /** Takes a cell out: it became a part of another, or was deleted. */
  remove(cell: CellState): void {
    this.#remove.run(cell.no);
  }

  /** Notes that a log entry changed cells of a sweep. */
  touch(sweep: string, seq: number): void {
    this.#touch.run(sweep, seq);
  }

  /** Whether it keeps more words than it should: flush, then `forget`. */
  get isFull(): boolean {
    return this.#kept.size > MAX_KEPT_WORDS;
  }

  /** Forgets the numbers of words: they may not have been written, or were dropped. */
  forget(): void {
    this.#kept.clear();
    this.#nextWord = null;
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
    const column = <T>(at: number): T[] => rows.map((row) => row[at] as T);
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
      others: column(13),
      failure: column(14),
      notes: column(15),
      measures: measureNames.map((_, at) => column(16 + at)),
    };
  }

  word(no: number): string {
    return this.#words.get(no) as string;
  }

  #wordOf(text: string): number {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    let no = this.#wordNo.get(text) as number | undefined;
    if (no === undefined) {
      this.#nextWord ??= Number(this.#lastWord.get() ?? 0) + 1;
      no = this.#nextWord++;
      this.#addWord.run(no, text);
    }
    this.#kept.set(text, no);
    return no;
  }
}
