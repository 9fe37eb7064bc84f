// The span memories of the cells at hand, the ones used longest ago forgotten first.
import type { CellState } from '../../cell/cell-state.ts';
import type { ProjectionStore } from '../../cell/stores.ts';
import { SpanMemory } from './span-memory.ts';

/** Spans remembered in all, at about 30 bytes each. The cell at hand is kept whatever its size. */
const MAX_SPANS = 250_000;
/** What a memory costs that holds next to nothing, in spans: thousands of ad-hoc cells hold one each. */
const SPANS_A_CELL = 128;

/** Says on a cell what its model calls come to. */
export function tellUsage(cell: CellState, memory: SpanMemory): void {
  const { calls, usage, answered, silent, bill, repeated } = memory.sums();
  if (repeated.length > 0) cell.repeatedSpans = repeated.length;
  else delete cell.repeatedSpans;
  cell.modelCalls = calls;
  cell.bill = bill;
  cell.usage = { input: usage.inputTokens, output: usage.outputTokens, answered, silent };
}

export class SpanMemories {
  readonly #store: ProjectionStore;
  readonly #kept = new Map<CellState, SpanMemory>();
  #last: { cell: CellState; memory: SpanMemory } | null = null;

  constructor(store: ProjectionStore) {
    this.#store = store;
  }

  of(cell: CellState): SpanMemory {
    if (this.#last?.cell === cell) return this.#last.memory;
    let memory = this.#kept.get(cell);
    if (memory) this.#kept.delete(cell);
    else memory = this.#load(cell);
    this.#kept.set(cell, memory);
    this.#last = { cell, memory };
    return memory;
  }

  /** Joins the memories of cells that are about to be merged; before new spans are added. */
  follow(merges: readonly (readonly [from: CellState, into: CellState])[]): void {
    for (const [from, into] of merges) {
      const joined = this.of(from);
      this.of(into).absorb(joined);
      this.#kept.delete(from);
    }
    this.#last = null;
  }

  /** Forgets a cell's spans: it was deleted. */
  drop(cell: CellState): void {
    this.#kept.delete(cell);
    this.#last = null;
  }

  /** Makes room. Between entries only: what an entry added is not in the store before its end. */
  trim(): void {
    let spans = 0;
    for (const memory of this.#kept.values()) spans += memory.count + SPANS_A_CELL;
    if (spans <= MAX_SPANS) return;
    // What is forgotten is read from the store again; a quarter at once, so that this is rare.
    this.#store.flush();
    for (const [cell, memory] of this.#kept) {
      if (spans <= MAX_SPANS * 0.75 || this.#last?.cell === cell) break;
      spans -= memory.count + SPANS_A_CELL;
      this.#kept.delete(cell);
    }
  }

  /** Forgets everything: an entry failed half way, or the rows were dropped. */
  forget(): void {
    this.#kept.clear();
    this.#last = null;
  }

  #load(cell: CellState): SpanMemory {
    const memory = new SpanMemory();
    if (cell.no === 0) return memory;
    for (const links of this.#store.flushed.spanLinks(cell)) memory.addLinks(links);
    return memory;
  }
}
