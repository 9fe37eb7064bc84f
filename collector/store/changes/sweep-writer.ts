// Writes what cells amount to in their sweeps, one narrow row a cell, with when its verdict came. Texts that many cells
// share are stored once and named by a number. Does not read a matrix.
import { measureNames } from '../../cell/sweep-cell.ts';
import type { Sql } from '../database/database.ts';
import type { PackedChange } from './packed-change.ts';

/** Words whose numbers are kept in memory; beyond, they are looked up again. */
const MAX_KEPT_WORDS = 50_000;

/** A recording may say that it began at the end of time, and it went on from there. */
function storedNs(ns: bigint): bigint {
  return ns < MAX_NS ? ns : MAX_NS;
}
const MAX_NS = 2n ** 63n - 1n;

/** Of the newest record that the verdict replaced; null where that was too long to be kept. */
const formerPass = `json_extract(json_extract(verdict.before, '$[#-1].record'), '$.values.pass')`;

export class SweepWriter {
  readonly #put;
  readonly #touch;
  readonly #tag;
  readonly #untag;
  readonly #addWord;
  readonly #wordNo;
  readonly #lastWord;
  readonly #kept = new Map<string, number>();
  #nextWord: number | null = null;

  constructor(db: Sql) {
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO sweep_cells (cell, sweep, agent, model, family, task, attempt, odd_id, sort_ns, start_ns,
         end_ns, outcome, silent_ns, spans, pass, composite, did_nothing, cost, others, failure, notes, version, settings,
         verifier, ${measureNames.join(', ')}, verdict_ns, verdict_replaced, former_pass)
       SELECT ${'?, '.repeat(24 + measureNames.length)} verdict.at_ns, verdict.revision > 1,
         ${formerPass}
       FROM (SELECT ? AS of) LEFT JOIN scores AS verdict ON verdict.cell = of AND verdict.axis = 'pass_rate'`,
    );
    this.#touch = db.prepare('INSERT OR REPLACE INTO sweeps (sweep, seq) VALUES (?, ?)');
    this.#tag = db.prepare('INSERT OR REPLACE INTO baselines (stem, sweep) VALUES (?, ?)');
    this.#untag = db.prepare('DELETE FROM baselines WHERE stem = ?');
    this.#addWord = db.prepare('INSERT INTO words (word, text) VALUES (?, ?)');
    this.#wordNo = db.prepare('SELECT word FROM words WHERE text = ?').pluck();
    this.#lastWord = db.prepare('SELECT max(word) FROM words').pluck();
  }

  put({ cell, parts, row }: Extract<PackedChange, { kind: 'sweepCell' }>): void {
    const { sweep, agent, model, family, task, attempt } = parts;
    const wordOf = (text: string | null) => (text === null ? null : this.#wordOf(text));
    this.#put.run(
      cell,
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
      row.didNothing ? 1 : 0,
      row.cost,
      row.others,
      wordOf(row.failure),
      row.notes,
      wordOf(row.version),
      wordOf(row.settings),
      wordOf(row.verifier),
      ...measureNames.map((name) => row.measures[name]),
      cell,
    );
  }

  /** A new baseline takes the place of the stem's. */
  tag({ stem, sweep }: Extract<PackedChange, { kind: 'sweepTagged' }>): void {
    if (sweep === null) this.#untag.run(stem);
    else this.#tag.run(stem, sweep);
  }

  /** Notes that a log entry changed cells of a sweep. */
  touch(sweep: string, seq: number): void {
    this.#touch.run(sweep, seq);
  }

  /** Forgets the numbers of words: the transaction that gave them failed, or they were dropped. */
  forget(): void {
    this.#kept.clear();
    this.#nextWord = null;
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
    if (this.#kept.size >= MAX_KEPT_WORDS) this.#kept.clear();
    this.#kept.set(text, no);
    return no;
  }
}
