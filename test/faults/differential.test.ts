// Our decoder beside an independent one, on bodies bent in every way: both refuse, or both read the same
// records. Where the library is laxer than protobuf allows a reader to be, the body is counted under the
// reason and not compared; nothing else may differ.
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { OtlpError } from '../../collector/errors.ts';
import { decodeLogsProtobuf, decodeTracesProtobuf } from '../../collector/otlp/protobuf.ts';
import { type AnyValue, type Attribute, KeyValueList } from '../../collector/record.ts';
import { bentProtobuf, makeCorpus, type Signal } from './bodies.ts';
import { faultTest, report, times } from './fault-test.ts';
import { decodeWithLibrary, Malformed, type Reason } from './otlp-library.ts';

const BODIES = times(6_000, 125);
const MAX_TIME = 2n ** 63n - 1n;
/** What the library, decoding the plain form, still reads otherwise: it replaces where protobuf merges. */
const notComparable: Reason = 'a singular message sent twice';

type Message = Record<string, never> & { readonly [field: string]: unknown };

/** A record of either decoder as plain values; what decoding noted in flags is ours alone. */
type Plain = { [field: string]: unknown };

function hex(bytes: unknown, size: number): string {
  const id = Buffer.from((bytes ?? []) as Uint8Array);
  return id.length === size && id.some((byte) => byte !== 0) ? id.toString('hex') : '';
}

function bigint(text: unknown): bigint {
  return BigInt((text ?? 0) as string);
}

function list(messages: unknown): Message[] {
  return (messages ?? []) as Message[];
}

function libraryValue(value: Message | undefined): unknown {
  if (!value) return null;
  if ('stringValue' in value) return value.stringValue;
  if ('boolValue' in value) return value.boolValue;
  if ('doubleValue' in value) return value.doubleValue;
  if ('bytesValue' in value) return Buffer.from(value.bytesValue as Uint8Array).toString('base64url');
  if ('arrayValue' in value) return list((value.arrayValue as Message).values).map(libraryValue);
  if ('kvlistValue' in value) return { pairs: libraryPairs((value.kvlistValue as Message).values) };
  if (!('intValue' in value)) return null;
  const wide = bigint(value.intValue);
  return Number.isSafeInteger(Number(wide)) ? Number(wide) : wide;
}

function libraryPairs(pairs: unknown): unknown[] {
  return list(pairs).map(({ key, value }) => [key ?? '', libraryValue(value as Message | undefined)]);
}

/** What every message with attributes has. */
function libraryAttributes(message: Message): Plain {
  return {
    attributes: libraryPairs(message.attributes),
    droppedAttributes: message.droppedAttributesCount ?? 0,
  };
}

/** The span by the rules that a receiver adds to the format, or null where they refuse it. */
function librarySpan(span: Message): Plain | null {
  const links = list(span.links).filter(
    ({ traceId, spanId }) => hex(traceId, 16) !== '' && hex(spanId, 8) !== '',
  );
  const events = list(span.events);
  const instants = [
    span.startTimeUnixNano,
    span.endTimeUnixNano,
    ...events.map((event) => event.timeUnixNano),
  ];
  const isRefused = hex(span.traceId, 16) === '' || hex(span.spanId, 8) === '';
  if (isRefused || instants.some((time) => bigint(time) > MAX_TIME)) return null;
  const status = (span.status ?? {}) as Message;
  return {
    traceId: hex(span.traceId, 16),
    spanId: hex(span.spanId, 8),
    parentSpanId: hex(span.parentSpanId, 8),
    traceState: span.traceState ?? '',
    traceFlags: span.flags ?? 0,
    name: span.name ?? '',
    otelKind: span.kind ?? 0,
    startNs: bigint(span.startTimeUnixNano),
    endNs: bigint(span.endTimeUnixNano),
    ...libraryAttributes(span),
    events: events.map((event) => ({
      timeNs: bigint(event.timeUnixNano),
      name: event.name ?? '',
      ...libraryAttributes(event),
    })),
    droppedEvents: span.droppedEventsCount ?? 0,
    links: links.map((link) => ({
      traceId: hex(link.traceId, 16),
      spanId: hex(link.spanId, 8),
      traceState: link.traceState ?? '',
      ...libraryAttributes(link),
      traceFlags: link.flags ?? 0,
    })),
    droppedLinks: Number(span.droppedLinksCount ?? 0) + list(span.links).length - links.length,
    statusCode: status.code ?? 0,
    statusMessage: status.message ?? '',
  };
}

function libraryLog(log: Message): Plain | null {
  const timeNs = bigint(log.timeUnixNano);
  const observedNs = bigint(log.observedTimeUnixNano);
  if (timeNs > MAX_TIME || observedNs > MAX_TIME) return null;
  return {
    timeNs,
    observedNs,
    severityNumber: log.severityNumber ?? 0,
    severityText: log.severityText ?? '',
    eventName: log.eventName ?? '',
    body: libraryValue(log.body as Message | undefined),
    ...libraryAttributes(log),
    traceId: hex(log.traceId, 16),
    spanId: hex(log.spanId, 8),
    traceFlags: log.flags ?? 0,
  };
}

/** Batches with records, as the library and the receiver's rules have them. */
function libraryBatches(request: unknown, signal: Signal): Plain[] {
  const batches: Plain[] = [];
  for (const outer of list((request as Message).resources)) {
    for (const inner of list(outer.scopes)) {
      const records = list(inner.records)
        .map(signal === 'traces' ? librarySpan : libraryLog)
        .filter((record) => record !== null);
      const scope = (inner.scope ?? {}) as Message;
      if (records.length === 0) continue;
      batches.push({
        resource: {
          ...libraryAttributes((outer.resource ?? {}) as Message),
          schemaUrl: outer.schemaUrl ?? '',
        },
        scope: {
          name: scope.name ?? '',
          version: scope.version ?? '',
          ...libraryAttributes(scope),
          schemaUrl: inner.schemaUrl ?? '',
        },
        records,
      });
    }
  }
  return batches;
}

/** Our records in the same plain values. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  if (value instanceof KeyValueList) return { pairs: value.pairs.map(plainPair) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => field !== 'flags')
      .map(([field, inner]) => [field, plain(inner)]),
  );
}

function plainPair([key, value]: Attribute): [string, unknown] {
  return [key, plain(value as AnyValue)];
}

type Outcome =
  | { readonly batches: unknown; readonly reasons: ReadonlySet<Reason>; readonly damaged: number }
  | 'refused';

function ours(body: Uint8Array, signal: Signal): Outcome {
  try {
    const decode = signal === 'traces' ? decodeTracesProtobuf : decodeLogsProtobuf;
    const { batches, message } = decode(body);
    const told = message.matchAll(/(\d+) (?:span|log record)s? rejected, malformed protobuf/g);
    const damaged = [...told].reduce((sum, [, count]) => sum + Number(count), 0);
    return { batches: plain(batches), reasons: new Set(), damaged };
  } catch (error) {
    if (error instanceof OtlpError && error.httpStatus === 400) return 'refused';
    throw error;
  }
}

function theirs(body: Uint8Array, signal: Signal): Outcome {
  try {
    const { request, reasons, damaged } = decodeWithLibrary(body, signal);
    return { batches: libraryBatches(request, signal), reasons, damaged };
  } catch (error) {
    if (error instanceof Malformed) return 'refused';
    throw error;
  }
}

faultTest(
  'differential',
  `${BODIES} bent bodies read as an independent decoder reads them`,
  120_000,
  async (random) => {
    const corpus = makeCorpus(random.below(2 ** 31));
    const seen = { same: 0, refused: 0, damaged: 0, incomparable: 0 };
    const reasons = new Map<string, number>();
    for (let n = 0; n < BODIES; n++) {
      const own = random.fork(n);
      const signal: Signal = own.chance(0.6) ? 'traces' : 'logs';
      const body = bentProtobuf(corpus.protobuf[signal], own);
      const our = ours(body, signal);
      const their = theirs(body, signal);
      const where = `body ${n}, ${signal}: ${Buffer.from(body).toString('base64').slice(0, 4000)}`;
      if (our === 'refused' || their === 'refused') {
        expect(our === 'refused', `${where}: who refuses?`).toBe(their === 'refused');
        seen.refused++;
        continue;
      }
      expect(our.damaged, `${where}: how many records are damaged?`).toBe(their.damaged);
      if (their.damaged > 0) seen.damaged++;
      for (const reason of their.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (their.reasons.has(notComparable)) seen.incomparable++;
      else if (isDeepStrictEqual(our.batches, their.batches)) seen.same++;
      else expect(our.batches, where).toEqual(their.batches);
    }
    const odd = [...reasons].map(([reason, count]) => `${reason}: ${count}`).join('; ');
    report(
      'Decoder differential',
      `${BODIES} bodies: ${seen.same} read alike, ${seen.refused} refused by both, ${seen.damaged} with ` +
        `damaged records, ${seen.incomparable} not comparable, 0 unexplained; bent so: ${odd}`,
    );
    expect(seen.same).toBeGreaterThan(BODIES / 5);
    expect(seen.refused + seen.damaged).toBeGreaterThan(BODIES / 10);
    expect(seen.incomparable).toBeLessThan(BODIES / 5);
  },
);
