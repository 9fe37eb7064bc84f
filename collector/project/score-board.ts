// The scores of the cells at hand, as they will be once everything projected is on disk: the outcome of a
// cell is judged by them before that. Says by the store's own rule which record of an axis stands.
import type { ScoreRecord } from '../../shared/score.ts';
import type { CellState } from '../cell/cell-state.ts';
import type { Change } from '../cell/changes.ts';
import { type ScoreSource, type StoredScore, scoreText } from '../cell/scores.ts';
import type { ProjectionStore } from '../cell/stores.ts';
import type { SearchIndexing } from './search-indexing.ts';

export class ScoreBoard {
  readonly #store: ProjectionStore;
  readonly #indexing: SearchIndexing;
  #kept = new WeakMap<CellState, Map<string, StoredScore>>();
  readonly #parsed = new WeakMap<Map<string, StoredScore>, readonly ScoreRecord[]>();

  #nowNs = 0n;

  constructor(store: ProjectionStore, indexing: SearchIndexing) {
    this.#store = store;
    this.#indexing = indexing;
  }

  /** Starts an entry. @param receivedNs when it was received: its records are of then */
  begin(receivedNs: bigint): void {
    this.#nowNs = receivedNs;
  }

  /** A cell's records, of each axis the one that stands, by name: the same list as long as none of them changes. */
  of(cell: CellState): readonly ScoreRecord[] {
    const axes = this.#axesOf(cell);
    let parsed = this.#parsed.get(axes);
    if (!parsed) {
      const inOrder = [...axes.values()].sort((a, b) => (a.axis < b.axis ? -1 : 1));
      parsed = inOrder.map(({ record }) => JSON.parse(record));
      this.#parsed.set(axes, parsed);
    }
    return parsed;
  }

  /** Puts records to the board, and says what is to be written: they, and what all that stand then hold. */
  *put(
    cell: CellState,
    seq: number,
    records: readonly ScoreRecord[],
    source: ScoreSource,
  ): Generator<Change> {
    for (const record of records) {
      this.#putOne(cell, record, source);
      yield { kind: 'score', cell, seq, atNs: this.#nowNs, record, source };
    }
    const bits = this.#indexing.scores(this.of(cell));
    yield { kind: 'ngramFilter', cell, unit: 'score', seq, bits, replaces: true };
  }

  #putOne(cell: CellState, record: ScoreRecord, source: ScoreSource): void {
    const axes = this.#axesOf(cell);
    const known = axes.get(record.axis);
    const text = scoreText(record);
    if (known && (known.record === text || (known.source === 'put' && source === 'log'))) return;
    axes.set(record.axis, { axis: record.axis, record: text, source });
    this.#parsed.delete(axes);
  }

  /** Follows a merge, before the store makes it: axes of `into` stay, the others join. */
  follow(from: CellState, into: CellState): void {
    this.#kept.set(into, new Map([...this.#axesOf(from), ...this.#axesOf(into)]));
    this.#kept.delete(from);
  }

  /** Forgets a cell's scores: it was deleted. */
  drop(cell: CellState): void {
    this.#kept.set(cell, new Map());
  }

  forget(): void {
    this.#kept = new WeakMap();
  }

  #axesOf(cell: CellState): Map<string, StoredScore> {
    let axes = this.#kept.get(cell);
    if (!axes) {
      axes =
        cell.no === 0 ? new Map() : new Map(this.#store.flushed.scores(cell).map((row) => [row.axis, row]));
      this.#kept.set(cell, axes);
    }
    return axes;
  }
}
