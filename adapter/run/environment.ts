// The environment that the agent gets: its own, and beside it what leads its model calls to the proxy and
// its own OpenTelemetry to the cell. Pure.
import { resourceKey } from '../../shared/conventions.ts';
import { decoded } from '../sdk/token.ts';

export interface TelemetryTarget {
  /** The cell's own OTLP address. */
  readonly url: string;
  readonly cellId: string;
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Variables for an agent that has telemetry of its own. The endpoint is the cell's: most agents ignore
 * TRACEPARENT and resource attributes, and none can ignore where it sends.
 */
export function telemetryEnv(
  target: TelemetryTarget,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const { cellId, traceId, spanId } = target;
  const named = `${resourceKey.cellId}=${encodeURIComponent(cellId)}`;
  const given = env.OTEL_RESOURCE_ATTRIBUTES;
  return {
    TRACEPARENT: `00-${traceId}-${spanId}-01`,
    OTEL_EXPORTER_OTLP_ENDPOINT: target.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_RESOURCE_ATTRIBUTES: given ? `${given},${named}` : named,
  };
}

/**
 * The environment without whatever holds the collector's token: whoever holds that may write scores, and the agent is
 * what is judged. An address of the collector may hold it, too. Only headers of an agent whose telemetry is left
 * alone stay: its user wants it to send by itself.
 */
export function withoutToken(
  env: Readonly<Record<string, string>>,
  { token, telemetry }: { readonly token?: string | undefined; readonly telemetry: boolean },
): Record<string, string> {
  const holdsToken = (name: string, value: string): boolean => {
    if (name === 'PLAYHEAD_TOKEN') return true;
    if (token === undefined || (!telemetry && HEADERS.test(name))) return false;
    return value.includes(token) || decoded(value).includes(token);
  };
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => !holdsToken(name, value)));
}

const HEADERS = /^OTEL_EXPORTER_OTLP_(\w+_)?HEADERS$/;

/** The variables that have a value. */
export function definedEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}
