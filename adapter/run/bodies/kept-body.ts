// A body that passes through the proxy or the relay, kept for reading when it is whole: up to a bound of its own, and
// with all others of the run within one room, so that nobody who sends or answers fills the recorder's memory.
// Inflates it only when it is read. Reads nothing into it.
import { inflated } from './content-coding.ts';

/** What a small chunk takes beside its bytes. */
const CHUNK_BYTES = 128;

/** Memory that the bodies of a run share. */
export class KeptRoom {
  #free: number;

  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** False where there is no room: nothing is taken then. */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }
}

/** Bytes that pass, kept for reading up to a bound. Release it when it was read. */
export class Kept {
  readonly #room: KeptRoom;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #taken = 0;
  #size = 0;
  #isWhole = true;

  constructor(room: KeptRoom, maxBytes: number) {
    this.#room = room;
    this.#maxBytes = maxBytes;
  }

  /** So many bytes passed, kept or not. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (!this.#isWhole) return;
    const bytes = chunk.length + CHUNK_BYTES;
    if (this.#size > this.#maxBytes || !this.#room.take(bytes)) {
      this.release();
      return;
    }
    this.#taken += bytes;
    this.#chunks.push(chunk);
  }

  /** All of it; null where it passed a bound. */
  bytes(): Buffer | null {
    return this.#isWhole ? Buffer.concat(this.#chunks) : null;
  }

  /** The text; what cannot be inflated, or was cut, is told as far as it goes: not at all. */
  text(encoding: string): string {
    try {
      return inflated(this.bytes() ?? Buffer.alloc(0), encoding, this.#maxBytes).toString('utf8');
    } catch {
      return '';
    }
  }

  /** Lets go of it, and of what still comes. */
  release(): void {
    this.#isWhole = false;
    this.#chunks.length = 0;
    this.#room.give(this.#taken);
    this.#taken = 0;
  }
}
