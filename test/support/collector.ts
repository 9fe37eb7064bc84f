// A real collector for one test: a database of its own in a temporary folder, spoken to through
// `app.request()`, with short words for what tests do all the time. It mocks nothing.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CollectorOptions } from '../../collector/config.ts';
import { type Collector, startCollector } from '../../collector/main.ts';
import type { Batch, Encoding, LogRecord, MetricPoint, SpanRecord } from '../../collector/record.ts';
import type {
  CellDetail,
  CellSummary,
  ChangesJson,
  LogsJson,
  MetricsJson,
  ModelCallsJson,
  TraceJson,
} from '../../shared/wire.ts';
import { databaseFolder } from './machine/database-folder.ts';
import { metricsJson, metricsProtobuf } from './otlp/metric-encode.ts';
import { builtAtNs } from './otlp/otlp-builders.ts';
import { logsJson, logsProtobuf, tracesJson, tracesProtobuf } from './otlp/otlp-encode.ts';

interface SendOptions {
  readonly encoding?: Encoding;
  /** Send to this cell's own address. */
  readonly cell?: string;
}

export class TestCollector {
  readonly dbPath: string;
  readonly #options: Partial<CollectorOptions>;
  #collector: Collector;

  constructor(dbPath: string, options: Partial<CollectorOptions>, collector: Collector) {
    this.dbPath = dbPath;
    this.#options = options;
    this.#collector = collector;
  }

  /** Starts one that ends with the test. Its clock stands an hour after the built spans. */
  static async start(options: Partial<CollectorOptions> = {}): Promise<TestCollector> {
    const folder = databaseFolder();
    const dbPath = join(folder, 'playhead.db');
    const test = new TestCollector(dbPath, options, await open(dbPath, options));
    onTestFinished(async () => {
      await test.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return test;
  }

  /** Starts one on a database that is there already; it ends with the test. */
  static async open(dbPath: string, options: Partial<CollectorOptions> = {}): Promise<TestCollector> {
    const test = new TestCollector(dbPath, options, await open(dbPath, options));
    onTestFinished(() => test.close());
    return test;
  }

  /** Starts one that whoever asked for it closes. */
  static async unattended(dbPath: string, options: Partial<CollectorOptions> = {}): Promise<TestCollector> {
    return new TestCollector(dbPath, options, await open(dbPath, options));
  }

  get url(): string {
    return this.#collector.url;
  }

  get grpcPort(): number | null {
    return this.#collector.grpcPort;
  }

  get warnings(): readonly string[] {
    return this.#collector.warnings;
  }

  get writer(): Collector['writer'] {
    return this.#collector.writer;
  }

  /** The application's routes. */
  get routes(): Collector['app']['routes'] {
    return this.#collector.app.routes;
  }

  close(): Promise<void> {
    return this.#collector.close();
  }

  /** Closes the collector and starts another on the same file. */
  async reopen(): Promise<void> {
    await this.close();
    this.#collector = await open(this.dbPath, this.#options);
  }

  async request(path: string, init?: RequestInit): Promise<Response> {
    return this.requestUrl(`http://localhost${path}`, init);
  }

  /** A request with a Host of the test's choice. */
  async requestUrl(url: string, init?: RequestInit): Promise<Response> {
    return this.#collector.app.request(url, init);
  }

  async sendTraces(batches: readonly Batch<SpanRecord>[], options: SendOptions = {}): Promise<Response> {
    const encode = options.encoding === 'json' ? tracesJson : tracesProtobuf;
    return this.#send('traces', encode(batches), options);
  }

  async sendLogs(batches: readonly Batch<LogRecord>[], options: SendOptions = {}): Promise<Response> {
    const encode = options.encoding === 'json' ? logsJson : logsProtobuf;
    return this.#send('logs', encode(batches), options);
  }

  async sendMetrics(batches: readonly Batch<MetricPoint>[], options: SendOptions = {}): Promise<Response> {
    const encode = options.encoding === 'json' ? metricsJson : metricsProtobuf;
    return this.#send('metrics', encode(batches), options);
  }

  /** The JSON of an address that must answer 200. */
  async get<T>(path: string): Promise<T> {
    const response = await this.request(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async cells(query = ''): Promise<CellSummary[]> {
    return (await this.get<{ cells: CellSummary[] }>(`/api/cells${query}`)).cells;
  }

  async cellIds(): Promise<string[]> {
    return (await this.cells()).map(({ id }) => id).sort();
  }

  cell(id: string): Promise<CellDetail> {
    return this.get(cellPath(id));
  }

  trace(id: string, query = ''): Promise<TraceJson> {
    return this.get(`${cellPath(id)}/trace${query}`);
  }

  modelCalls(id: string): Promise<ModelCallsJson> {
    return this.get(`${cellPath(id)}/model-calls`);
  }

  changes(id: string): Promise<ChangesJson> {
    return this.get(`${cellPath(id)}/changes`);
  }

  logs(id: string, query = ''): Promise<LogsJson> {
    return this.get(`${cellPath(id)}/logs${query}`);
  }

  metrics(id: string): Promise<MetricsJson> {
    return this.get(`${cellPath(id)}/metrics`);
  }

  /** The terminal's header and event rows. */
  async terminal(id: string): Promise<{ header: Record<string, unknown>; events: unknown[][] }> {
    const response = await this.request(`${cellPath(id)}/terminal`);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    const [header = '', ...lines] = (await response.text()).trimEnd().split('\n');
    return { header: JSON.parse(header), events: lines.map((line) => JSON.parse(line)) };
  }

  putScores(id: string, scores: unknown): Promise<Response> {
    return this.request(`${cellPath(id)}/scores`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scores }),
    });
  }

  putTerminal(id: string, text: string, query = ''): Promise<Response> {
    return this.request(`${cellPath(id)}/terminal${query}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/x-asciicast' },
      body: text,
    });
  }

  async #send(signal: string, body: Uint8Array, options: SendOptions): Promise<Response> {
    const { encoding = 'protobuf', cell } = options;
    const prefix = cell === undefined ? '' : `/cells/${encodeURIComponent(cell)}`;
    return this.request(`${prefix}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf' },
      body: Buffer.from(body),
    });
  }
}

export function cellPath(id: string): string {
  return `/api/cells/${encodeURIComponent(id)}`;
}

async function open(dbPath: string, options: Partial<CollectorOptions>): Promise<Collector> {
  const now = () => builtAtNs + 3_600_000_000_000n;
  return startCollector({ port: 0, host: '127.0.0.1', dbPath, now, ...options });
}
