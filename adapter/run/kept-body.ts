// A body that passes through the proxy, kept for reading when it is over: up to a bound, and inflated only then.
// Reads nothing into it.
import { inflated } from './content-coding.ts';

/** So much of a body is kept for reading; beyond it bytes pass and the call has no usage. */
const MAX_KEPT_BYTES = 64 * 2 ** 20;

/** Bytes that pass, kept for reading up to a bound. */
export class Kept {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= MAX_KEPT_BYTES) this.#chunks.push(chunk);
    else this.#chunks.length = 0;
  }

  /** The text; what cannot be inflated, or was cut, is told as far as it goes: not at all. */
  text(encoding: string): string {
    const bytes = Buffer.concat(this.#chunks);
    try {
      return inflated(bytes, encoding, MAX_KEPT_BYTES).toString('utf8');
    } catch {
      return '';
    }
  }
}
