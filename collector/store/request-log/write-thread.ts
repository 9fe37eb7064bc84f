// The thread that writes: it alone holds a connection that changes the database of a running collector.
// It compresses what was accepted, chains it, and acknowledges a group of requests when their one COMMIT
// has returned; what arrives meanwhile is the next group. Scans nothing and decides no meaning.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Head, type LogEntry, packBody, releaseBytes } from '../../cell/log-entry.ts';
import { StartError, UnavailableError } from '../../errors.ts';
import { answerChanges, type ChangesChannel, type HandedChanges } from '../changes/changes-channel.ts';
import { asStoreError } from '../database/database.ts';
import type { Failure, LogCommand, LogReport, LogThreadStart } from './write-messages.ts';
import { WritingConnection } from './writing-connection.ts';

type Append = Extract<LogCommand, { kind: 'append' }>;

interface Pending extends Append {
  /** When it gives up waiting for a database that another process has locked. */
  readonly untilMs: number;
  /** The entry as it will lie in the log, once it was worked out. */
  packed: LogEntry | null;
}

/**
 * Uncompressed bytes in one transaction: 25 bodies of 300 kB take 9 ms to compress, and whoever came first
 * waits for the last.
 */
const MAX_GROUP_BYTES = 8 * 2 ** 20;
/** How long an append waits for another process's lock: half of the 250 ms in which 503 must be out. */
const LOCK_PATIENCE_MS = 125;
/** Between two attempts of an append. */
const LOCK_RETRY_MS = 15;

class LogThread {
  readonly #port: MessagePort;
  readonly #connection: WritingConnection;
  /** The last entry that was acknowledged, or found. */
  #head: Head;
  #pending: Pending[] = [];
  #flushing = false;
  /** Changes of earlier runs of the projections are not written. */
  #run = 0;
  #channel: ChangesChannel | null = null;
  #failed = false;

  /** @throws StartError */
  constructor(port: MessagePort, { path, options }: LogThreadStart) {
    this.#port = port;
    this.#connection = new WritingConnection(path, options);
    this.#head = this.#connection.log.head();
    this.#reportOpened();
    port.on('message', (command: LogCommand) => this.#onCommand(command));
  }

  #onCommand(command: LogCommand): void {
    if (command.kind === 'append') this.#take(command);
    else if (command.kind === 'drop') this.#drop(command.run);
    else if (command.kind === 'serve') {
      this.#channel = command.channel;
      answerChanges(command.channel, (handed) => this.#write(handed));
    } else {
      this.#connection.close();
      this.#channel?.port.close();
      this.#port.close();
    }
  }

  #take(append: Append): void {
    if (this.#failed) {
      this.#report({ kind: 'refused', ids: [append.id], failure: failureOf(diskFailed()) });
      return;
    }
    this.#pending.push({ ...append, untilMs: performance.now() + LOCK_PATIENCE_MS, packed: null });
    this.#flushSoon();
  }

  /** Behind the messages that are there already: they share one COMMIT and its fsync. */
  #flushSoon(): void {
    if (this.#flushing || this.#pending.length === 0) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const group = this.#nextGroup();
    if (group.length === 0) return;
    let head = this.#head;
    try {
      const entries = group.map((pending) => {
        pending.packed ??= { ...pending.entry, ...packBody(pending.entry.body, pending.entry.coding) };
        return { receivedNs: pending.receivedNs, entry: pending.packed };
      });
      this.#connection.transaction(() => {
        for (const { receivedNs, entry } of entries)
          head = this.#connection.log.append(head, receivedNs, entry);
      });
    } catch (error) {
      this.#refuse(group, error);
      return;
    }
    this.#head = head;
    for (const { packed } of group) if (packed?.coding === 'zstd') releaseBytes(packed.body);
    this.#report({ kind: 'committed', ids: group.map(({ id }) => id), head });
    this.#flushSoon();
  }

  #nextGroup(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#pending) {
      if (count > 0 && bytes + entry.rawBytes > MAX_GROUP_BYTES) break;
      bytes += entry.rawBytes;
      count++;
    }
    return this.#pending.splice(0, count);
  }

  /** Nothing of the group was acknowledged. A lock of another process is waited for, not for long. */
  #refuse(group: readonly Pending[], error: unknown): void {
    const isLocked = error instanceof UnavailableError && error.code === 'locked';
    const nowMs = performance.now();
    const waits = ({ untilMs }: Pending) => isLocked && nowMs < untilMs;
    const ids = group.filter((pending) => !waits(pending)).map(({ id }) => id);
    if (ids.length > 0) this.#report({ kind: 'refused', ids, failure: failureOf(error) });
    this.#pending = [...group.filter(waits), ...this.#pending];
    if (isLostWrite(error)) this.#recover();
    if (!isLocked) this.#flushSoon();
    else if (this.#pending.length > 0) {
      this.#flushing = true;
      setTimeout(() => this.#flush(), LOCK_RETRY_MS);
    }
  }

  /**
   * After a failed fsync nothing may be built on this connection. Opens the database again behind what
   * was acknowledged, or gives up for good: a log that cannot be trusted acknowledges nothing.
   */
  #recover(): void {
    try {
      this.#connection.reopen(this.#head);
      this.#head = this.#connection.log.head();
      this.#reportOpened();
    } catch (error) {
      this.#failed = true;
      const ids = this.#pending.splice(0).map(({ id }) => id);
      if (ids.length > 0) this.#report({ kind: 'refused', ids, failure: failureOf(diskFailed()) });
      this.#report(failedWith(error));
    }
  }

  /** @throws UnavailableError, or whatever the database says of these changes */
  #write({ run, changes }: HandedChanges): void {
    if (this.#failed) throw diskFailed();
    if (run !== this.#run) throw new UnavailableError('stopping', 'the projections begin again');
    try {
      this.#connection.write(changes);
    } catch (error) {
      if (isLostWrite(error)) this.#recover();
      throw error;
    }
  }

  #drop(run: number): void {
    this.#run = run;
    try {
      this.#connection.dropProjections();
      this.#report({ kind: 'dropped', failure: null });
    } catch (error) {
      this.#report({ kind: 'dropped', failure: failureOf(error) });
      if (isLostWrite(error)) this.#recover();
    }
  }

  #reportOpened(): void {
    this.#report({ kind: 'opened', head: this.#head, isDurable: this.#connection.isDurable });
  }

  #report(report: LogReport): void {
    this.#port.postMessage(report);
  }
}

function isLostWrite(error: unknown): boolean {
  return error instanceof UnavailableError && error.code === 'fsync';
}

function diskFailed(): UnavailableError {
  return new UnavailableError('io', 'the disk failed');
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof UnavailableError ? error.code : null, message };
}

/** @throws what is no expected failure */
function failedWith(error: unknown): LogReport {
  const failure = asStoreError(error);
  if (failure instanceof StartError) return { kind: 'failed', code: failure.code, message: failure.message };
  throw failure;
}

if (!parentPort) throw new Error('the log thread was started as no thread');
try {
  new LogThread(parentPort, workerData);
} catch (error) {
  parentPort.postMessage(failedWith(error));
}
