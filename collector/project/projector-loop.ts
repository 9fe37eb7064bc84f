// The projector at work: follows the log, a group of entries at a time, works out what each means and has the results
// written by the thread that writes. What cannot be written now is tried again behind what was written; what the
// database refuses for good is set aside. Does not know whose thread it runs in.
import { availableParallelism } from 'node:os';
import type { StoredLogEntry } from '../cell/log-entry.ts';
import type { ProjectorStore } from '../cell/stores.ts';
import { RefusedChanges, UnavailableError } from '../errors.ts';
import { Projector } from './projector.ts';
import { type Command, type Report, slot, type ThreadStart } from './projector-messages.ts';

/** Entries and milliseconds of work in one transaction: a commit costs an fsync, and a read may wait. */
const MAX_GROUP = 32;
const GROUP_MS = 30;
/**
 * Its share while it makes way: one entry, then a pause of so many times as long. On two cores eight clients
 * get 0.34 M spans/s acknowledged while nothing is projected, 0.16 M beside a projector at full speed.
 */
const PAUSE_RATIO = 9;
/** With more cores than the collector, the compressing threads and a client need, nobody has to make way. */
const YIELDS_TO_INGEST = availableParallelism() < 6;
/** Between two attempts while the database cannot be read or written. */
const RETRY_MS = 250;
/** No entry: where to go on is to be read from the database, which it may refuse as well. */
const NOWHERE = -1;

export class ProjectorLoop {
  readonly #shared: ThreadStart['shared'];
  readonly #report: (report: Report) => void;
  readonly #store: ProjectorStore;
  readonly #projector: Projector;
  /** The last entry worked out, whether it is written yet or not. */
  #seq: number;
  /** How far the log goes, as the last command said. */
  #to = 0;
  #run = 0;
  /** Up to here entries are written one by one: the database refused a group among them. */
  #singleUntil = 0;
  /** Cells that the group at hand changed. */
  #advanced = new Set<number>();
  #state: 'idle' | 'working' | 'stopped' = 'idle';

  /** @param report told how far it came, and that it waits */
  constructor(store: ProjectorStore, shared: ThreadStart['shared'], report: (report: Report) => void) {
    this.#store = store;
    this.#shared = shared;
    this.#report = report;
    this.#projector = new Projector(store);
    this.#seq = this.#projector.projectedSeq();
  }

  /** Closes the store; what is under way is not written. */
  stop(): void {
    this.#state = 'stopped';
    this.#store.close();
  }

  onCommand(command: Exclude<Command, { kind: 'stop' }>): void {
    if (command.kind === 'project') this.#to = command.to;
    else {
      this.#run = command.run;
      this.#store.beginRun(command.run);
      this.#singleUntil = 0;
      this.#seq = NOWHERE;
    }
    if (this.#state !== 'idle') return;
    this.#state = 'working';
    setImmediate(() => this.#work());
  }

  /** One group of entries. Commands are read between two. */
  #work(): void {
    if (this.#state === 'stopped') return;
    try {
      if (this.#seq === NOWHERE) this.#beginAgain();
      this.#projectGroup();
      this.#report({
        kind: 'projected',
        run: this.#run,
        seq: this.#seq,
        cells: this.#advanced,
        entryCounts: this.#projector.takeEntryCounts(),
      });
      this.#advanced = new Set();
      if (this.#seq < this.#to) setImmediate(() => this.#work());
      else this.#state = 'idle';
    } catch (cause) {
      this.#retreat(cause);
    }
  }

  #projectGroup(): void {
    const single = this.#seq < this.#singleUntil;
    let workedMs = 0;
    for (let count = 0; count < MAX_GROUP && workedMs < GROUP_MS; count++) {
      const startMs = performance.now();
      const entry = this.#store.flushed.entryAfter(this.#seq);
      if (!entry) {
        // Where the log's end was lost there is nothing behind it to project.
        this.#seq = Math.max(this.#seq, this.#to);
        break;
      }
      for (const no of this.#projector.project(entry)) this.#advanced.add(no);
      if (single) this.#writeAlone(entry);
      this.#seq = entry.seq;
      if (single) return;
      const tookMs = performance.now() - startMs;
      workedMs += tookMs;
      this.#yieldToIngest(tookMs);
    }
    this.#store.flush();
  }

  /** Leaves the processor to acknowledgements, until somebody waits for the projections. */
  #yieldToIngest(tookMs: number): void {
    if (YIELDS_TO_INGEST) Atomics.wait(this.#shared, slot.yieldToIngest, 1, tookMs * PAUSE_RATIO);
  }

  /** What the database refuses although it can write says something of this entry: it is set aside. */
  #writeAlone(entry: StoredLogEntry): void {
    try {
      this.#store.flush();
    } catch (error) {
      if (!(error instanceof RefusedChanges)) throw error;
      this.#projector.forget();
      this.#projector.takeEntryCounts();
      this.#projector.setAside(entry, error);
      this.#store.flush();
    }
  }

  /** Nothing of the group was written. */
  #retreat(error: unknown): void {
    const until = Math.max(this.#seq, 0) + MAX_GROUP;
    if (error instanceof RefusedChanges) this.#singleUntil = until;
    else if (!(error instanceof UnavailableError)) throw error;
    this.#seq = NOWHERE;
    if (error instanceof RefusedChanges) setImmediate(() => this.#work());
    else {
      this.#report({ kind: 'waiting', run: this.#run });
      setTimeout(() => this.#work(), RETRY_MS);
    }
  }

  /** Forgets all that is not written, and goes on behind what is. */
  #beginAgain(): void {
    this.#projector.forget();
    this.#projector.takeEntryCounts();
    this.#store.discard();
    this.#advanced.clear();
    this.#seq = this.#projector.projectedSeq();
  }
}
