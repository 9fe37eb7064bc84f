// The life of one worker thread as its owner sees it: started, sent commands, heard, kept from holding the
// process open, and stopped. Does not know what a command or a report means.
import { Worker } from 'node:worker_threads';

type Transfer = Parameters<Worker['postMessage']>[1];

export interface ThreadOptions<Report> {
  /** The module that the thread runs, and what it is given at its start. */
  readonly module: URL;
  readonly start: unknown;
  readonly transfer?: Transfer;
  /** Memory for new objects: V8's own 48 MB cost more than they save in a thread that keeps little. */
  readonly youngMb: number;
  readonly onReport: (report: Report) => void;
  /** A bug in the thread; without this it is thrown where nobody catches it. */
  readonly onError?: (error: Error) => void;
}

export class ThreadHost<Command, Report> {
  readonly #worker: Worker;
  readonly #gone: Promise<unknown>;

  constructor({ module, start, transfer = [], youngMb, onReport, onError }: ThreadOptions<Report>) {
    this.#worker = new Worker(module, {
      workerData: start,
      transferList: [...transfer],
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    });
    this.#worker.on('message', onReport);
    this.#worker.on('error', (cause) => {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (!onError) throw error;
      onError(error);
    });
    this.#gone = new Promise((resolve) => this.#worker.once('exit', resolve));
    // A collector that nobody closes does not keep its process alive; who waits for an answer calls `hold`.
    this.#worker.unref();
  }

  send(command: Command, transfer: Transfer = []): void {
    this.#worker.postMessage(command, transfer);
  }

  /** Keeps the process alive while somebody waits for the thread; `release` ends it. */
  hold(): void {
    this.#worker.ref();
  }

  release(): void {
    this.#worker.unref();
  }

  /**
   * Sends the command that ends the thread, and resolves when it is gone.
   * @param patienceMs after which it is ended where it is; for ever where absent
   */
  async stop(command: Command, patienceMs?: number): Promise<void> {
    this.hold();
    this.send(command);
    const timer = patienceMs === undefined ? null : setTimeout(() => this.#worker.terminate(), patienceMs);
    await this.#gone;
    if (timer) clearTimeout(timer);
  }
}
