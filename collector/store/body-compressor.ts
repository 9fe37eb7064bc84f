// Compresses bodies off the event loop with zstd contexts that are kept. `zlib.zstdCompress` makes one a
// call: 1.3 MB that V8 counts as its own and collects garbage for - every 8th body of 370 kB brought a
// full collection of 5 ms on every core. Knows nothing of what is in a body.
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';

/** One a thread of libuv's pool: more would only wait there. */
const MAX_CONTEXTS = 4;
const OPTIONS = {
  // Output of one body nearly always fits, so that it is one trip to the pool.
  chunkSize: 131_072,
  params: {
    // Level 1: 8 times faster than 3 on span batches for a tenth more bytes.
    [constants.ZSTD_c_compressionLevel]: 1,
    // 256 kB instead of 512: a fifth less time for a hundredth more bytes, for it fits the second-level cache.
    [constants.ZSTD_c_windowLog]: 18,
  },
};

interface Job {
  readonly body: Uint8Array;
  readonly resolve: (packed: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

export class BodyCompressor {
  readonly #idle: ZstdCompress[] = [];
  readonly #waiting: Job[] = [];
  #contexts = 0;

  /** The body as one zstd frame. `body` must not change until this resolves. */
  compress(body: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const context = this.#idle.pop() ?? this.#open();
    const job = context && this.#waiting.shift();
    if (context && job) this.#run(context, job);
  }

  #open(): ZstdCompress | undefined {
    if (this.#contexts >= MAX_CONTEXTS) return undefined;
    this.#contexts++;
    return createZstdCompress(OPTIONS);
  }

  #run(context: ZstdCompress, { body, resolve, reject }: Job): void {
    const parts: Buffer[] = [];
    const finish = () => {
      context.removeAllListeners('data');
      context.removeAllListeners('error');
    };
    context.on('data', (part: Buffer) => parts.push(part));
    context.once('error', (error) => {
      finish();
      this.#contexts--;
      reject(error);
      this.#next();
    });
    context.write(body);
    // Ends the frame, not the stream: the next body begins another.
    context.flush(constants.ZSTD_e_end, () => {
      finish();
      this.#idle.push(context);
      resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      this.#next();
    });
  }
}
