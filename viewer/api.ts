// The only file that knows the collector's URLs. Each function fetches one thing and returns it in
// the wire's own shape; does not cache, retry or interpret: that belongs to the sessions.

import type { JudgementJson } from '../shared/judge/judgement-json.ts';
import type { SpanKind } from '../shared/span.ts';
import type { SearchSource } from '../shared/text-match.ts';
import { decodeTraceColumns, TRACE_COLUMNS_TYPE, type TraceColumns } from '../shared/trace-columns.ts';
import type {
  AgentsJson,
  CellDetail,
  CellsPage,
  ChangesJson,
  ErrorBody,
  LiveAdvance,
  LogsJson,
  ModelCallsJson,
  SearchPage,
  SendersJson,
  SweepMatrix,
  SweepsPage,
  TraceJson,
} from '../shared/wire.ts';

/** Why a request failed. `unreachable` where no answer came at all; else the API's own code. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status, 0 where no answer came. */
  readonly status: number;
  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

let refused = (): void => undefined;

/** Calls back when the collector asks for its token, beside the error that whoever asked gets. */
export function whenRefused(listener: () => void): void {
  refused = listener;
}

let unanswered = (): void => undefined;

/** Calls back when no answer came at all, beside the error that whoever asked gets. */
export function whenUnanswered(listener: () => void): void {
  unanswered = listener;
}

/** Whether the collector answers at all. */
export async function isThere(): Promise<boolean> {
  try {
    await fetch('/livez', { cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

export interface CellsQuery {
  readonly sweep?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly task?: string | undefined;
  /** Any part of the id. */
  readonly q?: string | undefined;
  readonly outcome?: string | undefined;
  /** Cells alone that can be played. */
  readonly playable?: 1 | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** What the collector knows of agents. @throws ApiError */
export async function fetchAgents(signal?: AbortSignal): Promise<AgentsJson> {
  return json('/api/agents', signal);
}

/** A page of cells, newest first. @throws ApiError */
export async function fetchCells(query: CellsQuery, signal?: AbortSignal): Promise<CellsPage> {
  return json(withQuery('/api/cells', query), signal);
}

/** A page of sweeps, the newest first. @throws ApiError */
export async function fetchSweeps(
  query: {
    /** Words, and outcomes with commas between: sweeps with cells that fit. */
    readonly q?: string | undefined;
    readonly outcome?: string | undefined;
    /** Cells to tell of each, and sweeps of its stem. */
    readonly rows?: number | undefined;
    readonly trend?: number | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
  signal?: AbortSignal,
): Promise<SweepsPage> {
  return json(withQuery('/api/sweeps', query), signal);
}

/** All cells of a sweep, as columns. @throws ApiError `not_found` where there is no such sweep. */
export async function fetchSweep(sweep: string, signal?: AbortSignal): Promise<SweepMatrix> {
  return json(`/api/sweeps/${encodeURIComponent(sweep)}`, signal);
}

/** A sweep judged, alone or against another one. @throws ApiError */
export async function fetchJudgement(
  sweep: string,
  query: { readonly against?: string | undefined; readonly trend?: number | undefined },
  signal?: AbortSignal,
): Promise<JudgementJson> {
  return json(withQuery(`/api/sweeps/${encodeURIComponent(sweep)}/judgement`, query), signal);
}

export interface SearchQuery {
  readonly q: string;
  readonly in?: readonly SearchSource[] | undefined;
  readonly sweep?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly task?: string | undefined;
  readonly outcome?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** Text across the records of all cells. @throws ApiError */
export async function fetchSearch(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage> {
  return json(withQuery('/api/search', { ...query, in: query.in?.join(',') }), signal);
}

/** @throws ApiError `not_found` where there is no such cell. */
export async function fetchCell(cellId: string, signal?: AbortSignal): Promise<CellDetail> {
  return json(cellPath(cellId), signal);
}

/** All spans of a cell in the compact form: times, names, kinds; no attributes. @throws ApiError */
export async function fetchTraceColumns(cellId: string, signal?: AbortSignal): Promise<TraceColumns> {
  const response = await request(`${cellPath(cellId)}/trace`, TRACE_COLUMNS_TYPE, signal);
  return decodeTraceColumns(await response.arrayBuffer());
}

/** Some spans with their attributes, in the order of the compact form's rows. @throws ApiError */
export async function fetchSpans(
  cellId: string,
  page: { readonly offset: number; readonly limit: number; readonly kinds: readonly SpanKind[] | null },
  signal?: AbortSignal,
): Promise<TraceJson> {
  const kinds = page.kinds ? `&kind=${page.kinds.join(',')}` : '';
  return json(`${cellPath(cellId)}/trace?offset=${page.offset}&limit=${page.limit}${kinds}`, signal);
}

/** @throws ApiError */
export async function fetchModelCalls(cellId: string, signal?: AbortSignal): Promise<ModelCallsJson> {
  return json(`${cellPath(cellId)}/model-calls`, signal);
}

/** @throws ApiError */
export async function fetchChanges(cellId: string, signal?: AbortSignal): Promise<ChangesJson> {
  return json(`${cellPath(cellId)}/changes`, signal);
}

/** @throws ApiError */
export async function fetchLogs(cellId: string, signal?: AbortSignal): Promise<LogsJson> {
  return json(`${cellPath(cellId)}/logs`, signal);
}

/** Who sent the cell's records, and what of them nothing reads. @throws ApiError */
export async function fetchSenders(cellId: string, signal?: AbortSignal): Promise<SendersJson> {
  return json(`${cellPath(cellId)}/senders`, signal);
}

/**
 * The terminal as asciicast v3 text.
 * @param after `playhead.next` of an earlier one's header: what came since, where it follows that
 * @throws ApiError
 */
export async function fetchTerminal(
  cellId: string,
  after: string | null,
  signal?: AbortSignal,
): Promise<string> {
  const query = after === null ? '' : `?after=${encodeURIComponent(after)}`;
  const path = `${cellPath(cellId)}/terminal${query}`;
  const response = await request(path, 'application/x-asciicast, */*', signal);
  return response.text();
}

export interface CellListener {
  onAdvance(advance: LiveAdvance): void;
  onGone(): void;
  /** @param final the collector refused: it will not be asked again; else the browser keeps asking */
  onLost(final: boolean): void;
}

/** Hears how a cell moves on. @returns a function that stops listening */
export function followCell(cellId: string, listener: CellListener): () => void {
  const source = new EventSource(`${cellPath(cellId)}/live`);
  source.addEventListener('advance', (event) => listener.onAdvance(JSON.parse(event.data)));
  source.addEventListener('gone', () => {
    source.close();
    listener.onGone();
  });
  source.addEventListener('error', () => listener.onLost(source.readyState === EventSource.CLOSED));
  return () => source.close();
}

/** Hears that cells moved on. @returns a function that stops listening */
export function followLists(onChange: () => void): () => void {
  const source = new EventSource('/api/live');
  let wasLost = false;
  source.addEventListener('changed', onChange);
  source.addEventListener('error', () => {
    wasLost = true;
  });
  source.addEventListener('listening', () => {
    // What moved while nobody listened was told to nobody.
    if (wasLost) onChange();
    wasLost = false;
  });
  return () => source.close();
}

function withQuery(path: string, query: object): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value));
  const search = params.toString();
  return search ? `${path}?${search}` : path;
}

export function cellPath(cellId: string): string {
  return `/api/cells/${encodeURIComponent(cellId)}`;
}

async function json<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, 'application/json', signal);
  return (await response.json()) as T;
}

async function request(path: string, accept: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept }, ...(signal && { signal }) });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    unanswered();
    throw new ApiError('unreachable', 0, 'The collector did not answer.', { cause });
  }
  if (response.ok) return response;
  if (response.status === 401) refused();
  throw await readError(response);
}

async function readError(response: Response): Promise<ApiError> {
  const text = await response.text();
  let body: Partial<ErrorBody> | null = null;
  try {
    body = JSON.parse(text);
  } catch {
    body = null; // A proxy's page, not the API's: the status alone has to do.
  }
  const code = body?.error?.code ?? `http_${response.status}`;
  return new ApiError(
    code,
    response.status,
    body?.error?.message ?? `The server answered ${response.status}.`,
  );
}
