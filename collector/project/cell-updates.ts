// Who wants to know that a cell moved on: told after the projections' transaction, never inside it. The
// one seam between the projector and whoever watches a run under way. It keeps nothing and reads nothing.

export interface CellUpdateListener {
  /** Rows of the cells that an entry changed. Must not throw and must not work: it is called between slices. */
  updated(cells: ReadonlySet<number>): void;
  /** The collector stops: end what waits for more. */
  stopped(): void;
}

export class CellUpdates {
  readonly #listeners = new Set<CellUpdateListener>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** @returns a function that stops listening */
  listen(listener: CellUpdateListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  publish(cells: ReadonlySet<number>): void {
    for (const listener of [...this.#listeners]) listener.updated(cells);
  }

  stop(): void {
    for (const listener of [...this.#listeners]) listener.stopped();
    this.#listeners.clear();
  }
}
