// A stored span as public JSON. Does not lose an attribute: `bench.span.*` attributes describe the recording,
// so they become fields; where such a value is none that we know, it stays visible among the attributes.
import { resourceKey, spanKey } from '../../shared/conventions.ts';
import { flagNames, spanKinds, spanStatuses, timingGrades } from '../../shared/span.ts';
import type { SpanJson } from '../../shared/wire.ts';
import type { ChunkSpan } from '../cell/records.ts';
import type { AnyValue } from '../record.ts';
import { attributesJson } from '../record-json.ts';

const otelKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** @param flags bits of `spanFlag`: the stored ones and those known only in the whole trace */
export function spanJson({ record, resource, scope, kind, timing }: ChunkSpan, flags: number): SpanJson {
  const { attributes, repeated } = attributesJson(record.attributes, isLifted);
  const sourceId = record.attributes.find(([key, value]) => key === spanKey.sourceId && isLifted(key, value));
  const service = resource.attributes.find(([key]) => key === resourceKey.serviceName)?.[1];
  return {
    traceId: record.traceId,
    spanId: record.spanId,
    parentSpanId: record.parentSpanId || null,
    sourceId: typeof sourceId?.[1] === 'string' ? sourceId[1] : null,
    name: record.name,
    kind: spanKinds[kind] ?? 'other',
    otelKind: otelKinds[record.otelKind] ?? `unknown(${record.otelKind})`,
    startNs: String(record.startNs),
    endNs: String(record.endNs),
    timing: timingGrades[timing] ?? 'none',
    status: spanStatuses[record.statusCode] ?? 'unset',
    statusMessage: record.statusMessage || null,
    attributes,
    ...(repeated.length > 0 && { repeatedAttributes: repeated }),
    events: record.events.map((event) => ({
      timeNs: String(event.timeNs),
      name: event.name,
      attributes: attributesJson(event.attributes).attributes,
    })),
    links: record.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: attributesJson(link.attributes).attributes,
    })),
    service: typeof service === 'string' && service !== '' ? service : 'unknown_service',
    scope: scope.name || null,
    flags: flagNames(flags),
  };
}

/** Whether an attribute is one of the API's own fields. */
function isLifted(key: string, value: AnyValue): boolean {
  if (key === spanKey.kind) return (spanKinds as readonly AnyValue[]).includes(value);
  if (key === spanKey.timing) return (timingGrades as readonly AnyValue[]).includes(value);
  return key === spanKey.sourceId && typeof value === 'string';
}
