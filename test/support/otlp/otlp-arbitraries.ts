// fast-check arbitraries of well-formed OTLP records, as decoding returns them: every text is
// well-formed, every id lower hex, every flag 0. What a body can do wrong is for `wire-mutation.ts`.
import fc from 'fast-check';
import {
  type AnyValue,
  type Attribute,
  type Batch,
  KeyValueList,
  type LogRecord,
  type MetricPoint,
  type ResourceRecord,
  type ScopeRecord,
  type SpanEvent,
  type SpanLink,
  type SpanRecord,
} from '../../../collector/record.ts';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const timeNs = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });

/** Any well-formed text: NUL, emoji, escapes, and the names that hurt plain objects. */
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 24 }) },
  { weight: 3, arbitrary: fc.string({ maxLength: 80 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      'a.__proto__.b',
      '\u0000',
      '\ufffd',
      '\ufeffx',
      '\u001b[31m',
    ),
  },
);

function hexId(bytes: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((id) => Buffer.from(id).toString('hex'))
    .filter((id) => !/^0+$/.test(id));
}

/** Integers that no double holds: they travel and decode as bigint. */
const wideInteger = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .filter((value) => !Number.isSafeInteger(Number(value)));

const scalar: fc.Arbitrary<AnyValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double(),
  wideInteger,
  fc.constant(null),
  fc.uint8Array({ maxLength: 12 }),
);

/** Nested at most five deep, which fits JSON's limit of 64 as well. */
const { anyValue } = fc.letrec<{ anyValue: AnyValue }>((tie) => ({
  anyValue: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('anyValue'), { maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(text, tie('anyValue')), { maxLength: 4 })
        .map((pairs) => new KeyValueList(pairs)),
    },
  ),
}));

const attributes: fc.Arbitrary<Attribute[]> = fc.array(fc.tuple(text, anyValue), { maxLength: 6 });

const resource: fc.Arbitrary<ResourceRecord> = fc.record({
  attributes,
  droppedAttributes: uint32,
  schemaUrl: text,
});

const scope: fc.Arbitrary<ScopeRecord> = fc.record({
  name: text,
  version: text,
  attributes,
  droppedAttributes: uint32,
  schemaUrl: text,
});

const event: fc.Arbitrary<SpanEvent> = fc.record({
  timeNs,
  name: text,
  attributes,
  droppedAttributes: uint32,
});

const link: fc.Arbitrary<SpanLink> = fc.record({
  traceId: hexId(16),
  spanId: hexId(8),
  traceState: text,
  attributes,
  droppedAttributes: uint32,
  traceFlags: uint32,
});

export const spanArbitrary: fc.Arbitrary<SpanRecord> = fc.record({
  traceId: hexId(16),
  spanId: hexId(8),
  parentSpanId: fc.oneof(hexId(8), fc.constant('')),
  traceState: text,
  traceFlags: uint32,
  name: text,
  otelKind: int32,
  startNs: timeNs,
  endNs: timeNs,
  attributes,
  droppedAttributes: uint32,
  events: fc.array(event, { maxLength: 3 }),
  droppedEvents: uint32,
  links: fc.array(link, { maxLength: 2 }),
  droppedLinks: uint32,
  statusCode: int32,
  statusMessage: text,
  flags: fc.constant(0),
});

export const logArbitrary: fc.Arbitrary<LogRecord> = fc.record({
  timeNs,
  observedNs: timeNs,
  severityNumber: int32,
  severityText: text,
  eventName: text,
  body: anyValue,
  attributes,
  droppedAttributes: uint32,
  traceId: fc.oneof(hexId(16), fc.constant('')),
  spanId: fc.oneof(hexId(8), fc.constant('')),
  traceFlags: uint32,
  flags: fc.constant(0),
});

const uint64 = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((value) => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value));
const bucketCounts = fc.array(fc.oneof(fc.nat(), uint64), { maxLength: 5 });
const maybeDouble = fc.option(fc.double());
const head = fc.record({ name: text, unit: text, description: text });
const pointFields = { metric: head, startNs: timeNs, timeNs, attributes, pointFlags: uint32 };
const buckets = fc.record({ offset: int32, counts: bucketCounts });
const plain = { count: uint64, sum: maybeDouble, min: maybeDouble, max: maybeDouble };
const nothing = { bounds: [], counts: [], exponential: null, quantiles: [] };

function pointOf(
  kind: MetricPoint['data']['kind'],
  hasTemporality: boolean,
  rest: fc.Arbitrary<Pick<MetricPoint, 'value' | 'distribution'>>,
): fc.Arbitrary<MetricPoint> {
  const data = fc.record({
    kind: fc.constant(kind),
    temporality: hasTemporality ? int32 : fc.constant(0),
    isMonotonic: kind === 'sum' ? fc.boolean() : fc.constant(false),
  });
  return fc
    .tuple(fc.record({ ...pointFields, data }), rest)
    .map(([fields, values]) => ({ ...fields, droppedAttributes: 0, ...values }));
}

const numberValue = fc
  .oneof(fc.maxSafeInteger(), fc.double(), wideInteger, fc.constant(null))
  .map((value) => ({ value, distribution: null }));

/** One data point of any kind, as decoding returns it. */
export const pointArbitrary: fc.Arbitrary<MetricPoint> = fc.oneof(
  pointOf('sum', true, numberValue),
  pointOf('gauge', false, numberValue),
  pointOf(
    'histogram',
    true,
    fc
      .record({ ...plain, bounds: fc.array(fc.double(), { maxLength: 4 }), counts: bucketCounts })
      .map((d) => ({ value: null, distribution: { ...nothing, ...d } })),
  ),
  pointOf(
    'exponential_histogram',
    true,
    fc
      .record({
        ...plain,
        exponential: fc.record({
          scale: int32,
          zeroCount: uint64,
          zeroThreshold: fc.double(),
          positive: buckets,
          negative: buckets,
        }),
      })
      .map((d) => ({ value: null, distribution: { ...nothing, ...d } })),
  ),
  pointOf(
    'summary',
    false,
    fc
      .record({ count: uint64, sum: fc.double(), quantiles: fc.array(fc.tuple(fc.double(), fc.double())) })
      .map((d) => ({ value: null, distribution: { ...nothing, min: null, max: null, ...d } })),
  ),
);

function batchesOf<T>(record: fc.Arbitrary<T>): fc.Arbitrary<Batch<T>[]> {
  const records = fc.array(record, { minLength: 1, maxLength: 4 });
  return fc.array(fc.record({ resource, scope, records }), { maxLength: 3 });
}

export const spanBatches = batchesOf(spanArbitrary);
export const logBatches = batchesOf(logArbitrary);
export const metricBatches = batchesOf(pointArbitrary);
