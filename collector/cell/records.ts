// What is kept of a cell's records, in the shapes that projector, stores, search and routes share: spans,
// model calls, logs, terminal output, file changes, data points. Shapes only; does not say how they lie in
// any store.
import type { UsagePart } from '../../shared/dialects/dialect.ts';
import type {
  AnyValue,
  Attribute,
  Decoded,
  Distribution,
  Encoding,
  MetricKind,
  ResourceRecord,
  ScopeRecord,
  SpanRecord,
} from '../record.ts';
import type { LogSignal } from './log-entry.ts';

/** A span with what the projector found out about it. */
export interface ChunkSpan {
  readonly record: SpanRecord;
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
  /** Ordinal into `spanKinds`. */
  readonly kind: number;
  /** Ordinal into `timingGrades`. */
  readonly timing: number;
  /** Bits of `spanFlag`. */
  readonly flags: number;
  /** Its place among the accepted spans of its request. */
  readonly place: number;
}

/** How the spans of a body are read: a store knows no OTLP, whoever asks it for spans does. */
export type DecodeSpans = (body: Uint8Array, encoding: Encoding, signal: LogSignal) => Decoded<SpanRecord>;

/** What a model-call span says of itself, as the projector read it: the fields of wire's `modelCall`. */
export interface CallFacts {
  readonly model: string | null;
  readonly requestHash: string | null;
  readonly inputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  /** Part of it: to a cache that lives for an hour. */
  readonly cacheWriteLongTokens?: number;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly timeToFirstChunkMs: number | null;
  readonly costUsd: number | null;
  readonly finishReason: string | null;
  readonly error: string | null;
}

/**
 * What a span tells of usage: a model call, or a run, a step or a tool around calls whose sum it tells. With it goes
 * what another telling of the same call is known by.
 */
export interface Telling extends CallFacts {
  /** It is no call itself but around calls: a run, or anything in it. */
  readonly isSum?: 'run' | 'part';
  /** Its sum is over the session so far: a later one of the same session holds it. */
  readonly ofSession?: true;
  /** And may be that of a session which this one was forked from, too. */
  readonly ofThread?: true;
  /** Place in `tellers`. */
  readonly teller: number;
  /** Scope or service; '' where the teller's kind says all. */
  readonly source: string;
  /** The provider's id of the answer. */
  readonly responseId?: string;
  /** The provider's id of the request. */
  readonly requestId?: string;
  /** The agent's own id of the answer, or a digest of content and place: equal wherever it was copied to. */
  readonly answerId?: string;
  readonly session?: string;
  /** Its tokens are rounded. */
  readonly estimated?: true;
  /** It is a tool call, which is counted nowhere: what it is known by. */
  readonly tool?: { readonly name: string; readonly callId?: string };
  /** It is the end of a call that began so long before. */
  readonly sinceMs?: number;
}

/** One span that tells of usage, or of whose run it is. Times in milliseconds. */
export interface LedgerRow {
  readonly telling: Telling;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether its times are times, and no mere order. */
  readonly isClocked: boolean;
  readonly failed: boolean;
}

/** Ids and parents of some spans of a cell, in columns, and what those of them say that tell of usage. */
export interface SpanLinks {
  readonly count: number;
  readonly traceIds: readonly string[];
  /** Index into `traceIds`. */
  readonly trace: Uint16Array;
  /** The id's first and last 8 hex digits. */
  readonly idHigh: Uint32Array;
  readonly idLow: Uint32Array;
  /** Both 0 for a root. */
  readonly parentHigh: Uint32Array;
  readonly parentLow: Uint32Array;
  /** Bits of `spanFlag`. */
  readonly flags: Uint16Array;
  /** OpenTelemetry's status code. */
  readonly status: Uint8Array;
  /** Ordinal into `timingGrades`. */
  readonly timing: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly times: (row: number) => { readonly startMs: number; readonly endMs: number };
  readonly tellings: ReadonlyMap<number, Telling>;
}

/** What is stored of a trace: its spans, and the bytes of the requests that brought them. */
export interface TraceSize {
  readonly spans: number;
  readonly bytes: number;
}

/** Who sent records, where that was nobody who may say everything. */
export interface Sender {
  /** The one cell that it may name: it is the agent of that cell. */
  readonly cell?: string;
  /** The sweep whose cells it may name. */
  readonly sweep?: string;
  /** The harness's own span of the run, whose id the agent was told. */
  readonly runSpanId?: string;
  /** Whether it gives verdicts. */
  readonly judges: boolean;
}

/** What a log entry of OTLP records carries beside its body. */
export interface RecordParams {
  /** Traces that were too large already: their spans in the body were rejected. */
  readonly overgrown?: readonly string[];
  readonly sender?: Sender;
  /** Records that were rejected because they said what their sender may not. Where all were, the body is empty. */
  readonly refused?: number;
}

export interface StoredLog {
  readonly timeNs: bigint;
  readonly severity: string | null;
  readonly eventName: string | null;
  readonly body: AnyValue;
  readonly attributes: readonly Attribute[];
  /** 32 lower hex, or null. */
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly service: string;
}

export interface StoredTerminalEvent {
  readonly timeNs: bigint;
  /** o output, r resize ("COLSxROWS"). */
  readonly code: 'o' | 'r';
  readonly data: string;
  /** pty, stdout or stderr; '' for a resize. */
  readonly stream: string;
}

export interface StoredChange {
  readonly timeNs: bigint;
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
  readonly diff: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** Ordinal into `timingGrades`. */
  readonly timing: number;
}

export interface StoredMetricPoint {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: MetricKind;
  /** 1 delta, 2 cumulative, as sent. */
  readonly temporality: number;
  readonly isMonotonic: boolean;
  /** 0 where it was not sent. */
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly attributes: readonly Attribute[];
  readonly value: number | bigint | null;
  readonly distribution: Distribution | null;
  readonly usage: UsagePart | null;
  readonly service: string;
}

/** How much of a track there is: enough to see whether what was read before still stands as it was read. */
export interface TrackExtent {
  readonly chunks: number;
  /** The last chunk and the log entry it came by; 0 where there is none. */
  readonly last: number;
  readonly seq: number;
}
