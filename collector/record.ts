// What one OTLP request says, once decoded: the shapes that pass between otlp/, writer and project/.
// Strings are well-formed, ids are lower hex, times are bigint nanoseconds, nothing is interpreted.

/**
 * A decoded AnyValue. Integers are numbers while a double holds them exactly, else bigint; an
 * unset value is null; a kvlist is a KeyValueList, so that no data key ever becomes a property.
 */
export type AnyValue = string | number | bigint | boolean | null | Uint8Array | AnyValue[] | KeyValueList;

export class KeyValueList {
  readonly pairs: readonly Attribute[];
  constructor(pairs: readonly Attribute[]) {
    this.pairs = pairs;
  }
}

/** Keys may repeat and may be any text: never index an object by them. */
export type Attribute = readonly [key: string, value: AnyValue];

export interface ResourceRecord {
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
  readonly schemaUrl: string;
}

export interface ScopeRecord {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
  readonly schemaUrl: string;
}

export interface SpanEvent {
  readonly timeNs: bigint;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
  readonly traceFlags: number;
}

export interface SpanRecord {
  /** 32 lower hex, not all zero. */
  readonly traceId: string;
  /** 16 lower hex, not all zero. */
  readonly spanId: string;
  /** 16 lower hex, or '' for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly traceFlags: number;
  readonly name: string;
  /** OTLP SpanKind as sent; unknown numbers are kept. */
  readonly otelKind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
  readonly events: readonly SpanEvent[];
  readonly droppedEvents: number;
  readonly links: readonly SpanLink[];
  readonly droppedLinks: number;
  /** OTLP StatusCode as sent; unknown numbers are kept. */
  readonly statusCode: number;
  readonly statusMessage: string;
  /** Bits of `spanFlag` that decoding found: textRepaired, truncated, badParent. */
  readonly flags: number;
}

export interface LogRecord {
  readonly timeNs: bigint;
  readonly observedNs: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
  /** 32 lower hex or ''. */
  readonly traceId: string;
  /** 16 lower hex or ''. */
  readonly spanId: string;
  readonly traceFlags: number;
  readonly flags: number;
}

export const metricKinds = ['sum', 'gauge', 'histogram', 'exponential_histogram', 'summary'] as const;
export type MetricKind = (typeof metricKinds)[number];

/** What all data points of one metric share. */
export interface MetricHead {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

/** What all data points of one `sum`, `gauge`, … share. */
export interface MetricData {
  readonly kind: MetricKind;
  /** OTLP AggregationTemporality as sent: 1 delta, 2 cumulative; unknown numbers are kept. */
  readonly temporality: number;
  readonly isMonotonic: boolean;
}

/** Buckets of an exponential histogram: `counts[i]` lies at index `offset + i`. */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly (number | bigint)[];
}

/** What a data point of a histogram or summary says: null where it does not. */
export interface Distribution {
  readonly count: number | bigint;
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Of a histogram: one count more than bounds. */
  readonly bounds: readonly number[];
  readonly counts: readonly (number | bigint)[];
  readonly exponential: {
    readonly scale: number;
    readonly zeroCount: number | bigint;
    readonly zeroThreshold: number;
    readonly positive: ExponentialBuckets;
    readonly negative: ExponentialBuckets;
  } | null;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

/** One data point. Exemplars and a metric's `metadata` are passed over: nothing here shows them. */
export interface MetricPoint {
  readonly metric: MetricHead;
  readonly data: MetricData;
  /** 0 where it was not sent. */
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly attributes: readonly Attribute[];
  /** Beyond the limit; the protocol itself counts none here. */
  readonly droppedAttributes: number;
  /** OTLP DataPointFlags: bit 0 says that no value was recorded. */
  readonly pointFlags: number;
  /** Of a sum or gauge; null where none was sent. */
  readonly value: number | bigint | null;
  /** Of a histogram or summary. */
  readonly distribution: Distribution | null;
}

/** A record of any signal, as far as they are alike. */
export interface AnyRecord {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly Attribute[];
  /** Of a span. */
  readonly name?: string;
  readonly events?: readonly SpanEvent[];
  /** Of a log record. */
  readonly eventName?: string;
  /** Of a data point. */
  readonly metric?: MetricHead;
}

/** The records of one resource and scope. */
export interface Batch<T> {
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
  readonly records: readonly T[];
}

export interface Decoded<T> {
  readonly batches: readonly Batch<T>[];
  readonly accepted: number;
  /** Records refused one by one: counted, explained, never stored. */
  readonly rejected: number;
  /** Why, for `partial_success.error_message`: counts and ids, no content. '' when all is well. */
  readonly message: string;
}

export type Signal = 'traces' | 'logs' | 'metrics';
export type Encoding = 'protobuf' | 'json';
