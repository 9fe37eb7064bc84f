// What every request must pass before a route sees it: one Host that is ours, no write from a page of
// another origin, a body within its limit. Counts bytes itself: Content-Length is a claim.
import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { type CollectorOptions, hostCheck } from './config.ts';
import { OtlpError, RequestError } from './errors.ts';
import { contentCodingOf, inflate } from './otlp/body.ts';

/** What @hono/node-server adds to a request; absent under `app.request()`. */
interface NodeBindings {
  incoming?: IncomingMessage;
}

/** @throws RequestError 400, 421 */
export function guardHost(options: Pick<CollectorOptions, 'host' | 'allowedHosts'>): MiddlewareHandler {
  const isOurs = hostCheck(options);
  return async (c, next) => {
    const raw = (c.env as NodeBindings | undefined)?.incoming?.rawHeaders ?? [];
    let hosts = 0;
    for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'host') hosts++;
    if (hosts > 1) throw new RequestError(400, 'bad_host', 'the request has more than one Host header');
    // The effective authority: an absolute-form target outranks the header.
    const authority = new URL(c.req.url).host;
    const header = c.req.header('host');
    if (!isOurs(authority) || (header !== undefined && !isOurs(header)))
      throw new RequestError(421, 'wrong_host', 'this collector does not answer to that host name');
    await next();
  };
}

/** Refuses writes that a page of another origin makes through the reader's browser. */
export function guardOrigin(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && c.req.method !== 'OPTIONS') {
      const origin = c.req.header('origin');
      const site = c.req.header('sec-fetch-site');
      const foreign = origin !== undefined && origin !== new URL(c.req.url).origin;
      if (foreign || site === 'cross-site' || site === 'same-site')
        throw new RequestError(403, 'foreign_origin', 'pages of other origins may not write here');
    }
    await next();
  };
}

/** A body. Its bytes hold until it is disposed of: another body may be read into them then. */
export interface Body extends Disposable {
  /** Inflated. */
  readonly bytes: Uint8Array;
  /** As it came, where it came as gzip. */
  readonly gzip: Uint8Array | null;
}

/**
 * Reads a request's body, counting while it comes and again while inflating.
 * @throws OtlpError 413 beyond `maxBytes`, 415 for another Content-Encoding, 400 for broken gzip
 */
export async function readBody(c: Context, maxBytes: number): Promise<Body> {
  const coding = contentCodingOf(c.req.header('content-encoding'));
  const claimed = Number(c.req.header('content-length') ?? 0);
  if (claimed > maxBytes) throw tooLarge(maxBytes);
  const place = pool.take(claimed);
  const release = () => {
    if (place) pool.give(place);
  };
  try {
    const bytes = await collect(chunksOf(c), maxBytes, place);
    if (coding === 'identity') return { bytes, gzip: null, [Symbol.dispose]: release };
    return { bytes: await inflate(bytes, maxBytes), gzip: bytes, [Symbol.dispose]: release };
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
 * Buffers for bodies. Fresh memory for each of them is what V8 collects garbage for: half of all that
 * passes through the collector in a second.
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
    return Buffer.allocUnsafeSlow(size);
  }

  give(buffer: Buffer): void {
    const free = this.#free.get(buffer.length);
    if (free) free.push(buffer);
    else this.#free.set(buffer.length, [buffer]);
  }
}

const pool = new BodyPool();

/** Node's own stream where there is one: half the cost of the web stream around it. */
function chunksOf(c: Context): AsyncIterable<Uint8Array> {
  const incoming = (c.env as NodeBindings | undefined)?.incoming;
  // Leaving early must not destroy the socket that the answer goes out on.
  return incoming?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body ?? noChunks();
}

async function* noChunks(): AsyncIterable<Uint8Array> {
  yield* [];
}

/** @param place where the body goes as long as it fits there */
async function collect(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  place: Buffer | undefined,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      if (size + chunk.length > maxBytes) throw tooLarge(maxBytes);
      if (place && parts.length === 0 && size + chunk.length <= place.length) place.set(chunk, size);
      else {
        if (place && parts.length === 0) parts.push(place.subarray(0, size));
        parts.push(chunk);
      }
      size += chunk.length;
    }
  } catch (cause) {
    if (cause instanceof OtlpError) throw cause;
    throw new OtlpError(400, 'the body broke off', { cause });
  }
  if (place && parts.length === 0) return place.subarray(0, size);
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size);
}

function tooLarge(maxBytes: number): OtlpError {
  return new OtlpError(413, `the body is larger than ${maxBytes} bytes`);
}
