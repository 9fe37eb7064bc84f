// Hundreds of thousands of hostile requests, in process and over sockets: no crash, no answer of 5xx but
// 503, no hang, Object.prototype as it was, every error a body that its client can read, and every record
// accounted for.
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Collector, startCollector } from '../../collector/main.ts';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { projected } from './answers.ts';
import { bentProtobuf, type Corpus, makeCorpus, renewed } from './bodies.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import type { Random } from './random.ts';
import { apiRequest, type FuzzRequest, otlpRequest } from './requests.ts';

const IN_PROCESS = times(12_000, 250);
/** Of those; reads wait for what was written before them, so they come when all is written. */
const API_SHARE = 0.1;
/** Collectors that share them, two at a time: none grows so large that reading it takes the time. */
const ROUNDS = times(4);
const OVER_SOCKETS = times(2_000, 100);
const IN_FLIGHT = 128;
const SOCKETS = 96;
/** How long a client waits for an answer that will not come, as its request is half of one, or may not. */
const HALF_PATIENCE_MS = 60;
const ODD_PATIENCE_MS = 500;
const HANG_MS = 15_000;

class Statuses {
  readonly #counts = new Map<number, number>();

  note(status: number): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
  }

  sentence(): string {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    return sorted.map(([status, count]) => `${status}: ${count}`).join(', ');
  }

  /** Answers of 5xx other than 503. */
  get wrong(): number {
    return [...this.#counts].reduce((sum, [s, n]) => (s >= 500 && s !== 503 ? sum + n : sum), 0);
  }

  has(status: number): boolean {
    return this.#counts.has(status);
  }
}

/** Runs `count` tasks, some at a time. Names the one that failed or hung. */
async function runAll(
  count: number,
  width: number,
  hangMs: number,
  task: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const running = new Map<number, number>();
  const watch = setInterval(() => {
    for (const [n, sinceMs] of running)
      if (performance.now() - sinceMs > hangMs) throw new Error(`request ${n} hangs`);
  }, 1000);
  const worker = async () => {
    for (let n = next++; n < count; n = next++) {
      running.set(n, performance.now());
      try {
        await task(n);
      } catch (error) {
        if (error instanceof Error) error.message += `\nin request ${n}`;
        throw error;
      }
      running.delete(n);
    }
  };
  try {
    await Promise.all(Array.from({ length: width }, worker));
  } finally {
    clearInterval(watch);
  }
}

function describe({ method, path, headers, body }: FuzzRequest): string {
  const bytes = Buffer.from(body ?? []).toString('base64');
  return `${method} ${path} ${JSON.stringify(headers)} ${bytes.slice(0, 4000)}`;
}

/** One request through the application. @throws with all of it where the answer is not one we may give */
async function ask(collector: Collector, request: FuzzRequest, statuses: Statuses): Promise<void> {
  const { method, path, headers, body } = request;
  const init: RequestInit = { method, headers };
  if (body && method !== 'GET' && method !== 'HEAD') init.body = Buffer.from(body);
  let url: URL;
  try {
    url = new URL(path, 'http://localhost');
  } catch {
    return;
  }
  const response = await collector.app.request(url.href, init);
  const answer = Buffer.from(await response.arrayBuffer());
  statuses.note(response.status);
  const type = response.headers.get('content-type') ?? '';
  const isReadable =
    response.status < 400 || method === 'HEAD' || (type.includes('json') ? isJson(answer) : type !== '');
  if ((response.status >= 500 && response.status !== 503) || !isReadable)
    throw new Error(`${response.status} ${type} ${answer.toString().slice(0, 200)} to ${describe(request)}`);
}

function isJson(answer: Buffer): boolean {
  const value: unknown = JSON.parse(answer.toString());
  return typeof value === 'object' && value !== null;
}

/** What `/metrics` says became of all records. @returns a sentence for the report */
async function checkIdentity(collector: Collector): Promise<string> {
  const text = await (await collector.app.request('http://localhost/metrics')).text();
  const sum = (outcome: string) =>
    [...text.matchAll(new RegExp(`^playhead_records_${outcome}_total\\{[^}]*\\} (\\d+)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  const [received, accepted] = [sum('received'), sum('accepted')];
  const [rejected, duplicate] = [sum('rejected'), sum('duplicate')];
  expect(received, 'received = accepted + rejected + duplicate').toBe(accepted + rejected + duplicate);
  for (const count of [accepted, rejected, duplicate]) expect(count).toBeGreaterThan(0);
  return `${received} records received = ${accepted} accepted + ${rejected} rejected + ${duplicate} duplicate`;
}

interface Round {
  readonly identity: string;
  readonly entries: number;
  readonly dbPath: string;
}

/** One collector that takes its share of the requests, reads last. */
async function fuzzRound(corpus: Corpus, random: Random, statuses: Statuses): Promise<Round> {
  const requests = IN_PROCESS / ROUNDS;
  const reads = Math.round(requests * API_SHARE);
  const dbPath = join(aFolder(), 'playhead.db');
  const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath });
  await runAll(requests - reads, IN_FLIGHT, HANG_MS, (n) =>
    ask(collector, otlpRequest(corpus, random.fork(n)), statuses),
  );
  await projected(collector);
  await runAll(reads, 8, HANG_MS, (n) => ask(collector, apiRequest(random.fork(`api ${n}`)), statuses));
  await projected(collector);
  const identity = await checkIdentity(collector);
  const { acknowledged } = collector.writer.status();
  expect(await collector.writer.setAside()).toEqual([]);
  await collector.close();
  return { identity, entries: acknowledged, dbPath };
}

faultTest('fuzz', `${IN_PROCESS} hostile requests in process`, 280_000, async (random) => {
  const prototype = Reflect.ownKeys(Object.prototype);
  const corpus = makeCorpus(random.below(2 ** 31));
  const statuses = new Statuses();
  let entries = 0;
  let identity = '';
  const startMs = performance.now();
  // Two at once: one computes while the other waits for the disk.
  await runAll(ROUNDS, 2, Number.POSITIVE_INFINITY, async (round) => {
    const made = await fuzzRound(corpus, random.fork(`round ${round}`), statuses);
    entries += made.entries;
    identity = made.identity;
    // Verifying projects everything again, so one round stands for all.
    if (round === 0) expect(verifyDatabase(made.dbPath).problems).toEqual([]);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
  });
  expect(statuses.wrong).toBe(0);
  for (const status of [200, 400, 404, 405, 415]) expect(statuses.has(status), String(status)).toBe(true);
  const seconds = (performance.now() - startMs) / 1000;
  report(
    'Fuzz in process',
    `${IN_PROCESS} requests (${(IN_PROCESS / seconds).toFixed(0)}/s), ${entries} log entries; ` +
      `${statuses.sentence()}; last of ${ROUNDS} collectors: ${identity}`,
  );
});

interface Frame {
  readonly bytes: Buffer;
  /** Answers that are due. */
  readonly answers: number;
  readonly patienceMs?: number;
}

/** Bytes on a socket: a request in one of many framings, or none that HTTP knows. */
function framed(corpus: Corpus, random: Random): Frame {
  const body = renewed(bentProtobuf(corpus.protobuf.traces, random), 'protobuf', random);
  const head = (lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const request = (...more: string[]) =>
    head(['POST /v1/traces HTTP/1.1', 'host: localhost', 'content-type: application/x-protobuf', ...more]);
  const chunk = (bytes: Uint8Array) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const whole = Buffer.concat([request(`content-length: ${body.length}`), body]);
  const way = random.next();
  if (way < 0.35) return { bytes: whole, answers: 1 };
  if (way < 0.5) {
    const chunked = [request('transfer-encoding: chunked'), ...(body.length > 0 ? [chunk(body)] : [])];
    return { bytes: Buffer.concat([...chunked, Buffer.from('0\r\n\r\n')]), answers: 1 };
  }
  if (way < 0.6) return { bytes: Buffer.concat([whole, whole, whole]), answers: 3 };
  if (way < 0.7) {
    const lie = request(`content-length: ${body.length + random.between(1, 99)}`);
    return { bytes: Buffer.concat([lie, body]), answers: 0 };
  }
  if (way < 0.8) return { bytes: whole.subarray(0, random.below(whole.length)), answers: 0 };
  const odd = [
    request('content-length: 5', 'content-length: 6'),
    request('content-length: 5', 'transfer-encoding: chunked'),
    request('content-length: -1'),
    request('transfer-encoding: chunked', `x: ${'y'.repeat(random.below(20_000))}`),
    request('transfer-encoding: gzip'),
    head(['POST /v1/traces HTTP/1.1', 'host: localhost', 'host: evil.example', 'content-length: 0']),
    head(['POST /v1/traces HTTP/1.1', 'content-length: 0']),
    head([
      `GET ${random.pick(['/%', '/%ff', '//', '/..%2f', '*', 'http://evil.example/'])} HTTP/1.1`,
      'host: localhost',
    ]),
    head(['OPTIONS * HTTP/1.1', 'host: localhost']),
    head(['GET / HTTP/1.1', 'host: localhost', 'upgrade: websocket', 'connection: upgrade']),
    head(['CONNECT localhost:1 HTTP/1.1', 'host: localhost']),
    head([
      'POST /v1/traces HTTP/1.1',
      `host: ${random.pick(['a b', 'a@b', '[', '', 'evil.example'])}`,
      'content-length: 0',
    ]),
    request(`expect: ${random.pick(['100-continue', 'x'])}`, 'content-length: 0'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]),
    Buffer.from(random.bytes(random.below(200))),
  ];
  return { bytes: random.pick(odd), answers: 0, patienceMs: ODD_PATIENCE_MS };
}

/**
 * Sends bytes on a connection of their own and reads what comes. Some clients leave without waiting, some
 * stop sending, some reset; of the others, whoever sent whole requests must get its answers.
 */
function exchange(
  url: URL,
  { bytes, answers, patienceMs = HALF_PATIENCE_MS }: Frame,
  random: Random,
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const leaves = random.chance(0.1);
    const resets = random.chance(0.05);
    // Node drops what is not answered yet when a client closes its half.
    const ends = random.chance(0.1);
    const due = leaves || resets || ends ? 0 : answers;
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    const statuses = () => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      const found = statuses();
      if (found.length >= due) resolve(found);
      else
        reject(new Error(`${found.length} of ${due} answers to ${bytes.toString('base64').slice(0, 4000)}`));
    };
    const timer = setTimeout(done, leaves ? random.below(5) : due > 0 ? HANG_MS : patienceMs);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (statuses().length >= Math.max(1, due)) setTimeout(done, 5);
    });
    socket.on('error', done);
    socket.on('close', done);
    socket.on('connect', () => {
      socket.write(bytes);
      if (ends) socket.end();
      else if (resets) socket.resetAndDestroy();
    });
  });
}

faultTest('fuzz', `${OVER_SOCKETS} hostile requests over sockets`, 180_000, async (random) => {
  const corpus = makeCorpus(random.below(2 ** 31));
  const dbPath = join(aFolder(), 'playhead.db');
  const limits = { connectionsPerAddress: SOCKETS * 2 };
  const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath, limits });
  const url = new URL(collector.url);
  const statuses = new Statuses();
  await runAll(OVER_SOCKETS, SOCKETS, 2 * HANG_MS, async (n) => {
    const own = random.fork(n);
    for (const status of await exchange(url, framed(corpus, own), own)) statuses.note(status);
  });
  expect(statuses.wrong, statuses.sentence()).toBe(0);
  for (const status of [200, 400]) expect(statuses.has(status), String(status)).toBe(true);
  // Few of the random ones name another host or address, and a busy machine may answer none of these in time.
  const rare = [
    [421, 'GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n'],
    [404, `GET /nothing/here HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`],
  ] as const;
  for (const [index, [status, request]] of rare.entries()) {
    const asked = Array.from({ length: 20 }, (_, n) =>
      exchange(url, { bytes: Buffer.from(request), answers: 1 }, random.fork(OVER_SOCKETS + 20 * index + n)),
    );
    expect(new Set((await Promise.all(asked)).flat())).toEqual(new Set([status]));
  }
  // After all that it still answers at once.
  const startMs = performance.now();
  expect((await fetch(`${collector.url}/livez`)).status).toBe(200);
  const livezMs = performance.now() - startMs;
  await projected(collector);
  const identity = await checkIdentity(collector);
  await collector.close();
  expect(verifyDatabase(dbPath).problems).toEqual([]);
  report(
    'Fuzz over sockets',
    `${OVER_SOCKETS} connections; ${statuses.sentence()}; then alive in ${livezMs.toFixed(0)} ms; ${identity}`,
  );
  expect(livezMs).toBeLessThan(1000);
});
