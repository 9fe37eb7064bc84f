// What a program that reads runs imports as `playhead/client`: the reading half of the API as typed calls. Writes
// nothing, keeps nothing, and retries nothing; what the collector refuses is a CollectorError.
import type {
  CellDetail,
  CellSummary,
  CellsPage,
  ChangesJson,
  LogsJson,
  MetricsJson,
  ModelCallsJson,
  SearchHit,
  SearchPage,
  SweepMatrix,
  SweepSummary,
  SweepsPage,
  TraceJson,
} from '../../shared/wire.ts';
import { type ClientOptions, cellPath, readAnswer } from './collector-client.ts';

// biome-ignore lint/performance/noBarrelFile: the package's own entry; its users catch this error.
export { type ClientOptions, CollectorError } from './collector-client.ts';
export type {
  CellDetail,
  CellSummary,
  ChangesJson,
  LogsJson,
  MetricsJson,
  ModelCallsJson,
  SearchHit,
  SweepMatrix,
  SweepSummary,
  TraceJson,
};

export interface CellFilter {
  readonly sweep?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  /** `family/name`, or the name alone. */
  readonly task?: string | undefined;
  readonly family?: string | undefined;
  readonly outcome?: string | undefined;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Reads a collector. Each call is one request, and every page of a list one more. */
export class PlayheadClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Sweeps, the one of the newest cell first. @throws CollectorError */
  async *sweeps(): AsyncGenerator<SweepSummary, void, undefined> {
    for await (const { sweeps } of this.#pages<SweepsPage>('/api/sweeps', {})) yield* sweeps;
  }

  /** All cells of a sweep as columns, newest first. @throws CollectorError */
  sweep(id: string): Promise<SweepMatrix> {
    return this.#read(`/api/sweeps/${encodeURIComponent(id)}`);
  }

  /** Cells, newest first. @param text any part of the id @throws CollectorError */
  async *cells(filter: CellFilter = {}, text?: string): AsyncGenerator<CellSummary, void, undefined> {
    for await (const { cells } of this.#pages<CellsPage>('/api/cells', { ...filter, q: text })) yield* cells;
  }

  /** What was sought in the records of all cells, newest cells first. @throws CollectorError */
  async *search(text: string, filter: CellFilter = {}): AsyncGenerator<SearchHit, void, undefined> {
    for await (const { hits } of this.#pages<SearchPage>('/api/search', { ...filter, q: text })) yield* hits;
  }

  /** Identity, timing, tokens, cost, scores, tracks and related cells of one cell. @throws CollectorError */
  cell(id: string): Promise<CellDetail> {
    return this.#read(cellPath(id));
  }

  /** Its spans in order of time. @throws CollectorError */
  trace(id: string, rows: { offset?: number; limit?: number; kind?: string } = {}): Promise<TraceJson> {
    return this.#read(`${cellPath(id)}/trace`, rows);
  }

  /** @throws CollectorError */
  modelCalls(id: string): Promise<ModelCallsJson> {
    return this.#read(`${cellPath(id)}/model-calls`);
  }

  /** @throws CollectorError */
  changes(id: string): Promise<ChangesJson> {
    return this.#read(`${cellPath(id)}/changes`);
  }

  /** @throws CollectorError */
  logs(id: string, rows: { offset?: number; limit?: number } = {}): Promise<LogsJson> {
    return this.#read(`${cellPath(id)}/logs`, rows);
  }

  /** What the agent counted itself. @throws CollectorError */
  metrics(id: string): Promise<MetricsJson> {
    return this.#read(`${cellPath(id)}/metrics`);
  }

  /** Its terminal as asciicast v3; null where none was recorded. @throws CollectorError */
  async terminal(id: string): Promise<string | null> {
    const { hasTerminal } = await this.cell(id);
    return hasTerminal ? readAnswer(this.#options, `${cellPath(id)}/terminal`) : null;
  }

  async *#pages<Page extends { readonly next?: string | undefined }>(
    path: string,
    query: Query,
  ): AsyncGenerator<Page, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: Page = await this.#read(path, { ...query, cursor });
      yield page;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  async #read<Answer>(path: string, query: Query = {}): Promise<Answer> {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const asked = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
    return JSON.parse(await readAnswer(this.#options, `${path}${asked}`)) as Answer;
  }
}
