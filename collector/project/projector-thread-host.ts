// The projector as the writer sees it: a thread that is started when there is something to project, told
// how far the log goes, and given a way to the thread that writes.
import { Worker } from 'node:worker_threads';
import type { ChangesChannel } from '../store/database/changes-channel.ts';
import type { NumberedOutcome } from './entry-counts.ts';
import { type Command, type Report, SLOTS, slot, type ThreadStart } from './projector-messages.ts';

export interface ProjectionEvents {
  /** A channel to whoever writes; asked for when the thread is started. */
  openChannel(): ChangesChannel;
  /** Everything up to `seq` can be read; it changed the cells of these rows. */
  projected(seq: number, cells: ReadonlySet<number>, outcomes: readonly NumberedOutcome[]): void;
  /** The database cannot be written now; it is tried again, and `projected` tells when it was. */
  waiting(): void;
}

interface Thread {
  readonly worker: Worker;
  readonly gone: Promise<unknown>;
}

/** New objects that the thread may hold: at V8's own 48 MB it takes 70 MB more and is no faster. */
const YOUNG_MB = 16;
/** How long a thread that was told to stop may take: one group of entries, or one huge entry. */
const STOP_MS = 2000;

export class Projection {
  readonly #path: string;
  readonly #events: ProjectionEvents;
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
  #thread: Thread | null = null;
  #run = 0;

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

  /**
   * Begins again behind the stored cursor.
   * @param drop drops the projections; from then on nothing of earlier runs than the one it names is written
   */
  async restart(drop: (run: number) => Promise<void>): Promise<void> {
    this.#run++;
    try {
      await drop(this.#run);
    } finally {
      if (this.#thread) this.#command({ kind: 'restart', run: this.#run });
    }
  }

  /** Ends the thread behind what it has written. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
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
    const changes = this.#events.openChannel();
    const start: ThreadStart = { path: this.#path, changes, shared: this.#shared };
    const worker = new Worker(new URL('./projector-thread.ts', import.meta.url), {
      workerData: start,
      transferList: [changes.port],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('message', (report: Report) => this.#hear(report));
    worker.on('error', (error) => {
      throw error;
    });
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    // A collector that nobody closes does not keep its process alive.
    worker.unref();
    if (this.#run > 0) worker.postMessage({ kind: 'restart', run: this.#run } satisfies Command);
    return { worker, gone };
  }

  #hear(report: Report): void {
    if (report.run !== this.#run) return;
    if (report.kind === 'waiting') this.#events.waiting();
    else this.#events.projected(report.seq, report.cells, report.outcomes);
  }
}
