// The table of model calls: numbers as text, the unknown as null. It refuses to add up or to guess:
// totals are the cell's, made by the collector.

import { formatUsd } from '../../../shared/money.ts';
import type { TimingGrade } from '../../../shared/span.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { ModelCallJson } from '../../../shared/wire.ts';
import { formatCount, formatOffset } from '../display/format.ts';
import { offsetNs } from '../trace/offset.ts';
import { rowKeyOf } from '../trace/trace-tree.ts';

export interface ModelCallRow {
  readonly rowKey: string;
  /** Of further spans that tell of the call. */
  readonly otherKeys: readonly string[];
  /** 1-based, in order of start. */
  readonly number: number;
  readonly startNs: number;
  readonly endNs: number | null;
  /** The moment of the first chunk, or null where unknown. */
  readonly firstChunkNs: number | null;
  readonly timing: TimingGrade;
  /** Cells as text; null is "not recorded" and is to be shown as that word. */
  readonly start: string | null;
  /** The numbers themselves, for bars and short forms. */
  readonly inputTokens: number | null;
  readonly cachedTokens: number | null;
  readonly outputTokens: number | null;
  readonly lengthMs: number | null;
  /** To the first chunk; never more than the length. */
  readonly waitMs: number | null;
  readonly model: string | null;
  /** First 12 hex digits. */
  readonly requestHash: string | null;
  readonly prompt: string | null;
  readonly cached: string | null;
  readonly completion: string | null;
  readonly reasoning: string | null;
  readonly latency: string | null;
  readonly firstChunk: string | null;
  readonly cost: string | null;
  readonly finish: string | null;
  readonly error: string | null;
}

/** One row a call, in order of start. */
export function modelCallRows(calls: readonly ModelCallJson[], clockStartNs: string): ModelCallRow[] {
  return calls
    .map((call) => ({ call, startNs: Math.max(0, offsetNs(call.startNs, clockStartNs)) }))
    .sort((a, b) => a.startNs - b.startNs)
    .map(({ call, startNs }, index) => rowOf(call, startNs, index + 1));
}

function rowOf(call: ModelCallJson, startNs: number, number: number): ModelCallRow {
  const { timeToFirstChunkMs } = call;
  // A call placed without a known time has no length that one could state.
  const hasStart = call.startNs !== '0';
  const durationMs = call.timing === 'none' || !hasStart ? null : call.durationMs;
  return {
    rowKey: rowKeyOf(call),
    otherKeys: call.otherSpans.map(rowKeyOf),
    number,
    startNs,
    endNs: durationMs === null ? null : startNs + Math.round(durationMs * 1e6),
    firstChunkNs: timeToFirstChunkMs === null ? null : startNs + Math.round(timeToFirstChunkMs * 1e6),
    timing: call.timing,
    start: hasStart ? formatOffset(startNs) : null,
    inputTokens: call.inputTokens,
    cachedTokens: call.cacheReadTokens,
    outputTokens: call.outputTokens,
    lengthMs: durationMs,
    waitMs:
      timeToFirstChunkMs === null ? null : Math.min(timeToFirstChunkMs, durationMs ?? timeToFirstChunkMs),
    model: call.model,
    requestHash: call.requestHash === null ? null : call.requestHash.slice(0, 12),
    prompt: known(call.inputTokens, formatCount),
    cached: known(call.cacheReadTokens, formatCount),
    completion: known(call.outputTokens, formatCount),
    reasoning: known(call.reasoningTokens, formatCount),
    latency: known(durationMs, formatDuration),
    firstChunk: known(timeToFirstChunkMs, formatDuration),
    cost: known(call.costUsd, call.costGrade === 'estimated' ? (usd) => `≈ ${formatUsd(usd)}` : formatUsd),
    finish: call.finishReason,
    error: call.error,
  };
}

function known(value: number | null, format: (value: number) => string): string | null {
  return value === null ? null : format(value);
}

export interface CallSums {
  /** Milliseconds of all calls; null unless each has a known length. */
  readonly lengthMs: number | null;
  /** Share of them before the first chunk; null unless each call tells it. */
  readonly waitShare: number | null;
}

/** Calls that ran side by side count each. */
export function callSums(rows: readonly ModelCallRow[]): CallSums {
  const sum = (of: (row: ModelCallRow) => number | null) =>
    rows.reduce<number | null>((total, row) => {
      const value = of(row);
      return total === null || value === null ? null : total + value;
    }, 0);
  // A refused call never answered: it waited for all of its length.
  const lengthMs = sum((row) => row.lengthMs);
  const waitMs = sum((row) => row.waitMs ?? (row.error === null ? null : row.lengthMs));
  return { lengthMs, waitShare: lengthMs && waitMs !== null ? waitMs / lengthMs : null };
}

/** A context that fell by more than this share, and from at least so many tokens, was shortened. */
const SHORTENED_SHARE = 0.4;
const SHORTENED_FROM = 20_000;

/** Whether a call's context is what was left of the one before it. Tokens. */
export function isShortened(before: number, now: number): boolean {
  return before >= SHORTENED_FROM && now < before * (1 - SHORTENED_SHARE);
}

/**
 * Calls before which the context was shortened, to what it was before, in tokens.
 * @param speakerOf what is the same for calls of one conversation: subagents have contexts of their own
 */
export function shortenedContexts(
  rows: readonly ModelCallRow[],
  speakerOf: (row: ModelCallRow) => number,
): ReadonlyMap<ModelCallRow, number> {
  const last = new Map<number, number>();
  const shortened = new Map<ModelCallRow, number>();
  for (const row of rows) {
    if (row.inputTokens === null) continue;
    const speaker = speakerOf(row);
    const before = last.get(speaker) ?? 0;
    if (isShortened(before, row.inputTokens)) shortened.set(row, before);
    last.set(speaker, row.inputTokens);
  }
  return shortened;
}
