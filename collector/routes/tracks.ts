// The tracks of a cell: trace, terminal, model calls, file changes, logs, metrics. Does not write anything.

import type { Context } from 'hono';
import { type SpanKind, spanFlag, spanKinds } from '../../shared/span.ts';
import { compareNs } from '../../shared/time.ts';
import { encodeTraceColumns, spanIdAt, TRACE_COLUMNS_TYPE } from '../../shared/trace-columns.ts';
import type { ChangesJson, LogsJson, MetricsJson, ModelCallJson, ModelCallsJson } from '../../shared/wire.ts';
import { costOfCall } from '../cell/bill.ts';
import type { CountedCall } from '../cell/call-ledger.ts';
import { type CellState, clockOf } from '../cell/cell-state.ts';
import { distinctChanges } from '../cell/distinct-changes.ts';
import type { StoreReads, TraceReads } from '../cell/stores.ts';
import { decodeSpans } from '../decode-spans.ts';
import { RequestError } from '../errors.ts';
import type { HeldAnswers } from '../http/held-answers.ts';
import { attributesJson, valueJson } from '../record-json.ts';
import { cellOf, integerQuery } from './address.ts';
import { metricsJson } from './metrics-json.ts';
import type { Answer, RouteContext } from './route.ts';
import { type SaidInLogs, saidInLogs, withFinish, withSaid } from './said-in-logs.ts';
import { spanJson } from './span-json.ts';
import { terminalText } from './terminal/terminal-text.ts';
import { gradeOf } from './track-json.ts';

/** Spans that tell of one call: a program has a handful of tellers. */
const MAX_OTHER_SPANS = 8;
const MAX_ROWS = 10_000_000;
const LOGS_DEFAULT = 10_000;
/** Spans written between two moments at which other work may run: about 5 ms. */
const SPANS_A_PIECE = 500;

export function showTrace({ store, answers }: RouteContext): Answer {
  return async (c) => {
    const kinds = kindsOf(c);
    const offset = integerQuery(c, 'offset', 0, MAX_ROWS, 0);
    const limit = integerQuery(c, 'limit', 0, MAX_ROWS, MAX_ROWS);
    const cell = await cellOf(c, store);
    if (prefersColumns(c.req.header('accept'))) {
      const columns = async () => encodeTraceColumns((await store.spans.trace(cell)).columns);
      const headers = { 'content-type': TRACE_COLUMNS_TYPE, vary: 'Accept' };
      return new Response(await answers.body(keyOf('columns', cell), columns), { headers });
    }
    return traceResponse(cell, store, kinds, offset, limit);
  };
}

export function showTerminal({ store, answers }: RouteContext): Answer {
  const headers = { 'content-type': 'application/x-asciicast; charset=utf-8' };
  return async (c) => {
    const after = c.req.query('after');
    const cell = await cellOf(c, store);
    const text = () => terminalText(cell, store, after);
    return new Response(await answers.body(keyOf('terminal', cell, after), text), { headers });
  };
}

/** A track as JSON, made once for all who read the same at the same time. */
async function jsonOf(answers: HeldAnswers, key: string, make: () => Promise<unknown>): Promise<Response> {
  const body = await answers.body(key, async () => JSON.stringify(await make()));
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

function keyOf(track: string, { id, revision }: CellState, ...query: unknown[]): string {
  return JSON.stringify([track, id, revision, ...query]);
}

export function listModelCalls({ store, prices, answers }: RouteContext): Answer {
  const modelCallsOf = async (cell: CellState): Promise<ModelCallsJson> => {
    const trace = await store.spans.trace(cell);
    const { calls } = await store.spans.calls(cell, trace);
    const said = await saidInLogs(cell, store);
    const modelCalls = calls.map((call) => {
      const cost = costOfCall(call.facts, cell.parts.model, prices.of);
      return withFinish({ ...modelCallJson(trace, call), ...cost }, said);
    });
    return { modelCalls };
  };
  return async (c) => {
    const cell = await cellOf(c, store);
    return await jsonOf(answers, keyOf('model-calls', cell), () => modelCallsOf(cell));
  };
}

export function listChanges({ store, answers }: RouteContext): Answer {
  const changesOf = async (cell: CellState): Promise<ChangesJson> => {
    const changes = distinctChanges(await store.tracks.changes.read(cell)).sort(byTime);
    return {
      changes: changes.map(({ timeNs, timing, ...change }) => ({
        timeNs: String(timeNs),
        ...change,
        timing: gradeOf(timing),
      })),
    };
  };
  return async (c) => {
    const cell = await cellOf(c, store);
    return await jsonOf(answers, keyOf('changes', cell), () => changesOf(cell));
  };
}

export function listLogs({ store, answers }: RouteContext): Answer {
  const logsOf = async (cell: CellState, offset: number, limit: number): Promise<LogsJson> => {
    const logs = (await store.tracks.logs.read(cell)).sort(byTime);
    return {
      total: logs.length,
      logs: logs.slice(offset, offset + limit).map(({ timeNs, body, attributes, ...log }) => ({
        timeNs: String(timeNs),
        ...log,
        body: valueJson(body),
        attributes: attributesJson(attributes).attributes,
      })),
    };
  };
  return async (c) => {
    const offset = integerQuery(c, 'offset', 0, MAX_ROWS, 0);
    const limit = integerQuery(c, 'limit', 0, MAX_ROWS, LOGS_DEFAULT);
    const cell = await cellOf(c, store);
    return await jsonOf(answers, keyOf('logs', cell, offset, limit), () => logsOf(cell, offset, limit));
  };
}

export function showMetrics({ store, answers }: RouteContext): Answer {
  const metricsOf = async (cell: CellState): Promise<MetricsJson> =>
    metricsJson(await store.tracks.metrics.read(cell));
  return async (c) => {
    const cell = await cellOf(c, store);
    return await jsonOf(answers, keyOf('metrics', cell), () => metricsOf(cell));
  };
}

function byTime(a: { timeNs: bigint }, b: { timeNs: bigint }): number {
  return compareNs(a.timeNs, b.timeNs);
}

/** `?kind=a,b`. @throws RequestError 400 */
function kindsOf(c: Context): ReadonlySet<number> | null {
  const text = c.req.query('kind');
  if (text === undefined) return null;
  const ordinals = text.split(',').map((kind) => spanKinds.indexOf(kind as SpanKind));
  if (ordinals.includes(-1))
    throw new RequestError(400, 'bad_query', `kind must be a list of ${spanKinds.join(', ')}`);
  return new Set(ordinals);
}

/** Whether Accept names the compact form at least as high as JSON. */
function prefersColumns(accept: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const part of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(type, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const columns = weights.get(TRACE_COLUMNS_TYPE) ?? 0;
  return columns > 0 && columns >= (weights.get('application/json') ?? 0);
}

/** The trace as JSON, written piece by piece: 100,000 spans are 60 MB of text. */
async function traceResponse(
  cell: CellState,
  store: StoreReads,
  kinds: ReadonlySet<number> | null,
  offset: number,
  limit: number,
): Promise<Response> {
  const trace = await store.spans.trace(cell);
  const matching = rowsOfKinds(trace, kinds);
  const rows = matching.slice(offset, offset + limit);
  const clock = clockOf(cell);
  const head = {
    startNs: clock && String(clock.startNs),
    endNs: clock && String(clock.endNs),
    total: matching.length,
  };
  const stored = await store.spans.conflicts(cell, decodeSpans);
  const conflicts = stored.map((span) => spanJson(span, span.flags));
  const said = await saidInLogs(cell, store);
  const pieces = tracePieces(trace, rows, JSON.stringify(head).slice(0, -1), conflicts, said);
  return new Response(streamOf(pieces), {
    headers: { 'content-type': 'application/json', vary: 'Accept' },
  });
}

function rowsOfKinds({ columns }: TraceReads, kinds: ReadonlySet<number> | null): number[] {
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++)
    if (kinds === null || kinds.has(columns.kind[row] ?? -1)) rows.push(row);
  return rows;
}

async function* tracePieces(
  trace: TraceReads,
  rows: readonly number[],
  head: string,
  conflicts: readonly unknown[],
  said: SaidInLogs,
): AsyncGenerator<string> {
  yield `${head},"spans":[`;
  for (let at = 0; at < rows.length; at += SPANS_A_PIECE) {
    const piece = rows.slice(at, at + SPANS_A_PIECE);
    const spans = await trace.read(piece, decodeSpans);
    const texts = spans.map((span, i) =>
      JSON.stringify(withSaid(spanJson(span, trace.columns.flags[piece[i] ?? 0] ?? 0), said)),
    );
    yield `${at > 0 ? ',' : ''}${texts.join(',')}`;
  }
  yield conflicts.length > 0 ? `],"conflicts":${JSON.stringify(conflicts)}}` : ']}';
}

/** Makes the next piece when the last one was taken; other work runs between. */
function streamOf(pieces: AsyncIterator<string>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(Buffer.from(value));
    },
  });
}

function modelCallJson(
  { columns }: TraceReads,
  { row, facts, toldBy, otherRows }: CountedCall,
): Omit<ModelCallJson, 'costGrade'> {
  const hasStart = ((columns.flags[row] ?? 0) & spanFlag.noStart) === 0;
  const durationNs = hasStart ? (columns.duration[row] ?? Number.NaN) : Number.NaN;
  return {
    traceId: columns.traceIds[columns.trace[row] ?? 0] ?? '',
    spanId: spanIdAt(columns, row),
    // As in the trace: a start that was never sent is 0, and no length can be counted from it.
    startNs: hasStart ? String(BigInt(columns.startNs) + BigInt(Math.round(columns.offset[row] ?? 0))) : '0',
    durationMs: Number.isFinite(durationNs) ? durationNs / 1e6 : null,
    timing: gradeOf(columns.timing[row] ?? -1),
    toldBy: [...toldBy],
    otherSpans: otherRows.slice(0, MAX_OTHER_SPANS).map((other) => ({
      traceId: columns.traceIds[columns.trace[other] ?? 0] ?? '',
      spanId: spanIdAt(columns, other),
    })),
    responseId: facts.responseId ?? null,
    model: facts.model,
    requestHash: facts.requestHash,
    inputTokens: facts.inputTokens,
    cacheReadTokens: facts.cacheReadTokens,
    cacheWriteTokens: facts.cacheWriteTokens,
    outputTokens: facts.outputTokens,
    reasoningTokens: facts.reasoningTokens,
    timeToFirstChunkMs: facts.timeToFirstChunkMs,
    costUsd: facts.costUsd,
    finishReason: facts.finishReason,
    error: facts.error,
  };
}
