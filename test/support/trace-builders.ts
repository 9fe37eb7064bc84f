// Traces and spans as the viewer receives them, made from the few things a test is about.
import { type SpanKind, type SpanStatus, spanFlag, spanKinds, spanStatuses } from '../../shared/span.ts';
import type { TraceColumns } from '../../shared/trace-columns.ts';
import type { CellDetail, CellSummary, FileChangeJson, ModelCallJson, SpanJson } from '../../shared/wire.ts';

export const CLOCK_START_NS = '1781680611681729000';
export const TRACE_ID = '7db4511be1c84af1a277c70eaa9fb99e';

/** A moment on the cell's clock as the API writes it. @param ms milliseconds from the clock's zero */
export function atMs(ms: number): string {
  return String(BigInt(CLOCK_START_NS) + BigInt(Math.round(ms * 1e6)));
}

/** 16 lower hex. */
export function spanIdOf(number: number): string {
  return (number + 1).toString(16).padStart(16, '0');
}

export interface TraceRow {
  readonly startNs: number;
  readonly lengthNs: number;
  /** Row of the parent; -1 root, -2 never arrived. */
  readonly parent?: number;
  readonly kind?: SpanKind;
  readonly status?: SpanStatus;
  readonly name?: string;
  readonly flags?: number;
  /** Number of its span id, where rows move; else the row. */
  readonly id?: number;
}

/** A trace of these rows, as they stand. The length is the last known end unless given. */
export function aTrace(rows: readonly TraceRow[], lengthNs?: number): TraceColumns {
  const names = [...new Set(rows.map((row) => row.name ?? 'span'))];
  let lastNs = 0;
  for (const row of rows)
    if (!((row.flags ?? 0) & spanFlag.clockSuspect))
      lastNs = Math.max(lastNs, row.startNs, row.startNs + (row.lengthNs || 0));
  return {
    count: rows.length,
    startNs: CLOCK_START_NS,
    lengthNs: lengthNs ?? lastNs,
    names,
    traceIds: [TRACE_ID],
    offset: Float64Array.from(rows, (row) => row.startNs),
    duration: Float64Array.from(rows, (row) => row.lengthNs),
    name: Uint32Array.from(rows, (row) => names.indexOf(row.name ?? 'span')),
    trace: new Uint32Array(rows.length),
    parent: Int32Array.from(rows, (row) => row.parent ?? -1),
    kind: Uint8Array.from(rows, (row) => spanKinds.indexOf(row.kind ?? 'other')),
    status: Uint8Array.from(rows, (row) => spanStatuses.indexOf(row.status ?? 'unset')),
    timing: new Uint8Array(rows.length),
    flags: Uint16Array.from(rows, (row) => row.flags ?? 0),
    spanId: Uint8Array.from(rows.flatMap(({ id }, row) => [...Buffer.from(spanIdOf(id ?? row), 'hex')])),
  };
}

/** A span in JSON; times in milliseconds from the clock's zero, `endMs: null` for one that never ended. */
export function aSpanJson(
  parts: Partial<Omit<SpanJson, 'startNs' | 'endNs'>> & { startMs?: number; endMs?: number | null },
): SpanJson {
  const { startMs = 0, endMs = startMs, ...rest } = parts;
  return {
    traceId: TRACE_ID,
    spanId: spanIdOf(0),
    parentSpanId: null,
    sourceId: null,
    name: 'span',
    kind: 'other',
    otelKind: 'internal',
    startNs: atMs(startMs),
    endNs: endMs === null ? '0' : atMs(endMs),
    timing: 'measured',
    status: 'unset',
    statusMessage: null,
    attributes: {},
    events: [],
    links: [],
    service: 'pi',
    scope: null,
    flags: [],
    ...rest,
  };
}

export function aChange(parts: Partial<FileChangeJson> & { atMs?: number }): FileChangeJson {
  const { atMs: ms = 0, ...rest } = parts;
  return {
    timeNs: atMs(ms),
    path: 'src/lib.rs',
    change: 'modified',
    diff: null,
    traceId: null,
    spanId: null,
    timing: 'measured',
    ...rest,
  };
}

export function aModelCall(parts: Partial<ModelCallJson> & { startMs?: number }): ModelCallJson {
  const { startMs = 0, ...rest } = parts;
  return {
    traceId: TRACE_ID,
    spanId: spanIdOf(0),
    startNs: atMs(startMs),
    durationMs: null,
    timing: 'measured',
    toldBy: [],
    otherSpans: [],
    responseId: null,
    model: null,
    requestHash: null,
    inputTokens: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    outputTokens: null,
    reasoningTokens: null,
    timeToFirstChunkMs: null,
    costUsd: null,
    costGrade: 'not recorded',
    finishReason: null,
    error: null,
    ...rest,
  };
}

export function aCell(parts: Partial<CellSummary> = {}): CellSummary {
  return {
    id: 'demo/pi/local/scripted-model/polyglot/rust-error-handling',
    sweep: 'demo',
    agent: 'pi',
    model: 'local/scripted-model',
    family: 'polyglot',
    task: 'polyglot/rust-error-handling',
    attempt: 1,
    outcome: 'failed',
    startNs: CLOCK_START_NS,
    endNs: atMs(4436),
    durationMs: 4436,
    spans: 0,
    errors: 0,
    modelCalls: 0,
    hasTerminal: false,
    pass: null,
    composite: null,
    cost: { usd: null, grade: 'not recorded', atLeast: false, because: 'no model call told tokens or cost' },
    compositeNote: null,
    ...parts,
  };
}

export function aCellDetail(parts: Partial<CellDetail> = {}): CellDetail {
  return {
    ...aCell(),
    identity: {
      agentVersion: null,
      settings: null,
      taskTitle: null,
      containerImage: null,
      imageDigest: null,
      modelBuildId: null,
      exitCode: null,
      timedOut: null,
    },
    timing: { startedAt: null, endedAt: null, durationMs: null, grade: 'measured' },
    tokens: {
      input: null,
      cacheRead: null,
      cacheWrite: null,
      output: null,
      reasoning: null,
      grade: 'not recorded',
    },
    scores: [],
    headlines: [],
    judgement: { sentence: 'No verdict was recorded.', span: null },
    tracks: [],
    traces: 0,
    refusedRecords: 0,
    anyoneMayJudge: false,
    related: [],
    ...parts,
  };
}
