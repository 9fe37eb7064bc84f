// The collector's plain HTTP side, for what OTLP does not carry: score records and terminal
// recordings, and OTLP bodies that somebody else encoded. Retries only what a collector asks to be
// retried; every other answer is an error that names the request.
import { agentSender, SENDER_HEADER } from '../../shared/otlp-address.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import type { TimingGrade } from '../../shared/span.ts';
import type { CellDetail } from '../../shared/wire.ts';
import { trimEndpoint } from './endpoint.ts';
import { authorization } from './token.ts';

const jsonType = { 'content-type': 'application/json' };
const MAX_ATTEMPTS = 5;
const MAX_WAIT_MS = 5000;

/** The collector refused, or could not be reached. */
export class CollectorError extends Error {
  readonly code: 'collector_unreachable' | 'collector_refused';
  /** HTTP status, or null where no answer came. */
  readonly status: number | null;
  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, { cause });
    this.code = status === null ? 'collector_unreachable' : 'collector_refused';
    this.status = status;
  }
}

export interface ClientOptions {
  readonly endpoint: string;
  /** What the collector was started with as `--token`, if anything. */
  readonly token?: string | undefined;
  /** How long one request may take. Default 10 s. */
  readonly timeoutMs?: number | undefined;
}

export interface TerminalPlacement {
  /** Unix nanoseconds of the recording's zero; where absent the collector decides. */
  readonly startNs?: bigint | undefined;
  readonly timing?: TimingGrade | undefined;
  /** What a reader must know of the recording, in a sentence. */
  readonly note?: string | undefined;
}

/** The address of a cell: its id is one path segment, slashes and all. */
export function cellPath(cellId: string): string {
  return `/api/cells/${encodeURIComponent(cellId)}`;
}

/**
 * Asks whether anybody is there; any answer will do. An importer asks first, because the OTLP exporters
 * would try for ten seconds before they say so.
 * @throws CollectorError
 */
export async function checkReachable({ endpoint, timeoutMs }: ClientOptions): Promise<void> {
  const url = `${trimEndpoint(endpoint)}/livez`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs ?? 10_000) });
    await answer.body?.cancel();
  } catch (error) {
    throw new CollectorError(`no collector answers at ${endpoint} (${reasonOf(error)})`, null, error);
  }
}

/** What a collector says of a cell; null where it does not answer or knows none of that id. Never rejects. */
export async function readJudgedCell(client: ClientOptions, cellId: string): Promise<CellDetail | null> {
  try {
    return parse(await readCellPart(client, cellId)) as CellDetail | null;
  } catch {
    return null;
  }
}

/**
 * What a collector has of a cell; null where it knows none of that id.
 * @throws CollectorError
 */
export async function readCellOutline(
  client: ClientOptions,
  cellId: string,
): Promise<{ readonly spans: number; readonly hasTerminal: boolean } | null> {
  try {
    const cell = parse(await readCellPart(client, cellId)) as {
      spans?: unknown;
      hasTerminal?: unknown;
    } | null;
    return { spans: Number(cell?.spans ?? 0), hasTerminal: cell?.hasTerminal === true };
  } catch (error) {
    if (error instanceof CollectorError && error.status === 404) return null;
    throw error;
  }
}

/**
 * One answer about a cell as the collector writes it: the cell itself, or one of its tracks.
 * @param part "trace", "terminal", "model-calls", "changes", "logs", "metrics"; with a query if need be
 * @throws CollectorError
 */
export async function readCellPart(client: ClientOptions, cellId: string, part?: string): Promise<string> {
  return readAnswer(client, `${cellPath(cellId)}${part === undefined ? '' : `/${part}`}`);
}

/** What the collector answers to a GET, as it is. @throws CollectorError */
export async function readAnswer(client: ClientOptions, path: string): Promise<string> {
  const url = `${trimEndpoint(client.endpoint)}${path}`;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      headers: authorization(client.token),
      signal: AbortSignal.timeout(client.timeoutMs ?? 10_000),
    });
    text = await answer.text();
  } catch (error) {
    throw new CollectorError(`GET ${url}: ${reasonOf(error)}`, null, error);
  }
  if (!answer.ok) throw new CollectorError(`GET ${url}: ${answer.status} ${messageOf(text)}`, answer.status);
  return text;
}

/** The JSON of an address of the API. @throws CollectorError */
export async function readJson<T>(client: ClientOptions, path: string): Promise<T> {
  return parse(await readAnswer(client, path)) as T;
}

/** Deletes a cell for good. @throws CollectorError */
export async function deleteCell(client: ClientOptions, cellId: string): Promise<void> {
  await send(client, 'DELETE', cellPath(cellId), '', {});
}

/**
 * Puts a cell's score records.
 * @returns what was taken and may not be what was meant: "pas_rate: unknown axis: pass_rate?"
 * @throws CollectorError
 */
export async function putScores(
  client: ClientOptions,
  cellId: string,
  scores: readonly ScoreRecord[],
): Promise<readonly string[]> {
  const body = JSON.stringify({ scores });
  const { text } = await send(client, 'PUT', `${cellPath(cellId)}/scores`, body, jsonType);
  const notes = parse(text)?.notes;
  return Array.isArray(notes) ? notes.filter((note) => typeof note === 'string') : [];
}

/** Puts a cell's terminal, an asciicast v2 or v3 file. @throws CollectorError */
export async function putTerminal(
  client: ClientOptions,
  cellId: string,
  asciicast: string,
  placement: TerminalPlacement,
): Promise<void> {
  const query = new URLSearchParams();
  if (placement.startNs !== undefined) query.set('start_ns', placement.startNs.toString());
  if (placement.timing !== undefined) query.set('timing', placement.timing);
  if (placement.note !== undefined) query.set('note', placement.note);
  const path = `${cellPath(cellId)}/terminal${query.size > 0 ? `?${query}` : ''}`;
  await send(client, 'PUT', path, asciicast, { 'content-type': 'application/x-asciicast' });
}

/**
 * Posts an OTLP/JSON body as it is; `cellId` addresses the per-cell path, for bodies that name no cell.
 * @returns the collector's warning (partial success), or null
 * @throws CollectorError
 */
export async function postOtlp(
  client: ClientOptions,
  signal: 'traces' | 'logs',
  body: string,
  cellId: string | null,
): Promise<PartialSuccess | null> {
  const path = `${cellId === null ? '' : `/cells/${encodeURIComponent(cellId)}`}/v1/${signal}`;
  const { text } = await send(client, 'POST', path, body, jsonType);
  return readPartialSuccess(text);
}

/** What a collector took of a request only in part. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/**
 * Posts what an agent under test says, in whatever encoding it has, as no more than that: the collector refuses
 * of it what only a harness may say.
 * @param runSpanId the id of the span of its run, which the agent knows
 * @returns the collector's partial success, or null
 * @throws CollectorError
 */
export async function postAgentBytes(
  client: ClientOptions,
  path: string,
  body: Buffer,
  contentType: string,
  runSpanId?: string,
): Promise<PartialSuccess | null> {
  const headers = { 'content-type': contentType, [SENDER_HEADER]: agentSender(runSpanId) };
  const { text, bytes } = await send(client, 'POST', path, body, headers);
  return contentType.includes('json') ? readPartialSuccess(text) : partialSuccessIn(bytes);
}

async function send(
  client: ClientOptions,
  method: string,
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly text: string; readonly bytes: Buffer }> {
  const url = `${trimEndpoint(client.endpoint)}${path}`;
  const named = `${method} ${url.split('?')[0]}`;
  for (let attempt = 1; ; attempt++) {
    let answer: Response;
    let bytes: Buffer;
    try {
      answer = await fetch(url, {
        method,
        body: body as BodyInit,
        headers: { ...headers, ...authorization(client.token) },
        signal: AbortSignal.timeout(client.timeoutMs ?? 10_000),
      });
      bytes = Buffer.from(await answer.arrayBuffer());
    } catch (error) {
      throw new CollectorError(`${named}: ${reasonOf(error)}`, null, error);
    }
    const text = bytes.toString();
    if (answer.ok) return { text, bytes };
    if (![429, 502, 503, 504].includes(answer.status) || attempt >= MAX_ATTEMPTS)
      throw new CollectorError(`${named}: ${answer.status} ${messageOf(text)}`, answer.status);
    await waitFor(answer.headers.get('retry-after'));
  }
}

function waitFor(retryAfter: string | null): Promise<void> {
  const seconds = Number(retryAfter ?? 1);
  const ms = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0) * 1000, MAX_WAIT_MS) : 1000;
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** fetch says "fetch failed" and keeps the reason below. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  if (cause instanceof Error) return cause.message;
  return error instanceof Error ? error.message : String(error);
}

function messageOf(body: string): string {
  const answer = parse(body);
  const error = answer?.error;
  const message =
    typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : answer?.message;
  return typeof message === 'string' ? message : body.slice(0, 200);
}

function readPartialSuccess(body: string): PartialSuccess | null {
  const partial = parse(body)?.partialSuccess;
  if (typeof partial !== 'object' || partial === null) return null;
  const fields = partial as Record<string, unknown>;
  const rejected = Number(
    fields.rejectedSpans ?? fields.rejectedLogRecords ?? fields.rejectedDataPoints ?? 0,
  );
  return { rejected, message: typeof fields.errorMessage === 'string' ? fields.errorMessage : '' };
}

/** The same of a protobuf answer: field 1 holds the count as field 1 and the message as field 2. */
function partialSuccessIn(bytes: Buffer): PartialSuccess | null {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  let rejected = 0;
  if (bytes[at++] !== 0x0a) return null;
  varint();
  if (bytes[at] === 0x08) {
    at++;
    rejected = varint();
  }
  if (bytes[at++] !== 0x12) return { rejected, message: '' };
  const length = varint();
  return { rejected, message: bytes.toString('utf8', at, at + length) };
}

function parse(
  body: string,
): { error?: unknown; message?: unknown; partialSuccess?: unknown; notes?: unknown } | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
