// Reads request bodies: counted while they come and again while inflating, held within a budget of bytes
// for all requests together, and given up on when they trickle. Does not trust Content-Length: it is a claim.
import type { Context, MiddlewareHandler } from 'hono';
import { ExpectedError, OtlpError, RequestError, UnavailableError } from '../errors.ts';
import { contentCodingsOf, inflate } from '../otlp/content-coding.ts';
import type { CollectorMetrics } from './collector-metrics.ts';
import { incomingOf } from './node-bindings.ts';

export interface IntakeLimits {
  /** Bodies in memory, of all requests together; beyond, the answer is 503 at once. */
  readonly bytesInFlight: number;
  /** A body may come as slowly as it likes for this long. */
  readonly slowAfterMs: number;
  /** Afterwards it must have come this fast on the whole. */
  readonly minBytesPerSecond: number;
}

/** What one request holds of the budget. */
interface Lease {
  take(bytes: number): void;
  readonly limits: IntakeLimits;
  readonly metrics: CollectorMetrics;
}

/** The bytes of all bodies in flight. Refuses instead of growing. */
export class Intake {
  readonly #limits: IntakeLimits;
  readonly #metrics: CollectorMetrics;
  #bytes = 0;

  constructor(limits: IntakeLimits, metrics: CollectorMetrics) {
    this.#limits = limits;
    this.#metrics = metrics;
  }

  get bytesInFlight(): number {
    return this.#bytes;
  }

  /** Gives each request its lease, and takes it back when the request is answered. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      let held = 0;
      const lease: Lease = {
        limits: this.#limits,
        metrics: this.#metrics,
        take: (bytes) => {
          if (this.#bytes + bytes > this.#limits.bytesInFlight)
            throw new UnavailableError('busy', 'too many requests are being read');
          held += bytes;
          this.#bytes += bytes;
        },
      };
      c.set('lease', lease);
      try {
        await next();
      } finally {
        this.#bytes -= held;
      }
    };
  }
}

/** A body. Its bytes hold until it is disposed of: another body may be read into them then. */
export interface Body extends Disposable {
  /** Inflated. */
  readonly bytes: Uint8Array;
  /** As it came, where it came as gzip and nothing else. */
  readonly gzip: Uint8Array | null;
}

/**
 * Reads a request's body.
 * @param maxRatio how many bytes may become of one, beyond the first 4 MiB
 * @throws OtlpError 413 beyond these, 415 for another Content-Encoding, 400 for a damaged one
 * @throws RequestError 408 for a body that trickles
 * @throws UnavailableError when the bodies in flight fill the budget
 */
export async function readBody(c: Context, maxBytes: number, maxRatio?: number): Promise<Body> {
  const lease = c.get('lease') as Lease;
  const codings = contentCodingsOf(c.req.header('content-encoding'));
  const claimed = Number(c.req.header('content-length') ?? 0);
  if (claimed > maxBytes) throw tooLarge(maxBytes);
  // Only the chunks of Node's own stream are ours to give back once they are copied.
  const place = incomingOf(c) ? pool.take(claimed) : undefined;
  const release = () => {
    if (place) pool.give(place);
  };
  try {
    const bytes = await collect(chunksOf(c), maxBytes, lease, place);
    let inflated = bytes;
    for (const coding of codings.toReversed()) {
      inflated = await inflate(inflated, coding, maxBytes, maxRatio);
      lease.take(inflated.length);
    }
    const gzip = codings.length === 1 && codings[0] === 'gzip' ? bytes : null;
    return { bytes: inflated, gzip, [Symbol.dispose]: release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Bodies from here to there are read into buffers that are used again and again. */
const POOLED_MIN = 16_384;
const POOLED_MAX = 2 ** 20;
/** All of them together; beyond, each body has memory of its own. */
const POOL_BYTES = 16 * 2 ** 20;

/**
 * Buffers for bodies, in memory that the thread that writes shares: nothing is copied on the way to it. Fresh
 * memory for each of them is what V8 collects garbage for: half of all that passes through the collector in a
 * second.
 */
class BodyPool {
  /** Free buffers by their size, a power of two. */
  readonly #free = new Map<number, Buffer[]>();
  #bytes = 0;

  /** A buffer for a body of `claimed` bytes, or undefined where it is not worth one or none is left. */
  take(claimed: number): Buffer | undefined {
    if (!(claimed >= POOLED_MIN && claimed <= POOLED_MAX)) return undefined;
    const size = 2 ** Math.ceil(Math.log2(claimed));
    const free = this.#free.get(size)?.pop();
    if (free || this.#bytes + size > POOL_BYTES) return free;
    this.#bytes += size;
    return Buffer.from(new SharedArrayBuffer(size));
  }

  give(buffer: Buffer): void {
    const free = this.#free.get(buffer.length);
    if (free) free.push(buffer);
    else this.#free.set(buffer.length, [buffer]);
  }
}

const pool = new BodyPool();

/** Node's own stream where there is one: half the cost of the web stream around it. */
function chunksOf(c: Context): AsyncIterator<Uint8Array> {
  const incoming = incomingOf(c);
  // Leaving early must not destroy the socket that the answer goes out on.
  const chunks = incoming?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body ?? noChunks();
  return chunks[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
}

async function* noChunks(): AsyncIterable<Uint8Array> {
  yield* [];
}

/** @param place where the body goes as long as it fits there */
async function collect(
  chunks: AsyncIterator<Uint8Array>,
  maxBytes: number,
  lease: Lease,
  place: Buffer | undefined,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const pace = new Pace(lease.limits, () => size);
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), pace.lost]);
      if (next.done) break;
      const chunk = next.value;
      if (size + chunk.length > maxBytes) throw tooLarge(maxBytes);
      const { length } = chunk;
      lease.take(length);
      if (place && parts.length === 0 && size + length <= place.length) {
        place.set(chunk, size);
        giveBack(chunk);
      } else {
        if (place && parts.length === 0) parts.push(place.subarray(0, size));
        parts.push(chunk);
      }
      size += length;
    }
  } catch (cause) {
    if (cause instanceof ExpectedError) throw cause;
    lease.metrics.aborted++;
    throw new OtlpError(400, 'the body broke off', { cause });
  } finally {
    pace.stop();
    // Lets go of the stream; what is still under way ends by itself.
    chunks.return?.()?.catch(() => undefined);
  }
  if (place && parts.length === 0) return place.subarray(0, size);
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size);
}

/**
 * Gives the memory of a chunk that was copied back at once. Left to the garbage collector, it brought a full
 * collection every 80 ms, which took an eighth of this thread's time and another thread's beside it.
 */
function giveBack({ buffer, length }: Uint8Array): void {
  // Node's parser copies each chunk into memory of its own; what is a part of something may be in use.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}

/** Loses patience with a body that trickles. */
class Pace {
  readonly #limits: IntakeLimits;
  readonly #size: () => number;
  readonly #startMs = performance.now();
  readonly #lost = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout;

  constructor(limits: IntakeLimits, size: () => number) {
    this.#limits = limits;
    this.#size = size;
    // Nobody may be waiting when it is lost.
    this.#lost.promise.catch(() => undefined);
    this.#timer = setTimeout(() => this.#check(), limits.slowAfterMs);
  }

  /** Rejects when patience is lost. */
  get lost(): Promise<never> {
    return this.#lost.promise;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    const seconds = (performance.now() - this.#startMs) / 1000;
    if (this.#size() / seconds < this.#limits.minBytesPerSecond) {
      const headers = { connection: 'close' };
      this.#lost.reject(new RequestError(408, 'too_slow', 'the body comes too slowly', { headers }));
    } else this.#timer = setTimeout(() => this.#check(), this.#limits.slowAfterMs);
  }
}

function tooLarge(maxBytes: number): OtlpError {
  return new OtlpError(413, `the body is larger than ${maxBytes} bytes`);
}
