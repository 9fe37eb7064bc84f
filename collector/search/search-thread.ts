// The thread that searches: several searches at once, each a slice at a time, through a connection of its
// own that can only read. Each ends after its budget with as much as it found.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { SearchStore, StoreModule } from '../cell/stores.ts';
import { UnavailableError } from '../errors.ts';
import { Finder, type SearchAnswer } from './finder.ts';
import { NgramFilterCache } from './ngram-filter-cache.ts';
import type { SearchCommand, SearchReport, SearchThreadStart } from './search-messages.ts';

/** How long a search goes on before it answers with what it has: people type on after 200 ms. */
const BUDGET_MS = 120;
/** Between two looks at what came in. */
const SLICE_MS = 8;

interface Search {
  readonly id: number;
  readonly steps: AsyncGenerator<void, SearchAnswer, boolean | undefined>;
  readonly untilMs: number;
}

class SearchThread {
  readonly #port: MessagePort;
  readonly #store: SearchStore;
  readonly #filters: NgramFilterCache;
  /** By their ids, the one whose turn it is first. */
  readonly #searches = new Map<number, Search>();
  #isWorking = false;

  constructor(port: MessagePort, store: SearchStore) {
    this.#port = port;
    this.#store = store;
    this.#filters = new NgramFilterCache(this.#store.ngramFilters);
    port.on('message', (command: SearchCommand) => this.#onCommand(command));
  }

  #onCommand(command: SearchCommand): void {
    if (command.kind === 'stop') {
      this.#searches.clear();
      this.#port.close();
      this.#store.close();
    } else if (command.kind === 'leave') this.#searches.delete(command.id);
    else {
      const { id, request } = command;
      const steps = new Finder(this.#store, this.#filters, request).run();
      this.#searches.set(id, { id, steps, untilMs: performance.now() + BUDGET_MS });
      if (!this.#isWorking) setImmediate(() => this.#work());
      this.#isWorking = true;
    }
  }

  /** One slice of one search; the others follow in turn. */
  async #work(): Promise<void> {
    const [search] = this.#searches.values();
    if (search) {
      const isDone = await this.#advance(search);
      // It may have been left meanwhile.
      const isWanted = this.#searches.delete(search.id);
      if (isWanted && !isDone) this.#searches.set(search.id, search);
    }
    this.#isWorking = this.#searches.size > 0;
    if (this.#isWorking) setImmediate(() => this.#work());
  }

  /** @returns whether it is done */
  async #advance({ id, steps, untilMs }: Search): Promise<boolean> {
    const sliceUntilMs = performance.now() + SLICE_MS;
    try {
      for (;;) {
        const nowMs = performance.now();
        const { done, value } = await steps.next(nowMs > untilMs);
        if (done) {
          this.#report({ kind: 'found', id, answer: value });
          return true;
        }
        if (performance.now() > sliceUntilMs) return false;
      }
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      this.#report({ kind: 'unavailable', id, code: error.code, message: error.message });
      return true;
    }
  }

  #report(report: SearchReport): void {
    this.#port.postMessage(report);
  }
}

if (!parentPort) throw new Error('the search thread was started as no thread');
const start: SearchThreadStart = workerData;
const { openForSearch }: StoreModule = await import(start.store.module);
new SearchThread(parentPort, openForSearch(start.store.params));
