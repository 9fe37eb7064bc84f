// How the projector's thread has its changes written by the thread that holds the one connection that
// writes: it hands them over and stands still until the answer is there, so that all that it reads
// afterwards holds what it wrote. Knows no connection.
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { RefusedChanges, UnavailableError } from '../../errors.ts';
import type { PackedChange } from './packed-change.ts';

/** One end of the channel; to be transferred to a thread with its port. */
export interface ChangesChannel {
  readonly port: MessagePort;
  /** 1 when the answer is there: what both threads see at once. */
  readonly answered: Int32Array<SharedArrayBuffer>;
}

/** Changes that belong together, and which run of the projections they come from. */
export interface HandedChanges {
  readonly run: number;
  readonly changes: readonly PackedChange[];
}

/** What became of them. */
type Answer =
  | { readonly kind: 'written' }
  | { readonly kind: 'unavailable'; readonly code: UnavailableError['code']; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

/** @returns the end that hands over, and the end that writes */
export function openChangesChannel(): [ChangesChannel, ChangesChannel] {
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  return [
    { port: port1, answered },
    { port: port2, answered },
  ];
}

/**
 * Has changes written in one transaction; they are on disk when this returns.
 * @throws UnavailableError when the database cannot be written now
 * @throws RefusedChanges when it refuses these for what they are
 */
export function handOver({ port, answered }: ChangesChannel, handed: HandedChanges): void {
  Atomics.store(answered, 0, 0);
  port.postMessage(handed);
  Atomics.wait(answered, 0, 0);
  const answer: Answer = receiveMessageOnPort(port)?.message;
  if (answer.kind === 'unavailable') throw new UnavailableError(answer.code, answer.message);
  if (answer.kind === 'refused') throw new RefusedChanges(answer.message);
}

/** Answers whatever is handed over, until the port is closed. @param write in one transaction */
export function answerChanges(
  { port, answered }: ChangesChannel,
  write: (handed: HandedChanges) => void,
): void {
  port.on('message', (handed: HandedChanges) => {
    port.postMessage(answerOf(() => write(handed)));
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
}

function answerOf(write: () => void): Answer {
  try {
    write();
    return { kind: 'written' };
  } catch (error) {
    if (error instanceof UnavailableError)
      return { kind: 'unavailable', code: error.code, message: error.message };
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}
