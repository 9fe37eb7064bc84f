// The one writer: appends the requests in flight to the log in one transaction, acknowledges them only
// when COMMIT has returned, and drives the projector behind it in slices, so that it holds up neither
// acknowledgements nor reads. Decodes nothing on the way to an acknowledgement.
import { type StartError, UnavailableError } from './errors.ts';
import { Advances } from './project/advances.ts';
import { type DeletedShare, deletedShareOf } from './project/deleted-cells.ts';
import type { EntryOutcome, NumberedOutcome } from './project/outcomes.ts';
import { Projection } from './project/projection.ts';
import type { Encoding } from './record.ts';
import type { Head } from './store/head-file.ts';
import { type LogEntry, type LogSignal, packBody } from './store/log.ts';
import type { Change } from './store/noted-changes.ts';
import type { Store } from './store/store.ts';

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

interface Pending {
  readonly entry: LogEntry;
  /** When it gives up waiting for a database that another process has locked. */
  readonly untilMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Bodies between arrival and COMMIT; beyond, the answer is 503 at once. */
const MAX_PENDING_BYTES = 64 * 2 ** 20;
/**
 * How long a request waits for others that are being compressed. Eight clients: 1.8 requests a commit and
 * 0.20 M spans/s without, 3.3 and 0.34 M with 1 ms, 4.2 and 0.34 M with 2, 5.4 and 0.31 M with 4.
 */
const GATHER_MS = 2;
const MAX_GROUP = 32;
/** Requests "keep coming" for so long after a commit: the projector makes way for them. */
const BUSY_FOR_MS = 20;
/**
 * How long a read waits for what was acknowledged before it. On two cores with a load of 12 the projector's
 * thread alone took over 2 s to start: an answer that lacks acknowledged spans is worse than a late one.
 */
const SETTLE_MS = 10_000;
/** How long an append waits for another process's lock: half of the 250 ms in which 503 must be out. */
const LOCK_PATIENCE_MS = 125;
/** Between two attempts of an append, so that the event loop runs on. */
const LOCK_RETRY_MS = 15;

export class Writer {
  readonly #store: Store;
  readonly #projection: Projection;
  readonly #now: () => bigint;
  readonly #count: (outcome: EntryOutcome) => void;
  #countedSeq = 0;
  #head: Head;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  /** Bodies on their way through compression: they will want a commit next. */
  #packing = 0;
  #gathering: NodeJS.Timeout | null = null;
  #flushing = false;
  #lastCommitMs = 0;
  #calming: NodeJS.Timeout | null = null;
  #projectedSeq: number;
  /** The projections cannot be written now. */
  #retrying = false;
  #waiters: { seq: number; resolve: () => void }[] = [];
  #state: 'open' | 'stopping' | 'closed' = 'open';
  readonly #failed = Promise.withResolvers<StartError>();
  /** Told of every cell that the projections moved on. */
  readonly advances = new Advances();
  /** Resolves when the disk failed and the database could not be opened again: leave the process. */
  readonly failed: Promise<StartError> = this.#failed.promise;

  /**
   * Goes on behind the log's last entry, and projects what a crash left unprojected.
   * @param now nanoseconds since the epoch
   * @param count told what became of every entry's records, once
   */
  constructor(store: Store, now: () => bigint, count: (outcome: EntryOutcome) => void = () => undefined) {
    this.#store = store;
    this.#now = now;
    this.#count = count;
    this.#head = store.log.head();
    this.#projectedSeq = store.log.projectedSeq();
    this.#projection = new Projection(store.path, {
      write: (changes) => this.#writeProjection(changes),
      projected: (seq, cells, outcomes) => this.#noteProjected(seq, cells, outcomes),
      waiting: () => this.#noteWaiting(),
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
    if (this.#store.isReadOnly)
      throw new UnavailableError(
        'read_only',
        'the database cannot be written: its disk or file is read-only',
      );
    if (this.#pendingBytes + raw.length > MAX_PENDING_BYTES)
      throw new UnavailableError('busy', 'too many requests are waiting to be written');
    this.#pendingBytes += raw.length;
    try {
      this.#packing++;
      const packed = await packBody(raw, gzip).finally(() => {
        this.#packing--;
      });
      const entry: LogEntry = { ...fields, ...packed, rawBytes: raw.length };
      await new Promise<void>((resolve, reject) => {
        const untilMs = performance.now() + LOCK_PATIENCE_MS;
        this.#pending.push({ entry, untilMs, resolve, reject });
        this.#flushSoon();
      });
    } finally {
      this.#pendingBytes -= raw.length;
    }
  }

  /**
   * Resolves when everything acknowledged so far can be read, or after ten seconds; at once while the
   * database cannot be written: what is projected stays readable.
   */
  async settled(): Promise<void> {
    const { seq } = this.#head;
    if (this.#projectedSeq >= seq || this.#retrying || this.#store.isReadOnly) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, SETTLE_MS);
    this.#waiters.push({ seq, resolve });
    this.#projection.hurry();
    this.#drive();
    await promise;
    clearTimeout(timer);
  }

  /** Records of a request that are for deleted cells: they are to be refused before they are acknowledged. */
  deletedShareOf(request: Parameters<typeof deletedShareOf>[1]): DeletedShare | null {
    if (this.#state !== 'open') throw new UnavailableError('stopping', 'the collector is stopping');
    return deletedShareOf(this.#store, request);
  }

  /** The clock by which requests are stamped, nanoseconds since the epoch. */
  now(): bigint {
    return this.#now();
  }

  /** The projections cannot be written now; acknowledgements may go on. */
  get isWaiting(): boolean {
    return this.#retrying;
  }

  /** How far the projections are, and which entries could not be projected. */
  status(): { acknowledged: number; projected: number; setAside: { seq: number; reason: string }[] } {
    return {
      acknowledged: this.#head.seq,
      projected: this.#projectedSeq,
      setAside: this.#store.log.setAsideEntries(),
    };
  }

  /** Builds every projection again from the log. */
  async rebuild(): Promise<void> {
    this.#store.dropProjections();
    this.#projection.restart();
    this.#projectedSeq = 0;
    this.#drive();
    while (this.#projectedSeq < this.#head.seq) {
      if (this.#retrying) throw new UnavailableError('io', 'the database cannot be written now');
      await this.settled();
    }
  }

  /** Accepts nothing more, writes what is in flight, finishes projecting, and closes the store. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'stopping';
    while (this.#pendingBytes > 0) await new Promise((resolve) => setImmediate(resolve));
    // What is not projected now is projected at the next start: the cursor knows.
    await this.settled();
    if (this.#calming) clearTimeout(this.#calming);
    await this.#projection.stop();
    this.#state = 'closed';
    this.#store.close();
  }

  /** Requests that are about to be ready share one COMMIT and its fsync. */
  #flushSoon(): void {
    if (this.#flushing) return;
    if (this.#packing > 0 && this.#pending.length < MAX_GROUP) {
      this.#gathering ??= setTimeout(() => this.#flushNext(), GATHER_MS);
    } else this.#flushNext();
  }

  #flushNext(): void {
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const group = this.#pending;
    this.#pending = [];
    if (group.length === 0) return;
    const receivedNs = this.#now();
    let head = this.#head;
    try {
      this.#store.transaction(() => {
        for (const { entry } of group) head = this.#store.log.append(head, receivedNs, entry);
      });
    } catch (error) {
      this.#refuse(group, error);
      return;
    }
    this.#head = head;
    this.#store.noteHead(head);
    for (const { resolve } of group) resolve();
    this.#noteBusy();
    this.#drive();
  }

  /** Nothing of the group was acknowledged. A lock of another process is waited for, not for long. */
  #refuse(group: readonly Pending[], error: unknown): void {
    const locked = error instanceof UnavailableError && error.code === 'locked';
    const nowMs = performance.now();
    const waiting = group.filter(({ untilMs }) => locked && nowMs < untilMs);
    for (const pending of group) if (!waiting.includes(pending)) pending.reject(error);
    if (waiting.length > 0) {
      this.#pending = [...waiting, ...this.#pending];
      this.#flushing = true;
      setTimeout(() => this.#flush(), LOCK_RETRY_MS);
    }
    if (isLostWrite(error)) this.#recover();
  }

  /**
   * After a failed fsync nothing may be built on this connection. Opens the database again behind what
   * was acknowledged, or gives up for good: a log that cannot be trusted acknowledges nothing.
   */
  #recover(): void {
    try {
      this.#store.reopen(this.#head);
      this.#head = this.#store.log.head();
      this.#drive();
    } catch (error) {
      this.#state = 'closed';
      const why = new UnavailableError('io', 'the disk failed', { cause: error });
      for (const { reject } of this.#pending) reject(why);
      this.#pending = [];
      this.#releaseWaiters(Number.POSITIVE_INFINITY);
      this.#failed.resolve(error as StartError);
    }
  }

  /** The projector makes way while commits follow each other, unless a read waits for it. */
  #noteBusy(): void {
    this.#lastCommitMs = performance.now();
    if (this.#waiters.length === 0 && this.#state === 'open') this.#projection.makeWay();
    this.#calming ??= setTimeout(() => this.#calm(), BUSY_FOR_MS);
  }

  #calm(): void {
    const leftMs = this.#lastCommitMs + BUSY_FOR_MS - performance.now();
    this.#calming = leftMs > 1 ? setTimeout(() => this.#calm(), leftMs) : null;
    if (!this.#calming) this.#projection.hurry();
  }

  #drive(): void {
    if (this.#state !== 'closed') this.#projection.go(this.#head.seq);
  }

  #writeProjection(changes: readonly Change[]): void {
    try {
      this.#store.make(changes);
    } catch (error) {
      if (isLostWrite(error)) this.#recover();
      throw error;
    }
  }

  #noteProjected(seq: number, cells: ReadonlySet<number>, outcomes: readonly NumberedOutcome[]): void {
    for (const outcome of outcomes) {
      // A rebuild projects old entries again: they are counted already.
      if (outcome.seq <= this.#countedSeq) continue;
      this.#countedSeq = outcome.seq;
      this.#count(outcome);
    }
    this.#retrying = false;
    this.#projectedSeq = Math.max(this.#projectedSeq, seq);
    this.#releaseWaiters(seq);
    if (cells.size > 0) this.advances.tell(cells);
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

function isLostWrite(error: unknown): boolean {
  return error instanceof UnavailableError && error.code === 'fsync';
}
