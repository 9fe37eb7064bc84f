// One call of gRPC as one request of the application, and its answer as the call's: whatever holds for OTLP over
// HTTP (hosts, tokens, rates, budgets, limits, what is admitted) holds here because it is the same code. Does not
// know sessions or sockets, and unpacks nothing. Spec: gRPC over HTTP/2; OTLP 1.x, "OTLP/gRPC".
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestSource } from '../http/node-bindings.ts';
import { contentCodingsOf } from '../otlp/content-coding.ts';
import type { Signal } from '../record.ts';
import { healthReply, readHealthRequest } from './health.ts';
import { framed, type Message, readMessage } from './message.ts';
import { GrpcError, type GrpcStatus, grpcCodes, readStatus, statusOf, trailersOf } from './status.ts';

/** What the application answers to a request, and to whom. */
export type Answer = (request: Request, source: RequestSource) => Response | Promise<Response>;

const exports: ReadonlyMap<string, Signal> = new Map([
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
]);
const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
const HEALTH_WATCH = '/grpc.health.v1.Health/Watch';
const services = new Set(['', ...[...exports.keys(), HEALTH_CHECK].map((path) => path.split('/')[1])]);

/** Metadata that names the cell of a call, as the address does over HTTP. */
export const CELL_METADATA = 'playhead-cell';
/** A service's name and no more. */
const HEALTH_REQUEST_BYTES = 1024;
const ACCEPTED = 'identity,gzip,deflate,zstd';

export interface CallOptions {
  readonly answer: Answer;
  /** The address that the call comes from. */
  readonly from: string;
  /** Within this the message must begin. */
  readonly headersMs: number;
  /** How often a watched health is looked at. */
  readonly checkMs: number;
  /** The collector stops: what never ends by itself ends. */
  readonly stopping: AbortSignal;
}

/** Answers a call. Never rejects: what fails ends the call with its status. */
export async function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: CallOptions,
): Promise<void> {
  // A client that goes away in the middle is its own affair.
  stream.on('error', () => undefined);
  if (
    headers[':method'] !== 'POST' ||
    !/^application\/grpc(\+proto)?(;|$)/i.test(headers['content-type'] ?? '')
  ) {
    if (isOpen(stream)) stream.respond({ ':status': 415 }, { endStream: true });
    return;
  }
  const deadline = new Deadline(headers['grpc-timeout']);
  try {
    const reply = await Promise.race([replyTo(stream, headers, options), deadline.passed]);
    if (reply === null) return;
    deadline.check();
    endWith(stream, reply);
  } catch (error) {
    end(stream, statusOf(error));
  } finally {
    deadline.stop();
  }
}

/** @returns the message of the answer; null where it was sent */
async function replyTo(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: CallOptions,
): Promise<Uint8Array | null> {
  const path = headers[':path'] ?? '';
  const signal = exports.get(path);
  if (signal === undefined && path !== HEALTH_CHECK && path !== HEALTH_WATCH)
    throw new GrpcError(grpcCodes.unimplemented, `there is no method ${path.slice(0, 200)}`);
  const message = await within(options.headersMs, readMessage(stream.iterator({ destroyOnReturn: false })));
  if (signal !== undefined) return exportSignal(signal, headers, message, options);
  const service = readHealthRequest(await within(options.headersMs, smallMessage(message)));
  if (path === HEALTH_WATCH) {
    const look = services.has(service) ? () => isReady(headers, options) : async () => null;
    await watchHealth(stream, look, options);
    return null;
  }
  if (!services.has(service)) throw new GrpcError(grpcCodes.notFound, 'there is no such service');
  return healthReply(await isReady(headers, options));
}

async function exportSignal(
  signal: Signal,
  headers: IncomingHttpHeaders,
  message: Message,
  { answer, from }: CallOptions,
): Promise<Uint8Array> {
  const cell = headers[CELL_METADATA];
  const cellPath = typeof cell === 'string' ? `/cells/${encodeURIComponent(cell)}` : '';
  let broken: GrpcError | undefined;
  const chunks = async function* () {
    try {
      yield* message.chunks;
    } catch (error) {
      // The application says of any body that broke off that it did; the call's end says how.
      if (error instanceof GrpcError) broken = error;
      throw error;
    }
  };
  const request = requestOf(headers, `${cellPath}/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-length': String(message.length),
      ...(message.isPacked && { 'content-encoding': packing(headers) }),
    },
    body: ReadableStream.from(chunks()) as unknown as BodyInit,
    duplex: 'half',
  });
  const response = await answer(request, { remoteAddress: from });
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.ok) return body;
  if (broken) throw broken;
  throw new CallFailed(response.headers.get('retry-after'), readStatus(body));
}

/** The application's own answer, with when to ask again. */
class CallFailed extends GrpcError {
  override readonly status: GrpcStatus;

  constructor(retryAfter: string | null, { code, message }: GrpcStatus) {
    super(code, message);
    this.status = { code, message, ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }) };
  }
}

/** @throws GrpcError where a packed message does not say how, or by what nobody unpacks here */
function packing(headers: IncomingHttpHeaders): string {
  const encoding = headers['grpc-encoding'];
  if (typeof encoding !== 'string' || encoding === 'identity')
    throw new GrpcError(grpcCodes.internal, 'the message is packed, and grpc-encoding does not say how');
  try {
    contentCodingsOf(encoding);
  } catch (cause) {
    throw new GrpcError(grpcCodes.unimplemented, `grpc-encoding must be one of ${ACCEPTED}`, { cause });
  }
  return encoding;
}

const hopHeaders = /^(:|grpc-|content-|te$|cookie$|host$|.*-bin$)/;

/** @throws GrpcError where :authority is none, or a header is not one that a request may have */
function requestOf(
  headers: IncomingHttpHeaders,
  path: string,
  init: RequestInit & { readonly duplex?: 'half' },
): Request {
  const authority = headers[':authority'] ?? headers.host ?? '';
  const all = new Headers();
  try {
    for (const [name, value] of Object.entries(headers))
      if (typeof value === 'string' && !hopHeaders.test(name)) all.set(name, value);
    for (const [name, value] of new Headers(init.headers)) all.set(name, value);
    all.set('host', authority);
    return new Request(`http://${authority}${path}`, { ...init, headers: all });
  } catch (cause) {
    throw new GrpcError(grpcCodes.invalidArgument, 'the call names no host that there can be', { cause });
  }
}

async function isReady(headers: IncomingHttpHeaders, { answer, from }: CallOptions): Promise<boolean> {
  const response = await answer(requestOf(headers, '/readyz', {}), { remoteAddress: from });
  await response.body?.cancel();
  return response.ok;
}

/** Sends a health when it is asked for and whenever it changes, until the client leaves or the collector stops. */
async function watchHealth(
  stream: ServerHttp2Stream,
  look: () => Promise<boolean | null>,
  { checkMs, stopping }: CallOptions,
): Promise<void> {
  const over = new AbortController();
  stream.once('close', () => over.abort());
  const ends = AbortSignal.any([over.signal, stopping]);
  stream.respond(answerHeaders(), { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailersOf(stopped)));
  let told: boolean | null | undefined;
  while (!ends.aborted) {
    const found = await look();
    if (found !== told && isOpen(stream)) stream.write(framed(healthReply(found)));
    told = found;
    await sleep(checkMs, undefined, { signal: ends, ref: false }).catch(() => undefined);
  }
  if (isOpen(stream)) stream.end();
}

const stopped: GrpcStatus = { code: grpcCodes.unavailable, message: 'the collector stops' };

async function smallMessage({ isPacked, length, chunks }: Message): Promise<Uint8Array> {
  if (isPacked || length > HEALTH_REQUEST_BYTES)
    throw new GrpcError(
      grpcCodes.resourceExhausted,
      `a question for health is at most ${HEALTH_REQUEST_BYTES} bytes`,
    );
  return Buffer.concat(await Array.fromAsync(chunks));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new GrpcError(grpcCodes.deadlineExceeded, 'the request comes too slowly')),
    ms,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

const unitsMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
/** Beyond it setTimeout would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time that a client gives its call. */
class Deadline {
  readonly #passed = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #atMs: number = Number.POSITIVE_INFINITY;

  constructor(timeout: string | string[] | undefined) {
    const [, count, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(timeout ?? '')) ?? [];
    if (count === undefined) return;
    const ms = Number(count) * (unitsMs[unit] ?? 0);
    this.#atMs = performance.now() + ms;
    this.#passed.promise.catch(() => undefined);
    this.#timer = setTimeout(() => this.#passed.reject(isOver()), Math.min(ms, LONGEST_MS));
  }

  /** Rejects when it is over. */
  get passed(): Promise<never> {
    return this.#passed.promise;
  }

  /** A timer may come after an answer that is late itself. @throws GrpcError when it is over */
  check(): void {
    if (performance.now() >= this.#atMs) throw isOver();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function isOver(): GrpcError {
  return new GrpcError(grpcCodes.deadlineExceeded, 'the deadline is over');
}

function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed;
}

function answerHeaders(): Record<string, string | number> {
  return { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': ACCEPTED };
}

function endWith(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (!isOpen(stream)) return;
  stream.respond(answerHeaders(), { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailersOf({ code: grpcCodes.ok, message: '' })));
  stream.end(framed(message));
}

/** Ends a call that got no message: its status comes with the headers. */
function end(stream: ServerHttp2Stream, status: GrpcStatus): void {
  if (!isOpen(stream)) return;
  if (stream.headersSent) {
    stream.close();
    return;
  }
  stream.respond({ ...answerHeaders(), ...trailersOf(status) }, { endStream: true });
  // Whoever still sends is told to stop; what it sent is not read.
  stream.once('finish', () => setImmediate(() => isOpen(stream) && stream.close()));
  stream.resume();
}
