// Answers that may be large: made once for all who read them at the same time, handed on in pieces as each reader
// takes them, and held in memory within one bound for all. Who takes nothing for long is cut off, for others
// wait for the room. Does not know what is in an answer.
import { UnavailableError } from '../errors.ts';

interface AnswerLimits {
  /** Of all large answers that somebody is reading. */
  readonly answerBytes: number;
  /** So long a reader may take nothing of what is ready for it. */
  readonly answerStallMs: number;
}

interface HeldAnswer {
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
  /** Known when it is made. */
  size: number;
  readers: number;
}

/** What is smaller is handed over at once. */
const LARGE_BYTES = 2 ** 18;
const PIECE_BYTES = 2 ** 18;

export class HeldAnswers {
  readonly #limits: AnswerLimits;
  readonly #noteRefused: () => void;
  readonly #held = new Map<string, HeldAnswer>();
  #bytes = 0;
  /** One is made at a time: what many make at once is in memory before any of it is counted. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param noteRefused told of each that found no room */
  constructor(limits: AnswerLimits, noteRefused: () => void) {
    this.#limits = limits;
    this.#noteRefused = noteRefused;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The body of an answer.
   * @param key equal for answers that are equal now
   * @throws UnavailableError where what others are reading leaves no room for it
   */
  async body(key: string, make: () => Promise<string | Uint8Array<ArrayBuffer>>): Promise<Body> {
    const held = this.#held.get(key) ?? this.#begin(key, make);
    held.readers++;
    try {
      const bytes = await held.bytes;
      if (bytes.length <= LARGE_BYTES) {
        this.#leave(key, held);
        return bytes;
      }
      return this.#handOn(bytes, () => this.#leave(key, held));
    } catch (error) {
      this.#leave(key, held);
      throw error;
    }
  }

  #begin(key: string, make: () => Promise<string | Uint8Array<ArrayBuffer>>): HeldAnswer {
    const bytes = this.#turn.then(async () => {
      this.#checkRoom();
      const made = await make();
      const encoded = typeof made === 'string' ? new TextEncoder().encode(made) : made;
      held.size = encoded.length;
      this.#bytes += held.size;
      return encoded;
    });
    const held: HeldAnswer = { bytes, size: 0, readers: 0 };
    this.#turn = bytes.catch(() => undefined);
    this.#held.set(key, held);
    return held;
  }

  #checkRoom(): void {
    if (this.#bytes < this.#limits.answerBytes) return;
    this.#noteRefused();
    throw new UnavailableError(
      'busy',
      'large answers are being read that leave no room for another: ask again',
    );
  }

  #leave(key: string, held: HeldAnswer): void {
    held.readers--;
    if (held.readers > 0) return;
    this.#bytes -= held.size;
    if (this.#held.get(key) === held) this.#held.delete(key);
  }

  #handOn(bytes: Uint8Array<ArrayBuffer>, leave: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = 0;
    let timer: NodeJS.Timeout | undefined;
    let left = false;
    const end = () => {
      clearTimeout(timer);
      if (!left) leave();
      left = true;
    };
    const waitForReader = (controller: ReadableStreamDefaultController) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        end();
        controller.error(new Error('its reader took nothing'));
      }, this.#limits.answerStallMs);
    };
    return new ReadableStream({
      start: waitForReader,
      pull(controller) {
        waitForReader(controller);
        controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
        if (at < bytes.length) return;
        end();
        controller.close();
      },
      cancel: end,
    });
  }
}

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
