// The collector's plain HTTP side, for what OTLP does not carry: score records and terminal
// recordings, and OTLP bodies that somebody else encoded. Retries only what a collector asks to be
// retried; every other answer is an error that names the request.
import type { ScoreRecord } from '../../shared/score.ts';
import type { TimingGrade } from '../../shared/span.ts';
import type { CellDetail } from '../../shared/wire.ts';
import { authorization } from './token.ts';

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
function cellPath(cellId: string): string {
  return `/api/cells/${encodeURIComponent(cellId)}`;
}

/**
 * Asks whether anybody is there; any answer will do. An importer asks first, because the OTLP exporters
 * would try for ten seconds before they say so.
 * @throws CollectorError
 */
export async function checkReachable({ endpoint, timeoutMs }: ClientOptions): Promise<void> {
  const url = `${endpoint.replace(/\/+$/, '')}/livez`;
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
  const path = `${cellPath(cellId)}${part === undefined ? '' : `/${part}`}`;
  const url = `${client.endpoint.replace(/\/+$/, '')}${path}`;
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

/** Puts a cell's score records. @throws CollectorError */
export async function putScores(
  client: ClientOptions,
  cellId: string,
  scores: readonly ScoreRecord[],
): Promise<void> {
  await send(client, 'PUT', `${cellPath(cellId)}/scores`, JSON.stringify({ scores }), 'application/json');
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
  await send(client, 'PUT', path, asciicast, 'application/x-asciicast');
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
): Promise<{ rejected: number; message: string } | null> {
  const path = `${cellId === null ? '' : `/cells/${encodeURIComponent(cellId)}`}/v1/${signal}`;
  const answer = await send(client, 'POST', path, body, 'application/json');
  return readPartialSuccess(answer);
}

/** Posts a body in whatever encoding it has. @throws CollectorError */
export async function postBytes(
  client: ClientOptions,
  path: string,
  body: Buffer,
  contentType: string,
): Promise<void> {
  await send(client, 'POST', path, body, contentType);
}

async function send(
  client: ClientOptions,
  method: string,
  path: string,
  body: string | Buffer,
  contentType: string,
): Promise<string> {
  const url = `${client.endpoint.replace(/\/+$/, '')}${path}`;
  const named = `${method} ${url.split('?')[0]}`;
  for (let attempt = 1; ; attempt++) {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(url, {
        method,
        body: body as BodyInit,
        headers: { 'content-type': contentType, ...authorization(client.token) },
        signal: AbortSignal.timeout(client.timeoutMs ?? 10_000),
      });
      text = await answer.text();
    } catch (error) {
      throw new CollectorError(`${named}: ${reasonOf(error)}`, null, error);
    }
    if (answer.ok) return text;
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

function readPartialSuccess(body: string): { rejected: number; message: string } | null {
  const partial = parse(body)?.partialSuccess;
  if (typeof partial !== 'object' || partial === null) return null;
  const fields = partial as { rejectedSpans?: unknown; rejectedLogRecords?: unknown; errorMessage?: unknown };
  const rejected = Number(fields.rejectedSpans ?? fields.rejectedLogRecords ?? 0);
  return { rejected, message: typeof fields.errorMessage === 'string' ? fields.errorMessage : '' };
}

function parse(body: string): { error?: unknown; message?: unknown; partialSuccess?: unknown } | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
