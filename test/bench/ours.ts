// What is measured of our own collector from outside, over HTTP: acknowledgements at saturation, how far
// the projections are behind a burst, growth, and reads. The collector runs in a process of its own.
import { decodeTraceColumns, TRACE_COLUMNS_TYPE } from '../../shared/trace-columns.ts';
import type { CellsPage } from '../../shared/wire.ts';
import { type LoadResult, runLoad } from './load.ts';
import { type Batches, SPANS_A_BATCH, sourcesOf } from './payload.ts';
import { Child, type PayloadName, type Standing } from './protocol.ts';
import { median, quantile } from './statistics.ts';

const CLIENTS = 8;
const PATH = '/v1/traces';
/** 100,352 spans. */
const BURST_BATCHES = 196;
const POLL_MS = 5;
/** Saturation before what is measured: compilers and garbage collectors have settled then. */
export const WARM_BATCHES = 400;

/** A collector under load. */
class Target {
  readonly url: string;
  readonly #child: Child;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(): Promise<Target> {
    const { child, first } = await Child.start<{ url: string }>('collector-process.ts');
    return new Target(child, first.url);
  }

  load(clients: readonly Batches[], requests: number): Promise<LoadResult> {
    return runLoad({ url: this.url, path: PATH, clients, spansABatch: SPANS_A_BATCH, requests });
  }

  standing(): Promise<Standing> {
    return this.#child.ask('standing');
  }

  /** Waits until everything acknowledged is projected. @returns milliseconds */
  async untilProjected(): Promise<number> {
    const startMs = performance.now();
    for (;;) {
      const { acknowledged, projected } = await this.standing();
      if (projected >= acknowledged) return performance.now() - startMs;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** @returns the database's bytes after the last checkpoint */
  async close(): Promise<number> {
    return (await this.#child.ask<{ bytes: number }>('close')).bytes;
  }
}

export interface IngestResult {
  readonly spansPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** From the last acknowledgement of 100,000 spans to the moment when all of them can be read. */
  readonly lagMs: number;
  readonly maxRssBytes: number;
  readonly bytesASpan: number;
  /** Processor time of the collector, all threads, microseconds a span, projecting included. */
  readonly cpuUsASpan: number;
}

/** A burst, then sustained saturation. */
export async function measureIngest(payload: PayloadName, batches: number): Promise<IngestResult> {
  const target = await Target.start();
  const clients = sourcesOf(payload, CLIENTS);
  await target.load(clients, 64);
  await target.untilProjected();
  await target.load(clients, BURST_BATCHES);
  const lagMs = await target.untilProjected();
  const before = await target.standing();
  await target.load(clients, WARM_BATCHES);
  const { spans, seconds, latenciesMs } = await target.load(clients, batches);
  await target.untilProjected();
  const after = await target.standing();
  const bytes = await target.close();
  return {
    spansPerSecond: spans / seconds,
    p50Ms: median(latenciesMs),
    p99Ms: quantile(latenciesMs, 0.99),
    lagMs,
    maxRssBytes: after.maxRssBytes,
    bytesASpan: bytes / ((64 + BURST_BATCHES + WARM_BATCHES + batches) * SPANS_A_BATCH),
    cpuUsASpan: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / (spans + WARM_BATCHES * SPANS_A_BATCH),
  };
}

export interface GrowthResult {
  readonly spans: number;
  /** Spans acknowledged a second, eighth by eighth. */
  readonly eighths: number[];
  readonly lastOverFirst: number;
  /** Spans a second from the first request until the last span could be read. */
  readonly projectedPerSecond: number;
  readonly behindMs: number;
  readonly maxRssBytes: number;
  readonly bytesASpan: number;
}

/** One long run of ingest at saturation. */
export async function measureGrowth(payload: PayloadName, batches: number): Promise<GrowthResult> {
  const target = await Target.start();
  const clients = sourcesOf(payload, CLIENTS);
  await target.load(clients, 64);
  await target.untilProjected();
  const { spans, seconds, acknowledgedAt } = await target.load(clients, batches);
  const behindMs = await target.untilProjected();
  const { maxRssBytes } = await target.standing();
  const bytes = await target.close();
  const eighth = Math.floor(batches / 8);
  const eighths = Array.from({ length: 8 }, (_, at) => {
    const from = at === 0 ? 0 : (acknowledgedAt[at * eighth - 1] ?? 0);
    return (eighth * SPANS_A_BATCH) / ((acknowledgedAt[(at + 1) * eighth - 1] ?? 0) - from);
  });
  return {
    spans,
    eighths,
    lastOverFirst: (eighths[7] ?? 0) / (eighths[0] ?? 1),
    projectedPerSecond: spans / (seconds + behindMs / 1000),
    behindMs,
    maxRssBytes,
    bytesASpan: bytes / (spans + 64 * SPANS_A_BATCH),
  };
}

export interface ReadResult {
  /** A trace of 1,024 spans as JSON, whole. */
  readonly smallTraceMs: number;
  /** 100,352 spans in the compact form: the first time, and again. */
  readonly compactFirstMs: number;
  readonly compactMs: number;
  readonly compactBytes: number;
  /** The same as JSON. */
  readonly jsonMs: number;
  readonly jsonBytes: number;
  /** GET /api/cells while eight clients post without pause: one reader, 50 ms between two reads. */
  readonly listP50Ms: number;
  readonly listP95Ms: number;
}

export async function measureReads(payload: PayloadName, listBatches: number): Promise<ReadResult> {
  const target = await Target.start();
  const small = sourcesOf(payload, 1, { firstCell: 90_000_000 });
  const large = sourcesOf(payload, 1, { firstCell: 91_000_000, batchesACell: BURST_BATCHES });
  await target.load(small, 2);
  await target.load(large, BURST_BATCHES);
  await target.untilProjected();
  const [largeId, smallId] = await newestCells(target, ['91000000', '90000000']);
  const smallTrace = await timed(9, () => get(target, `/api/cells/${smallId}/trace`));
  const trace = `/api/cells/${largeId}/trace`;
  const compact = await timed(6, async () => {
    const bytes = await get(target, trace, TRACE_COLUMNS_TYPE);
    const { count } = decodeTraceColumns(bytes.buffer as ArrayBuffer);
    if (count !== BURST_BATCHES * SPANS_A_BATCH) throw new Error(`the trace has ${count} spans`);
    return bytes;
  });
  const json = await timed(3, () => get(target, trace));
  const list = await listWhileIngesting(target, payload, listBatches);
  await target.close();
  return {
    smallTraceMs: median(smallTrace.ms),
    compactFirstMs: compact.ms[0] ?? Number.NaN,
    compactMs: median(compact.ms.slice(1)),
    compactBytes: compact.bytes,
    jsonMs: median(json.ms),
    jsonBytes: json.bytes,
    listP50Ms: median(list),
    listP95Ms: quantile(list, 0.95),
  };
}

async function listWhileIngesting(target: Target, payload: PayloadName, batches: number): Promise<number[]> {
  let ingesting = true;
  const load = target.load(sourcesOf(payload, CLIENTS), batches).finally(() => {
    ingesting = false;
  });
  const latencies: number[] = [];
  while (ingesting) {
    const { ms } = await timed(1, () => get(target, '/api/cells?limit=50'));
    latencies.push(...ms);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await load;
  return latencies;
}

async function newestCells(target: Target, sweeps: readonly string[]): Promise<string[]> {
  const text = Buffer.from(await get(target, '/api/cells?limit=500')).toString();
  const { cells } = JSON.parse(text) as CellsPage;
  return sweeps.map((sweep) => {
    const cell = cells.find(({ id }) => id.startsWith(`bench-${sweep}/`));
    if (!cell) throw new Error(`no cell of the sweep bench-${sweep}`);
    return encodeURIComponent(cell.id);
  });
}

async function get(target: Target, path: string, accept = 'application/json'): Promise<Uint8Array> {
  const response = await fetch(target.url + path, { headers: { accept } });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function timed(
  times: number,
  read: () => Promise<Uint8Array>,
): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = [];
  let bytes = 0;
  for (let at = 0; at < times; at++) {
    const startMs = performance.now();
    bytes = (await read()).length;
    ms.push(performance.now() - startMs);
  }
  return { ms, bytes };
}

/** The usual design behind Hono, under the same load. */
export async function measureRowServer(payload: PayloadName, batches: number): Promise<number> {
  const { child, first } = await Child.start<{ url: string }>('row-server.ts');
  const clients = sourcesOf(payload, CLIENTS);
  const options = { url: first.url, path: PATH, clients, spansABatch: SPANS_A_BATCH };
  await runLoad({ ...options, requests: 16 });
  const { spans, seconds } = await runLoad({ ...options, requests: batches });
  await child.ask('close');
  return spans / seconds;
}
