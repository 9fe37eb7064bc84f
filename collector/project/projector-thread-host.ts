// The projector as the writer sees it: a thread that is started when there is something to project, told
// how far the log goes, and given a way to open the store.
import type { StoreOpener } from '../cell/stores.ts';
import { ThreadHost } from '../thread-host.ts';
import type { NumberedCounts } from './entry-counts.ts';
import { type Command, type Report, SLOTS, slot, type ThreadStart } from './projector-messages.ts';

export interface ProjectionEvents {
  /** How the thread opens the store; asked for when it is started. */
  openerForProjector(): StoreOpener;
  /** Everything up to `seq` can be read; it changed the cells of these rows. */
  projected(seq: number, cells: ReadonlySet<number>, entryCounts: readonly NumberedCounts[]): void;
  /** The database cannot be written now; it is tried again, and `projected` tells when it was. */
  waiting(): void;
}

/** New objects that the thread may hold: at V8's own 48 MB it takes 70 MB more and is no faster. */
const YOUNG_MB = 16;
/** How long a thread that was told to stop may take: one group of entries, or one huge entry. */
const STOP_MS = 2000;

export class Projection {
  readonly #events: ProjectionEvents;
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
  #thread: ThreadHost<Command, Report> | null = null;
  #run = 0;

  constructor(events: ProjectionEvents) {
    this.#events = events;
  }

  /** Projects what is behind the cursor, up to an entry. */
  projectUpTo(to: number): void {
    this.#command({ kind: 'project', to });
  }

  /** Leaves the processor to acknowledgements while they come; `resumeFullSpeed` ends it. */
  yieldToIngest(): void {
    Atomics.store(this.#shared, slot.yieldToIngest, 1);
  }

  /** Goes on at full speed: somebody waits for what is projected, or nothing else is to be done. */
  resumeFullSpeed(): void {
    if (Atomics.exchange(this.#shared, slot.yieldToIngest, 0) === 1)
      Atomics.notify(this.#shared, slot.yieldToIngest);
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
    this.resumeFullSpeed();
    await thread.stop({ kind: 'stop' }, STOP_MS);
    this.#thread = null;
  }

  #command(command: Command): void {
    this.#thread ??= this.#startThread();
    this.#thread.send(command);
  }

  #startThread(): ThreadHost<Command, Report> {
    const { transfer, ...store } = this.#events.openerForProjector();
    const start: ThreadStart = { store, shared: this.#shared };
    const thread = new ThreadHost<Command, Report>({
      module: new URL('./projector-thread.ts', import.meta.url),
      start,
      transfer,
      youngMb: YOUNG_MB,
      onReport: (report) => this.#onReport(report),
    });
    if (this.#run > 0) thread.send({ kind: 'restart', run: this.#run });
    return thread;
  }

  #onReport(report: Report): void {
    if (report.run !== this.#run) return;
    if (report.kind === 'waiting') this.#events.waiting();
    else this.#events.projected(report.seq, report.cells, report.entryCounts);
  }
}
