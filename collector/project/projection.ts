// The projector as the writer sees it: a thread that is started when there is something to project, told
// how far the log goes, and given the one connection that writes whenever it has something to write.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { UnavailableError } from '../errors.ts';
import type { Change } from '../store/noted-changes.ts';
import type { NumberedOutcome } from './outcomes.ts';
import { type Answer, type Command, type Report, SLOTS, slot, type ThreadStart } from './thread-messages.ts';

export interface ProjectionEvents {
  /**
   * Writes changes in one transaction; they are on disk when it returns.
   * @throws UnavailableError when the database cannot be written now
   */
  write(changes: readonly Change[]): void;
  /** Everything up to `seq` can be read; it changed the cells of these rows. */
  projected(seq: number, cells: ReadonlySet<number>, outcomes: readonly NumberedOutcome[]): void;
  /** The database cannot be written now; it is tried again, and `projected` tells when it was. */
  waiting(): void;
}

interface Thread {
  readonly worker: Worker;
  readonly answers: MessagePort;
  readonly gone: Promise<unknown>;
}

/** New objects that the thread may hold: at V8's own 48 MB it takes 60 MB more and is no faster. */
const YOUNG_MB = 24;
/** How long a thread that was told to stop may take: one group of entries, or one huge entry. */
const STOP_MS = 2000;

export class Projection {
  readonly #path: string;
  readonly #events: ProjectionEvents;
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
  #thread: Thread | null = null;
  #run = 0;
  #stopping = false;

  /** @param path a database that is open for writing elsewhere in this process */
  constructor(path: string, events: ProjectionEvents) {
    this.#path = path;
    this.#events = events;
  }

  /** Projects what is behind the cursor, up to an entry. */
  go(to: number): void {
    this.#command({ kind: 'go', to });
  }

  /** Leaves the processor to acknowledgements while they come; `hurry` ends it. */
  makeWay(): void {
    Atomics.store(this.#shared, slot.makeWay, 1);
  }

  /** Goes on at full speed: somebody waits for what is projected, or nothing else is to be done. */
  hurry(): void {
    if (Atomics.exchange(this.#shared, slot.makeWay, 0) === 1) Atomics.notify(this.#shared, slot.makeWay);
  }

  /** Begins again behind the stored cursor: the projections were dropped. Nothing older is written. */
  restart(): void {
    this.#run++;
    if (this.#thread) this.#command({ kind: 'restart', run: this.#run });
  }

  /** Ends the thread behind what it has written. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    this.#stopping = true;
    this.hurry();
    thread.worker.ref();
    this.#command({ kind: 'stop' });
    const timer = setTimeout(() => thread.worker.terminate(), STOP_MS);
    await thread.gone;
    clearTimeout(timer);
    this.#thread = null;
  }

  #command(command: Command): void {
    this.#thread ??= this.#startThread();
    this.#thread.worker.postMessage(command);
  }

  #startThread(): Thread {
    const { port1, port2 } = new MessageChannel();
    const start: ThreadStart = { path: this.#path, answers: port2, shared: this.#shared };
    const worker = new Worker(new URL('./projector-thread.ts', import.meta.url), {
      workerData: start,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('message', (report: Report) => this.#hear(report));
    worker.on('error', (error) => {
      throw error;
    });
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    // A collector that nobody closes does not keep its process alive.
    worker.unref();
    port1.unref();
    if (this.#run > 0) worker.postMessage({ kind: 'restart', run: this.#run } satisfies Command);
    return { worker, answers: port1, gone };
  }

  #hear(report: Report): void {
    if (report.kind === 'waiting') this.#events.waiting();
    else if (report.kind === 'write') this.#answer(this.#write(report));
    else if (report.run === this.#run) this.#events.projected(report.seq, report.cells, report.outcomes);
  }

  #write({ run, changes }: Extract<Report, { kind: 'write' }>): Answer {
    if (run !== this.#run || this.#stopping)
      return { kind: 'unavailable', code: 'stopping', message: 'the projections begin again' };
    try {
      this.#events.write(changes);
      return { kind: 'written' };
    } catch (error) {
      if (error instanceof UnavailableError)
        return { kind: 'unavailable', code: error.code, message: error.message };
      return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
    }
  }

  #answer(answer: Answer): void {
    if (!this.#thread) return;
    this.#thread.answers.postMessage(answer);
    Atomics.store(this.#shared, slot.answered, 1);
    Atomics.notify(this.#shared, slot.answered);
  }
}
