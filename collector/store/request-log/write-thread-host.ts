// The thread that writes, as the collector's own thread sees it: hands over what was accepted and says when
// it is on disk. The bodies lie in shared memory or are copied; either way nothing here waits for a disk.

import type { UnpackedEntry } from '../../cell/log-entry.ts';
import type { LogEvents, LogWriter, StoreOpener } from '../../cell/stores.ts';
import { StartError, UnavailableError } from '../../errors.ts';
import { ThreadHost } from '../../thread-host.ts';
import { openChangesChannel } from '../changes/changes-channel.ts';
import type { OpenOptions } from '../database/database.ts';
import type { HandingParams } from '../handing-store.ts';
import type { Failure, LogCommand, LogReport, LogThreadStart } from './write-messages.ts';

/** The thread allocates little that lives: its bodies lie in shared memory. */
const YOUNG_MB = 8;

export class Appender implements LogWriter {
  readonly #path: string;
  readonly #events: LogEvents;
  readonly #thread: ThreadHost<LogCommand, LogReport>;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #lastId = 0;
  #dropping: PromiseWithResolvers<void> | null = null;
  #drained: (() => void)[] = [];

  /** @param path a database that a `Store` of this process has open and leaves unchanged from now on */
  constructor(path: string, options: OpenOptions, events: LogEvents) {
    this.#path = path;
    this.#events = events;
    const start: LogThreadStart = { path, options };
    this.#thread = new ThreadHost({
      module: new URL('./write-thread.ts', import.meta.url),
      start,
      youngMb: YOUNG_MB,
      onReport: (report) => this.#onReport(report),
    });
  }

  /**
   * Appends one entry. Its body must not change until this is settled.
   * @throws UnavailableError when nothing of it was written
   */
  append(receivedNs: bigint, entry: UnpackedEntry): Promise<void> {
    const id = ++this.#lastId;
    const { body } = entry;
    const shared = body.buffer instanceof SharedArrayBuffer;
    const sent = { ...entry, body: shared ? body : new Uint8Array(body) };
    this.#thread.send(
      { kind: 'append', id, receivedNs, entry: sent },
      shared ? [] : [sent.body.buffer as ArrayBuffer],
    );
    const settled = Promise.withResolvers<void>();
    if (this.#waiting.size === 0) this.#thread.hold();
    this.#waiting.set(id, settled);
    return settled.promise;
  }

  /** How the projector's thread opens the store; this one writes what it hands over. */
  openerForProjector(): StoreOpener {
    const [handing, writing] = openChangesChannel();
    this.#thread.send({ kind: 'serve', channel: writing }, [writing.port]);
    const params: HandingParams = { path: this.#path, channel: handing };
    return {
      module: new URL('../threads.ts', import.meta.url).href,
      params,
      transfer: [handing.port],
    };
  }

  /**
   * Drops all that was derived from the log. Changes of runs before this one are not written afterwards.
   * @throws UnavailableError when the database cannot be written now
   */
  dropProjections(run: number): Promise<void> {
    this.#dropping = Promise.withResolvers<void>();
    this.#thread.hold();
    this.#thread.send({ kind: 'drop', run });
    return this.#dropping.promise;
  }

  /** Resolves when nobody waits for an append any more. */
  async drain(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Closes the thread's connection and ends it. */
  stop(): Promise<void> {
    return this.#thread.stop({ kind: 'stop' });
  }

  #onReport(report: LogReport): void {
    if (report.kind === 'committed') {
      this.#events.committed(report.head);
      this.#settle(report.ids, null);
    } else if (report.kind === 'refused') this.#settle(report.ids, report.failure);
    else if (report.kind === 'opened') this.#events.opened(report.head, report.isDurable);
    else if (report.kind === 'failed') this.#fail(new StartError(report.code, report.message));
    else {
      if (report.failure) this.#dropping?.reject(errorOf(report.failure));
      else this.#dropping?.resolve();
      if (this.#waiting.size === 0) this.#thread.release();
    }
  }

  #settle(ids: readonly number[], failure: Failure | null): void {
    for (const id of ids) {
      if (failure) this.#waiting.get(id)?.reject(errorOf(failure));
      else this.#waiting.get(id)?.resolve();
      this.#waiting.delete(id);
    }
    if (this.#waiting.size > 0) return;
    this.#thread.release();
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** The thread could not open the database, or not again: what it was sent since has no answer. */
  #fail(error: StartError): void {
    this.#settle([...this.#waiting.keys()], { code: 'io', message: 'the disk failed' });
    this.#events.failed(error);
  }
}

function errorOf({ code, message }: Failure): Error {
  return code === null ? new Error(message) : new UnavailableError(code, message);
}
