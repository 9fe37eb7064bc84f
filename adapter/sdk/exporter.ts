// How a cell's spans and log records leave the process: OpenTelemetry's own OTLP/HTTP exporters, set up
// for one cell as a NodeSDK configuration. Whoever owns the whole process may hand that to
// `new NodeSDK(...)`; the recorder builds its own providers from the same, because NodeSDK registers
// itself globally and this version re-exports none of the SDK packages it stands on.
import { createHash } from 'node:crypto';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { BatchSpanProcessor, RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { resourceKey } from '../../shared/conventions.ts';
import type { ResolvedCell } from './cell-identity.ts';

export interface ExportOptions {
  /** The collector's base address, e.g. `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly gzip?: boolean | undefined;
  /** How long one export may take, retries included. Default 10 s. */
  readonly exportTimeoutMs?: number | undefined;
  /** Fixes the ids: the same seed and calls give the same spans, so that a repeated import adds none. */
  readonly idSeed?: string | undefined;
}

/** What became of the records so far, by signal. */
export interface ExportTally {
  delivered: number;
  failed: number;
}

export interface ExportWatch {
  readonly spans: ExportTally;
  readonly logs: ExportTally;
  readonly onFailure: (what: string, cause: Error) => void;
}

/**
 * Records beyond this wait for nobody and are dropped by the SDK. At 512 a batch a full queue is 16
 * requests, under the exporters' limit of 30 at once.
 */
const MAX_QUEUE = 8192;
const MAX_BATCH = 512;
/** Live viewers wait for this; the SDK's own 5 s would show. */
const DELAY_MS = 500;

type Compression = NonNullable<
  NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>['compression']
>;

type CellSdkConfiguration = Required<
  Pick<
    NodeSDKConfiguration,
    | 'resource'
    | 'autoDetectResources'
    | 'spanProcessors'
    | 'logRecordProcessors'
    | 'idGenerator'
    | 'spanLimits'
  >
>;

/** The SDK's configuration for one cell. All spans of it share one trace. */
export function cellSdkConfiguration(
  cell: ResolvedCell,
  options: ExportOptions,
  watch: ExportWatch,
): CellSdkConfiguration {
  const timeoutMillis = options.exportTimeoutMs ?? 10_000;
  const base = options.endpoint.replace(/\/+$/, '');
  const shared = {
    timeoutMillis,
    // CompressionAlgorithm lives in a package that the exporters do not re-export; these are its values.
    compression: (options.gzip ? 'gzip' : 'none') as Compression,
  };
  const batch = { maxQueueSize: MAX_QUEUE, maxExportBatchSize: MAX_BATCH, scheduledDelayMillis: DELAY_MS };
  const traces = watched(
    new OTLPTraceExporter({ url: `${base}/v1/traces`, ...shared }),
    'spans',
    watch.spans,
    watch.onFailure,
  );
  const logs = watched(
    new OTLPLogExporter({ url: `${base}/v1/logs`, ...shared }),
    'log records',
    watch.logs,
    watch.onFailure,
  );
  return {
    resource: resourceFromAttributes({ [resourceKey.serviceName]: 'playhead-adapter', ...cell.attributes }),
    autoDetectResources: false,
    spanProcessors: [
      new BatchSpanProcessor({ exporter: traces, exportTimeoutMillis: timeoutMillis, ...batch }),
    ],
    logRecordProcessors: [
      new BatchLogRecordProcessor({ exporter: logs, exportTimeoutMillis: timeoutMillis, ...batch }),
    ],
    idGenerator: oneTrace(options.idSeed),
    // A model's answer may come in many pieces, each an event; the SDK's 128 would drop the first ones.
    spanLimits: { attributeCountLimit: 1024, eventCountLimit: 10_000 },
  };
}

interface Exporter<T> {
  export(items: T[], done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

/** The exporter, counting what went out and telling of what did not. */
function watched<T, E extends Exporter<T>>(
  inner: E & Exporter<T>,
  what: string,
  tally: ExportTally,
  onFailure: ExportWatch['onFailure'],
): E {
  const send = inner.export.bind(inner);
  inner.export = (items: T[], done: (result: { code: number; error?: Error }) => void): void => {
    send(items, (result) => {
      if (result.code === 0) tally.delivered += items.length;
      else {
        tally.failed += items.length;
        onFailure(`${items.length} ${what} were not delivered`, result.error ?? new Error('unknown cause'));
      }
      done(result);
    });
  };
  return inner;
}

/** One trace id for all roots; span ids at random, or by number where a seed fixes them. */
function oneTrace(seed: string | undefined): IdGenerator {
  const random = new RandomIdGenerator();
  const hex = (text: string, length: number): string =>
    createHash('sha256').update(text).digest('hex').slice(0, length);
  const traceId = seed === undefined ? random.generateTraceId() : hex(`trace\n${seed}`, 32);
  let count = 0;
  return {
    generateTraceId: () => traceId,
    generateSpanId: () =>
      seed === undefined ? random.generateSpanId() : hex(`span\n${seed}\n${count++}`, 16),
  };
}
