// Searches as the routes see them: a thread that is started when somebody searches and ends when nobody does
// for a while, so that acknowledgements never wait for a search and its memory is given back.
import type { StoreOpener } from '../cell/stores.ts';
import { UnavailableError } from '../errors.ts';
import { ThreadHost } from '../thread-host.ts';
import type { SearchAnswer, SearchRequest } from './finder.ts';
import type { SearchCommand, SearchReport, SearchThreadStart } from './search-messages.ts';

/** How long the thread outlives its last search: about a reader's pause. */
const IDLE_MS = 60_000;
/** Each gets its share of one processor: more at once would only all be late. */
const MAX_AT_ONCE = 32;
/** Decoded requests die young. */
const YOUNG_MB = 8;

/** For whoever has left. */
const NOTHING: SearchAnswer = { hits: [], next: null, cells: 0 };

interface Waiting {
  resolve(answer: SearchAnswer): void;
  reject(error: Error): void;
}

export class Search {
  readonly #store: StoreOpener;
  readonly #waiting = new Map<number, Waiting>();
  #thread: ThreadHost<SearchCommand, SearchReport> | null = null;
  #lastId = 0;
  /** Resolves when no thread of earlier searches is left. */
  #gone: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;

  /** @param store how the thread opens it */
  constructor(store: StoreOpener) {
    this.#store = store;
  }

  /**
   * Some of what fits, newest cells first: at most the limit, and what is found within 120 ms.
   * @param signal says that nobody waits any more: it then finds nothing further
   * @throws UnavailableError when too many search, or the database cannot be read now
   */
  async find(request: SearchRequest, signal: AbortSignal): Promise<SearchAnswer> {
    if (signal.aborted) return NOTHING;
    if (this.#waiting.size >= MAX_AT_ONCE) throw new UnavailableError('busy', 'too many searches at once');
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<SearchAnswer>();
    this.#waiting.set(id, { resolve, reject });
    const leave = () => {
      this.#send({ kind: 'leave', id });
      resolve(NOTHING);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#send({ kind: 'find', id, request });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting.delete(id);
      this.#rest();
    }
  }

  /** Ends the thread: it has the database open. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = null;
    if (thread) {
      this.#rejectAll(new UnavailableError('stopping', 'the collector is stopping'));
      this.#gone = Promise.all([this.#gone, thread.stop({ kind: 'stop' })]);
    }
    await this.#gone;
  }

  /** Waits for the next search, not for ever. */
  #rest(): void {
    if (this.#idle) clearTimeout(this.#idle);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.close(), IDLE_MS);
    this.#idle.unref();
  }

  #send(command: SearchCommand): void {
    this.#thread ??= this.#startThread();
    this.#thread.send(command);
  }

  #startThread(): ThreadHost<SearchCommand, SearchReport> {
    const { transfer, ...store } = this.#store;
    const start: SearchThreadStart = { store };
    const thread = new ThreadHost<SearchCommand, SearchReport>({
      module: new URL('./search-thread.ts', import.meta.url),
      start,
      transfer,
      youngMb: YOUNG_MB,
      onReport: (report) => this.#onReport(report),
      onError: (error) => {
        if (this.#thread === thread) this.#thread = null;
        this.#rejectAll(error);
      },
    });
    return thread;
  }

  #onReport(report: SearchReport): void {
    const waiting = this.#waiting.get(report.id);
    if (report.kind === 'found') waiting?.resolve(report.answer);
    else waiting?.reject(new UnavailableError(report.code as UnavailableError['code'], report.message));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
