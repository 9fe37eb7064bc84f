// How a cell's spans and log records leave the process: OpenTelemetry's own OTLP/HTTP exporters, set up
// for one cell as a NodeSDK configuration. Whoever owns the whole process may hand that to
// `new NodeSDK(...)`; the recorder builds its own providers from the same, because NodeSDK registers
// itself globally and this version re-exports none of the SDK packages it stands on.
import { createHash } from 'node:crypto';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { resourceKey } from '../../shared/conventions.ts';
import type { ResolvedCell } from './cell-identity.ts';
import { trimEndpoint } from './endpoint.ts';
import { cleanLogs, cleanSpans, logsBody, tracesBody } from './export-body.ts';
import { unreachedWords, whyUnreached } from './reach.ts';
import type { Redactor } from './redact.ts';
import { SpanIds } from './span-ids.ts';
import type { Spool, SpoolSignal } from './spool.ts';
import { authorization } from './token.ts';

export interface ExportOptions {
  /** The collector's base address, e.g. `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** What the collector was started with as `--token`; else OTEL_EXPORTER_OTLP_HEADERS holds, as in any SDK. */
  readonly token?: string | undefined;
  readonly gzip?: boolean | undefined;
  /** How long one export may take, retries included. Default 10 s. */
  readonly exportTimeoutMs?: number | undefined;
  /** Fixes the ids: the same seed and calls give the same spans, so that a repeated import adds none. */
  readonly idSeed?: string | undefined;
  /** So many of the first records are there already, by signal: they are not sent again. */
  readonly acknowledged?: { readonly spans: number; readonly logs: number } | undefined;
  /** Names of records that were acknowledged: those are not sent again, and new ones are added. */
  readonly sent?: Set<string> | undefined;
  /** Takes secrets out of every record before it leaves or is spooled. */
  readonly redactor?: Redactor | undefined;
  /** Takes what the collector did not acknowledge; without it that is lost and told as a problem. */
  readonly spool?: Spool | undefined;
}

/** What became of the records so far, by signal. */
export interface ExportTally {
  delivered: number;
  failed: number;
  /** Kept in the spool file: neither lost nor acknowledged. */
  spooled: number;
}

export interface ExportWatch {
  readonly spans: ExportTally;
  readonly logs: ExportTally;
  readonly onFailure: (what: string, cause: Error) => void;
  /** Told why what goes to the spool was not taken. */
  readonly onSpooled: (why: string) => void;
}

/**
 * Records beyond this wait for nobody and are dropped by the SDK. At 512 a batch a full queue is 16
 * requests, under the exporters' limit of 30 at once.
 */
const MAX_QUEUE = 8192;
const MAX_BATCH = 512;
/**
 * With a spool nothing may be dropped: what waits while a slow collector is given its last chance stays in
 * memory, and goes to the file as soon as that chance is over.
 */
const MAX_SPOOLED_QUEUE = 1_000_000;
/** After a failure everything goes to the spool for so long; then one batch tries the collector again. */
const SPOOL_FOR_MS = 5000;
/** Live viewers wait for this; the SDK's own 5 s would show. */
const DELAY_MS = 500;

type Compression = NonNullable<
  NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>['compression']
>;

type CellSdkConfiguration = Required<
  Pick<
    NodeSDKConfiguration,
    'resource' | 'autoDetectResources' | 'spanProcessors' | 'logRecordProcessors' | 'spanLimits'
  >
> & { readonly idGenerator: SpanIds };

/** The SDK's configuration for one cell. All spans of it share one trace. */
export function cellSdkConfiguration(
  cell: ResolvedCell,
  options: ExportOptions,
  watch: ExportWatch,
): CellSdkConfiguration {
  const timeoutMillis = options.exportTimeoutMs ?? 10_000;
  const base = trimEndpoint(options.endpoint);
  const shared = {
    timeoutMillis,
    headers: authorization(options.token),
    // CompressionAlgorithm lives in a package that the exporters do not re-export; these are its values.
    compression: (options.gzip ? 'gzip' : 'none') as Compression,
  };
  const { redactor, spool } = options;
  const batch = {
    maxQueueSize: spool ? MAX_SPOOLED_QUEUE : MAX_QUEUE,
    maxExportBatchSize: MAX_BATCH,
    scheduledDelayMillis: DELAY_MS,
    // The processors' own bound stands behind the exporters', which tell what became of the batch.
    exportTimeoutMillis: timeoutMillis + 1000,
  };
  const breaker: Breaker = {
    spool,
    openUntilMs: 0,
    reached: false,
    why: 'the collector did not answer',
    probe: () => whyUnreached(options),
  };
  const { onFailure, onSpooled } = watch;
  const traces = watched(new OTLPTraceExporter({ url: `${base}/v1/traces`, ...shared }), {
    what: 'spans',
    tally: watch.spans,
    clean: (spans) => cleanSpans(spans, redactor),
    keep: (spans) => keep(breaker, 'traces', tracesBody(spans)),
    url: `${base}/v1/traces`,
    breaker,
    acknowledged: options.acknowledged?.spans ?? 0,
    sent: options.sent,
    nameOf: nameOfSpan,
    onFailure,
    onSpooled,
  });
  const logs = watched(new OTLPLogExporter({ url: `${base}/v1/logs`, ...shared }), {
    what: 'log records',
    tally: watch.logs,
    clean: (records) => cleanLogs(records, redactor),
    keep: (records) => keep(breaker, 'logs', logsBody(records)),
    url: `${base}/v1/logs`,
    breaker,
    acknowledged: options.acknowledged?.logs ?? 0,
    sent: options.sent,
    nameOf: nameOfLog,
    onFailure,
    onSpooled,
  });
  const attributes = { [resourceKey.serviceName]: 'playhead-adapter', ...cell.attributes };
  return {
    resource: resourceFromAttributes(redactor?.cleanValue(attributes) ?? attributes),
    autoDetectResources: false,
    spanProcessors: [new BatchSpanProcessor({ exporter: traces, ...batch })],
    logRecordProcessors: [new BatchLogRecordProcessor({ exporter: logs, ...batch })],
    idGenerator: new SpanIds(options.idSeed),
    // A model's answer may come in many pieces, each an event; the SDK's 128 would drop the first ones.
    spanLimits: { attributeCountLimit: 1024, eventCountLimit: 10_000 },
  };
}

interface Exporter<T> {
  export(items: T[], done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

/** While it is open, nothing is tried and everything is spooled. Shared by both signals. */
interface Breaker {
  readonly spool: Spool | undefined;
  openUntilMs: number;
  /** Whether a collector has answered since the last failure. */
  reached: boolean;
  why: string;
  readonly probe: () => Promise<string | null>;
}

interface Watch<T> {
  readonly what: string;
  readonly url: string;
  readonly tally: ExportTally;
  readonly clean: (items: T[]) => T[];
  /** Spools the items. @throws the disk's error */
  readonly keep: (items: T[]) => void;
  readonly breaker: Breaker;
  readonly acknowledged: number;
  readonly sent: Set<string> | undefined;
  /** What tells a record from others, and from an earlier state of itself. */
  readonly nameOf: (item: T) => string;
  readonly onFailure: ExportWatch['onFailure'];
  readonly onSpooled: ExportWatch['onSpooled'];
}

/** The exporter, cleaning what goes out, counting it, and keeping or telling of what did not. */
function watched<T, E extends Exporter<T>>(inner: E & Exporter<T>, watch: Watch<T>): E {
  const { what, tally, breaker } = watch;
  const send = inner.export.bind(inner);
  const fail = (items: T[], cause: Error): { code: number } => {
    try {
      if (breaker.spool) {
        watch.keep(items);
        tally.spooled += items.length;
        watch.onSpooled(cause.message);
        return { code: 0 };
      }
      watch.onFailure(`${items.length} ${what} were not delivered`, cause);
    } catch (error) {
      watch.onFailure(`${items.length} ${what} could be neither delivered nor spooled`, error as Error);
    }
    tally.failed += items.length;
    return { code: 1 };
  };
  let acknowledged = watch.acknowledged;
  inner.export = (all: T[], done: (result: { code: number; error?: Error }) => void): void => {
    const there = Math.min(acknowledged, all.length);
    acknowledged -= there;
    tally.delivered += there;
    const rest = there === 0 ? all : all.slice(there);
    const names = new Map(watch.sent ? rest.map((item) => [item, watch.nameOf(item)]) : []);
    const raw = rest.filter((item) => watch.sent?.has(names.get(item) ?? '') !== true);
    tally.delivered += rest.length - raw.length;
    if (raw.length === 0) {
      done({ code: 0 });
      return;
    }
    const items = watch.clean(raw);
    if (breaker.spool && performance.now() < breaker.openUntilMs) {
      done(fail(items, new Error(breaker.why)));
      return;
    }
    const attempt = (): void =>
      send(items, (result) => {
        breaker.reached = result.code === 0;
        if (result.code === 0) {
          tally.delivered += items.length;
          for (const item of raw) watch.sent?.add(names.get(item) ?? '');
          done(result);
          return;
        }
        const cause = new Error(sendingWords(watch.url, result.error));
        open(breaker, cause.message);
        const outcome = fail(items, cause);
        done(outcome.code === 0 ? outcome : { ...result, error: cause });
      });
    if (!breaker.spool || breaker.reached) {
      attempt();
      return;
    }
    // The exporters try for seconds before they say so: a file is waiting, and nobody should.
    void breaker.probe().then((why) => {
      if (why === null) return attempt();
      open(breaker, why);
      done(fail(items, new Error(why)));
    });
  };
  return inner;
}

function nameOfSpan(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return `${traceId} ${spanId} ${span.endTime.join(' ')}`;
}

function nameOfLog({ hrTime, eventName, body, attributes }: ReadableLogRecord): string {
  const said = JSON.stringify([hrTime, eventName, body, attributes]);
  return createHash('sha256').update(said).digest('base64');
}

function open(breaker: Breaker, why: string): void {
  breaker.why = why;
  breaker.openUntilMs = performance.now() + SPOOL_FOR_MS;
}

/** The exporters' error is a status without its number, or a socket's. */
function sendingWords(url: string, error: (Error & { code?: unknown }) | undefined): string {
  if (error === undefined) return `${url} did not answer`;
  if (typeof error.code === 'number') return `${url} answered ${error.code} ${error.message}`.trimEnd();
  return unreachedWords(url, error);
}

function keep({ spool }: Breaker, signal: SpoolSignal, body: string): void {
  spool?.append(signal, body);
}
