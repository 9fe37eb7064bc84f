// How many connections each address has open, over all ports of the collector, and who may open one more. Does not
// answer those that may not.
import type { Socket } from 'node:net';
import type { CollectorMetrics } from './collector-metrics.ts';

export interface ConnectionLimits {
  readonly connectionsPerAddress: number;
  /** Of this machine itself. */
  readonly connectionsFromHere: number;
}

export class ConnectionCount {
  readonly #limits: ConnectionLimits;
  readonly #metrics: CollectorMetrics;
  readonly #perAddress = new Map<string, number>();
  #open = 0;

  constructor(limits: ConnectionLimits, metrics: CollectorMetrics) {
    this.#limits = limits;
    this.#metrics = metrics;
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a connection until it closes. @returns false where its address has too many already */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const count = (this.#perAddress.get(address) ?? 0) + 1;
    this.#perAddress.set(address, count);
    this.#open++;
    socket.once('close', () => {
      this.#open--;
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
    });
    const { connectionsFromHere, connectionsPerAddress } = this.#limits;
    if (count <= (isOwnMachine(address) ? connectionsFromHere : connectionsPerAddress)) return true;
    this.#metrics.noteRefusedConnection('address');
    return false;
  }

  /** One that the system turned away: there were too many in all. */
  noteDropped(): void {
    this.#metrics.noteRefusedConnection('total');
  }
}

function isOwnMachine(address: string): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(address);
}
