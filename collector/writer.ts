// The one writer: has accepted requests appended to the log by the thread that writes, acknowledges them
// only when COMMIT has returned there, and drives the projector behind it, so that it holds up neither
// acknowledgements nor reads. Decodes nothing on the way to an acknowledgement.

import type { Head, LogSignal } from './cell/log-entry.ts';
import type { CollectorStore, LogWriter, SetAsideEntry } from './cell/stores.ts';
import { defaultLimits } from './config.ts';
import { type StartError, UnavailableError } from './errors.ts';
import type { ResourceShare } from './otlp/resource-shares.ts';
import { CellUpdates } from './project/cell-updates.ts';
import type { EntryCounts, NumberedCounts } from './project/entry-counts.ts';
import { Projection } from './project/projector-thread-host.ts';
import { type DeletedShare, deletedShareOf } from './project/refused/deleted-cells.ts';
import type { Encoding } from './record.ts';

/** One accepted request, before it is packed. */
export interface Accepted {
  readonly signal: LogSignal;
  /** The cell that the address named, or null. */
  readonly cellId: string | null;
  readonly encoding: Encoding | 'text';
  readonly accepted: number;
  readonly rejected: number;
  /** JSON text of what the address said beyond the cell, or null. */
  readonly params: string | null;
  /** The inflated body. */
  readonly body: Uint8Array;
  /** The body as it came, where it came as gzip. */
  readonly gzip: Uint8Array | null;
}

/** Bodies between arrival and COMMIT; beyond, the answer is 503 at once. */
const MAX_PENDING_BYTES = 64 * 2 ** 20;
/** Requests "keep coming" for so long after a commit: the projector makes way for them. */
const BUSY_FOR_MS = 20;
export class Writer {
  readonly #store: CollectorStore;
  readonly #projection: Projection;
  readonly #now: () => bigint;
  readonly #count: (counts: EntryCounts) => void;
  readonly #settleMs: number;
  #countedSeq = 0;
  /** None where the database cannot be written. */
  readonly #log: LogWriter | null;
  #isDurable = true;
  #head: Head;
  #pendingBytes = 0;
  /** Whether any cell was deleted, as long as that cannot have changed. */
  #hasDeleted: boolean | null = null;
  #lastCommitMs = 0;
  #quietTimer: NodeJS.Timeout | null = null;
  #projectedSeq: number;
  /** The projections cannot be written now. */
  #retrying = false;
  #waiters: { seq: number; resolve: () => void }[] = [];
  #state: 'open' | 'stopping' | 'closed' = 'open';
  readonly #failed = Promise.withResolvers<StartError>();
  /** Told of every cell that the projections moved on. */
  readonly cellUpdates = new CellUpdates();
  /** Resolves when the disk failed and the database could not be opened again: leave the process. */
  readonly failed: Promise<StartError> = this.#failed.promise;

  /**
   * Goes on behind the log's last entry, and projects what a crash left unprojected.
   * @param now nanoseconds since the epoch
   * @param count told what became of every entry's records, once
   * @param settleMs how long a read waits for what was acknowledged before it
   */
  constructor(
    store: CollectorStore,
    now: () => bigint,
    count: (counts: EntryCounts) => void = () => undefined,
    settleMs = defaultLimits.settleMs,
  ) {
    this.#settleMs = settleMs;
    this.#store = store;
    this.#now = now;
    this.#count = count;
    const { head, projectedSeq } = store.foundLog();
    this.#head = head;
    this.#projectedSeq = projectedSeq;
    this.#projection = new Projection({
      openerForProjector: () => this.#writing().openerForProjector(),
      projected: (seq, cells, entryCounts) => this.#noteProjected(seq, cells, entryCounts),
      waiting: () => this.#noteWaiting(),
    });
    this.#log = store.startWriting({
      committed: (end) => this.#noteCommitted(end),
      opened: (end, isDurable) => this.#noteOpened(end, isDurable),
      failed: (error) => this.#fail(error),
    });
    if (!store.isReadOnly && this.#projectedSeq < this.#head.seq) this.#drive();
  }

  /**
   * Appends one accepted request. Resolves when it is on disk.
   * @throws UnavailableError when nothing of it was written: asking again may help
   */
  async append(accepted: Accepted): Promise<void> {
    const { body: raw, gzip, ...fields } = accepted;
    if (this.#state !== 'open') throw new UnavailableError('stopping', 'the collector is stopping');
    const log = this.#writing();
    if (this.#pendingBytes + raw.length > MAX_PENDING_BYTES)
      throw new UnavailableError('busy', 'too many requests are waiting to be written');
    this.#pendingBytes += raw.length;
    const asItCame = gzip
      ? ({ coding: 'gzip', body: gzip } as const)
      : ({ coding: 'identity', body: raw } as const);
    try {
      await log.append(this.#now(), { ...fields, ...asItCame, rawBytes: raw.length });
    } finally {
      this.#pendingBytes -= raw.length;
    }
  }

  /**
   * Resolves when everything acknowledged so far can be read; at once while the database cannot be written:
   * what is projected stays readable.
   * @throws UnavailableError after ten seconds: an answer from before would be taken for one of now
   */
  async settled(): Promise<void> {
    const { seq } = this.#head;
    if (this.#projectedSeq >= seq || this.#retrying || this.#store.isReadOnly) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { seq, resolve };
    const timer = setTimeout(() => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      reject(new UnavailableError('busy', 'what was acknowledged cannot be read yet: ask again'));
    }, this.#settleMs);
    this.#waiters.push(waiter);
    this.#projection.resumeFullSpeed();
    this.#drive();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Records of a request that are for deleted cells: they are to be refused before they are acknowledged. */
  async deletedShareOf(
    resources: readonly ResourceShare[],
    endpoint: string | null,
  ): Promise<DeletedShare | null> {
    if (this.#state !== 'open') throw new UnavailableError('stopping', 'the collector is stopping');
    const { cells } = this.#store.reads;
    this.#hasDeleted ??= await cells.hasDeleted();
    const isDeleted = async (cellId: string) => (await cells.findEver(cellId))?.deletedNs !== undefined;
    return this.#hasDeleted ? deletedShareOf(isDeleted, resources, endpoint) : null;
  }

  /** The clock by which requests are stamped, nanoseconds since the epoch. */
  now(): bigint {
    return this.#now();
  }

  /** Whether what is acknowledged is synced before, as the connection that writes says. */
  get isDurable(): boolean {
    return this.#isDurable;
  }

  /** The projections cannot be written now; acknowledgements may go on. */
  get isWaiting(): boolean {
    return this.#retrying;
  }

  /** How far the log and the projections are, as numbers of entries. */
  status(): { acknowledged: number; projected: number } {
    return { acknowledged: this.#head.seq, projected: this.#projectedSeq };
  }

  /** Entries that could not be projected. */
  setAside(): Promise<SetAsideEntry[]> {
    return this.#store.reads.log.setAsideEntries();
  }

  /** Builds every projection again from the log. */
  async rebuild(): Promise<void> {
    const log = this.#writing();
    await this.#projection.restart((run) => log.dropProjections(run));
    this.#store.forgetProjections();
    this.#hasDeleted = null;
    this.#projectedSeq = 0;
    this.#drive();
    while (this.#projectedSeq < this.#head.seq) {
      if (this.#retrying) throw new UnavailableError('io', 'the database cannot be written now');
      await this.#settledInTime();
    }
  }

  /** @returns whether it did within the time that a read waits */
  async #settledInTime(): Promise<boolean> {
    try {
      await this.settled();
      return true;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return false;
    }
  }

  /** Accepts nothing more, writes what is in flight, finishes projecting, and closes the store. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'stopping';
    await this.#log?.drain();
    // What is not projected now is projected at the next start: the cursor knows.
    await this.#settledInTime();
    if (this.#quietTimer) clearTimeout(this.#quietTimer);
    await this.#projection.stop();
    await this.#log?.stop();
    this.#state = 'closed';
    await this.#store.close();
  }

  /** @throws UnavailableError where the database cannot be written */
  #writing(): LogWriter {
    if (this.#log) return this.#log;
    throw new UnavailableError('read_only', 'the database cannot be written: its disk or file is read-only');
  }

  #noteCommitted(head: Head): void {
    this.#head = head;
    this.#noteBusy();
    this.#drive();
  }

  /** A failed fsync can leave more in the log than was acknowledged. */
  #noteOpened(head: Head, isDurable: boolean): void {
    this.#isDurable = isDurable;
    this.#head = head;
    if (head.seq > this.#projectedSeq) this.#drive();
  }

  /** The log cannot be trusted any more: nothing is acknowledged. */
  #fail(error: StartError): void {
    this.#state = 'closed';
    this.#releaseWaiters(Number.POSITIVE_INFINITY);
    this.#failed.resolve(error);
  }

  /** The projector makes way while commits follow each other, unless a read waits for it. */
  #noteBusy(): void {
    this.#lastCommitMs = performance.now();
    if (this.#waiters.length === 0 && this.#state === 'open') this.#projection.yieldToIngest();
    this.#quietTimer ??= setTimeout(() => this.#resumeWhenQuiet(), BUSY_FOR_MS);
  }

  #resumeWhenQuiet(): void {
    const leftMs = this.#lastCommitMs + BUSY_FOR_MS - performance.now();
    this.#quietTimer = leftMs > 1 ? setTimeout(() => this.#resumeWhenQuiet(), leftMs) : null;
    if (!this.#quietTimer) this.#projection.resumeFullSpeed();
  }

  #drive(): void {
    if (this.#state !== 'closed') this.#projection.projectUpTo(this.#head.seq);
  }

  #noteProjected(seq: number, cells: ReadonlySet<number>, entryCounts: readonly NumberedCounts[]): void {
    for (const counts of entryCounts) {
      // A rebuild projects old entries again: they are counted already.
      if (counts.seq <= this.#countedSeq) continue;
      this.#countedSeq = counts.seq;
      this.#count(counts);
    }
    this.#retrying = false;
    this.#hasDeleted = null;
    this.#projectedSeq = Math.max(this.#projectedSeq, seq);
    this.#releaseWaiters(seq);
    if (cells.size > 0) this.cellUpdates.publish(cells);
  }

  #noteWaiting(): void {
    this.#retrying = true;
    this.#releaseWaiters(Number.POSITIVE_INFINITY);
  }

  #releaseWaiters(upTo: number): void {
    this.#waiters = this.#waiters.filter(({ seq, resolve }) => {
      if (seq > upTo) return true;
      resolve();
      return false;
    });
  }
}
