// The thread that searches: several searches at once, each a slice at a time, through a connection of its
// own that can only read. Each ends after its budget with as much as it found.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { UnavailableError } from '../errors.ts';
import { asStoreError } from '../store/database/database.ts';
import { ReadingStore } from '../store/parts.ts';
import { Finder, type SearchAnswer } from './finder.ts';
import type { SearchCommand, SearchReport, SearchThreadStart } from './search-messages.ts';
import { SignatureCache } from './signature-cache.ts';

/** How long a search goes on before it answers with what it has: people type on after 200 ms. */
const BUDGET_MS = 120;
/** Between two looks at what came in. */
const SLICE_MS = 8;

interface Search {
  readonly id: number;
  readonly steps: Generator<void, SearchAnswer, boolean | undefined>;
  readonly untilMs: number;
}

class SearchThread {
  readonly #port: MessagePort;
  readonly #store: ReadingStore;
  readonly #signatures: SignatureCache;
  /** The one whose turn it is first. */
  #searches: Search[] = [];
  #isWorking = false;

  constructor(port: MessagePort, { path }: SearchThreadStart) {
    this.#port = port;
    this.#store = new ReadingStore(path);
    this.#signatures = new SignatureCache(this.#store.signatures);
    port.on('message', (command: SearchCommand) => this.#onCommand(command));
  }

  #onCommand(command: SearchCommand): void {
    if (command.kind === 'stop') {
      this.#searches = [];
      this.#port.close();
      this.#store.close();
    } else if (command.kind === 'leave')
      this.#searches = this.#searches.filter(({ id }) => id !== command.id);
    else {
      const { id, request } = command;
      const steps = new Finder(this.#store, this.#signatures, request).run();
      this.#searches.push({ id, steps, untilMs: performance.now() + BUDGET_MS });
      if (!this.#isWorking) setImmediate(() => this.#work());
      this.#isWorking = true;
    }
  }

  /** One slice of one search; the others follow in turn. */
  #work(): void {
    const search = this.#searches.shift();
    if (search && !this.#advance(search)) this.#searches.push(search);
    this.#isWorking = this.#searches.length > 0;
    if (this.#isWorking) setImmediate(() => this.#work());
  }

  /** @returns whether it is done */
  #advance({ id, steps, untilMs }: Search): boolean {
    const sliceUntilMs = performance.now() + SLICE_MS;
    try {
      for (;;) {
        const nowMs = performance.now();
        const { done, value } = steps.next(nowMs > untilMs);
        if (done) {
          this.#report({ kind: 'found', id, answer: value });
          return true;
        }
        if (performance.now() > sliceUntilMs) return false;
      }
    } catch (cause) {
      const error = asStoreError(cause);
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
new SearchThread(parentPort, workerData);
