// A value of a wrong type costs the record that it is in, or the records of the resource, scope or metric that it
// is said of. All others are kept, and the sender is told which one it was.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLogsJson, decodeMetricsJson, decodeTracesJson } from '../../../collector/otlp/json.ts';
import {
  decodeLogsProtobuf,
  decodeMetricsProtobuf,
  decodeTracesProtobuf,
} from '../../../collector/otlp/protobuf.ts';
import { scanLogs, scanMetrics, scanTraces } from '../../../collector/otlp/scan.ts';
import { WireReader } from '../../../collector/otlp/wire-reader.ts';
import type { Decoded } from '../../../collector/record.ts';
import { resourceKey } from '../../../shared/conventions.ts';
import { TestCollector } from '../../support/collector.ts';
import { metricsJson, metricsProtobuf } from '../../support/otlp/metric-encode.ts';
import { logBatches, metricBatches, spanBatches } from '../../support/otlp/otlp-arbitraries.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { utf8 } from '../../support/otlp/otlp-decoding.ts';
import { logsJson, logsProtobuf, tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

type Json = { [key: string]: unknown };
const read = (bytes: Uint8Array): Json => JSON.parse(Buffer.from(bytes).toString());
const lists = (value: unknown): Json[] => (Array.isArray(value) ? value : []);

const signals = {
  span: {
    bodies: spanBatches.map(tracesJson),
    decode: decodeTracesJson,
    scan: scanTraces,
    envelope: ['resourceSpans', 'scopeSpans', 'spans'],
  },
  'log record': {
    bodies: logBatches.map(logsJson),
    decode: decodeLogsJson,
    scan: scanLogs,
    envelope: ['resourceLogs', 'scopeLogs', 'logRecords'],
  },
  'data point': {
    bodies: metricBatches.map(metricsJson),
    decode: decodeMetricsJson,
    scan: scanMetrics,
    envelope: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  },
} as const;

/** The records of a request, data points for metrics, each as the object that may be bent. */
function recordsOf(root: Json, [outer, inner, own]: readonly string[]): Json[] {
  return lists(root[outer ?? ''])
    .flatMap((resource) => lists(resource[inner ?? '']))
    .flatMap((scope) => lists(scope[own ?? '']))
    .flatMap((record) => (own === 'metrics' ? pointsOf(record) : [record]));
}

function pointsOf(metric: Json): Json[] {
  return Object.values(metric).flatMap((data) => lists((data as Json | null)?.dataPoints));
}

/** Every place of a value: its holder, its key. */
function placesIn(value: unknown, found: [Json, string][] = []): [Json, string][] {
  if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value)) {
      found.push([value as Json, key]);
      placesIn((value as Json)[key], found);
    }
  return found;
}

/** Where a record may be bent. What a data point says is by its kind: what another kind says is passed over. */
function placesOf(record: Json, noun: string): [Json, string][] {
  if (noun !== 'data point') return placesIn(record);
  return ['attributes', 'timeUnixNano', 'startTimeUnixNano', 'flags'].flatMap((key) => [
    [record, key] as [Json, string],
    ...placesIn(record[key]),
  ]);
}

/** Twenty of each batch, a thousand in all: bending one is cheaper than making another. */
const picks = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 20, maxLength: 20 });

/** What no field that held such a value may be. */
function wrongFor(value: unknown): unknown {
  if (Array.isArray(value)) return 'x';
  return typeof value === 'object' && value !== null ? 7 : [[]];
}

function flat(decoded: Decoded<unknown>): unknown[] {
  return decoded.batches.flatMap(({ records }) => records);
}

test.each(Object.entries(signals))(
  'in one %s it is rejected alone and named, whatever value it is',
  (noun, { bodies, decode, scan, envelope }) => {
    fc.assert(
      fc.property(bodies, picks, (body, picked) => {
        const root = read(body);
        const records = recordsOf(root, envelope);
        fc.pre(records.length > 0);
        // What JSON.parse and stringify change by themselves is no bending: a zero loses its sign.
        const whole = flat(decode(utf8(JSON.stringify(root))));
        for (const [which, where] of picked) {
          const index = which % records.length;
          const places = placesOf(records[index] ?? {}, noun);
          const [holder, key] = places[where % places.length] ?? [{}, ''];
          const value = holder[key];
          holder[key] = wrongFor(value);
          const bent = utf8(JSON.stringify(root));
          holder[key] = value;
          const decoded = decode(bent);
          expect(flat(decoded)).toEqual(whole.filter((_, at) => at !== index));
          expect([decoded.accepted, decoded.rejected]).toEqual([whole.length - 1, 1]);
          expect(decoded.message).toMatch(
            new RegExp(`^1 ${noun} rejected, .+ must be .+ \\(${noun} ${index} of the request`),
          );
          const { accepted, rejected, message } = decoded;
          expect(scan(bent, 'json')).toEqual({ accepted, rejected, message });
        }
      }),
      { numRuns: 50 },
    );
  },
);

/** Where the records of a protobuf request lie, each as the first byte of its message and that behind its last. */
function placesOnWire(bytes: Uint8Array, path: readonly ((tag: number) => boolean)[]): [number, number][] {
  let places: [number, number][] = [[0, bytes.length]];
  for (const isOne of path)
    places = places.flatMap(([start, end]) => {
      const r = new WireReader(bytes);
      const found: [number, number][] = [];
      for (r.pos = start; r.pos < end; ) {
        const tag = r.tag(end);
        if (!isOne(tag)) {
          r.skip(tag, end);
          continue;
        }
        const stop = r.length(end);
        found.push([r.pos, stop]);
        r.pos = stop;
      }
      return found;
    });
  return places;
}

const isData = (tag: number) => [42, 58, 74, 82, 90].includes(tag);
const onWire = {
  span: {
    bodies: spanBatches.map(tracesProtobuf),
    decode: decodeTracesProtobuf,
    scan: scanTraces,
    path: [(tag: number) => tag === 10, (tag: number) => tag === 18, (tag: number) => tag === 18],
  },
  'log record': {
    bodies: logBatches.map(logsProtobuf),
    decode: decodeLogsProtobuf,
    scan: scanLogs,
    path: [(tag: number) => tag === 10, (tag: number) => tag === 18, (tag: number) => tag === 18],
  },
  'data point': {
    bodies: metricBatches.map(metricsProtobuf),
    decode: decodeMetricsProtobuf,
    scan: scanMetrics,
    path: [
      (tag: number) => tag === 10,
      (tag: number) => tag === 18,
      (tag: number) => tag === 18,
      isData,
      (tag: number) => tag === 10,
    ],
  },
} as const;

test.each(Object.entries(onWire))(
  'whatever a byte inside one %s becomes on the wire, all others are kept',
  (_noun, { bodies, decode, scan, path }) => {
    fc.assert(
      fc.property(
        bodies,
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 255 })), { minLength: 10, maxLength: 10 }),
        (body, picked) => {
          const places = placesOnWire(body, path);
          const inside = places.flatMap(([start, end], index) => (end > start ? [index] : []));
          fc.pre(inside.length > 0);
          const whole = flat(decode(body));
          for (const [which, where, byte] of picked) {
            const index = inside[which % inside.length] ?? 0;
            const [start, end] = places[index] ?? [0, 1];
            const bent = Uint8Array.from(body);
            bent[start + (where % (end - start))] = byte;
            const decoded = decode(bent);
            const kept = flat(decoded);
            expect(decoded.accepted + decoded.rejected).toBe(places.length);
            expect(decoded.rejected).toBeLessThanOrEqual(1);
            if (decoded.rejected === 1) expect(decoded.message).toMatch(/^1 .+ rejected, .+ of the request/);
            else kept.splice(index, 1);
            expect(kept).toEqual(whole.filter((_, at) => at !== index));
            const { accepted, rejected, message } = decoded;
            expect(scan(bent, 'protobuf')).toEqual({ accepted, rejected, message });
          }
        },
      ),
      { numRuns: 40 },
    );
  },
);

test.each(Object.entries(onWire))(
  'whatever a byte inside one resource or scope becomes on the wire, the %ss of all others are kept',
  (_noun, { bodies, decode, scan, path }) => {
    const [isResource, isScope, ...within] = path;
    fc.assert(
      fc.property(
        bodies,
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 255 })), { minLength: 10, maxLength: 10 }),
        (body, ofScope, picked) => {
          const heads = placesOnWire(body, ofScope ? [isResource, isScope] : [isResource]).filter(
            ([start, end]) => end > start,
          );
          fc.pre(heads.length > 0);
          const whole = flat(decode(body));
          const records = placesOnWire(body, [isResource, isScope, ...within]);
          for (const [which, where, byte] of picked) {
            const [start, end] = heads[which % heads.length] ?? [0, 1];
            const bent = Uint8Array.from(body);
            bent[start + (where % (end - start))] = byte;
            const decoded = decode(bent);
            const others = whole.filter((_, at) => {
              const [from, to] = records[at] ?? [0, 0];
              return to <= start || from >= end;
            });
            const kept = flat(decoded).map(inWords);
            expect(others.map(inWords).every((record) => kept.includes(record))).toBe(true);
            const { accepted, rejected, message } = decoded;
            expect(accepted).toBe(kept.length);
            if (kept.length < others.length) expect(message).toMatch(/rejected, .+ of the request/);
            expect(scan(bent, 'protobuf')).toEqual({ accepted, rejected, message });
          }
        },
      ),
      { numRuns: 20 },
    );
  },
);

const inWords = (record: unknown) => JSON.stringify(record, replaced);

test('a resource that is damaged on the wire costs its spans, and the sender is told why', () => {
  const body = tracesProtobuf([
    aBatch([aSpan({ name: 'lost' })], [['key', 'value']]),
    aBatch([aSpan({ name: 'kept' })], [['key', 'value']]),
  ]);
  const [[start = 0] = []] = placesOnWire(body, [(tag) => tag === 10, (tag) => tag === 10]);
  const bent = Uint8Array.from(body);
  bent[start] = 7;
  const decoded = decodeTracesProtobuf(bent);
  expect(decoded.batches.flatMap(({ records }) => records.map(({ name }) => name))).toEqual(['kept']);
  expect(decoded.message).toMatch(/^1 span rejected, malformed protobuf: .+ \(span 0 of the request/);
});

test('damage beside the points of a metric costs that metric', () => {
  const decodeOne = (bytes: readonly number[]) => decodeMetricsProtobuf(Uint8Array.from(bytes));
  const message = (tag: number, ...inner: readonly number[]) => [tag, inner.length, ...inner];
  const point = message(10, 25, 1, 0, 0, 0, 0, 0, 0, 0);
  const gauge = message(42, ...point, ...point);
  const body = (...metrics: readonly number[][]) =>
    message(10, ...message(18, ...metrics.flatMap((metric) => message(18, ...metric))));
  const decoded = decodeOne(body(gauge, [...gauge, 7], [7], gauge));
  expect(flat(decoded)).toHaveLength(4);
  expect([decoded.accepted, decoded.rejected]).toEqual([4, 3]);
  expect(decoded.message).toMatch(/^3 data points rejected, malformed protobuf: field number 0 \(first/);
});

test.each(Object.entries(signals))(
  'in a resource or scope it costs the %ss of that alone',
  (_noun, { bodies, decode, scan, envelope }) => {
    const [outer, inner] = envelope;
    fc.assert(
      fc.property(bodies, fc.nat(), fc.boolean(), (body, which, ofScope) => {
        const root = read(body);
        const resources = lists(root[outer]);
        const heads = ofScope ? resources.flatMap((resource) => lists(resource[inner])) : resources;
        fc.pre(heads.length > 0);
        const head = heads[which % heads.length] ?? {};
        const own = recordsOf(
          ofScope ? { [outer]: [{ [inner]: [head] }] } : { [outer]: [head] },
          envelope,
        ).length;
        const before = recordsOf(root, envelope).length;
        const whole = decode(body);
        const mine = ofScope ? 'scope' : 'resource';
        head[mine] = { ...((head[mine] as Json | undefined) ?? {}), attributes: 5 };
        const bent = utf8(JSON.stringify(root));
        const decoded = decode(bent);
        expect([decoded.accepted, decoded.rejected]).toEqual([before - own, own]);
        const kept = flat(decoded).map((record) => JSON.stringify(record, replaced));
        const all = flat(whole).map((record) => JSON.stringify(record, replaced));
        expect(kept.every((record) => all.includes(record))).toBe(true);
        if (own > 0) expect(decoded.message).toContain(`${mine}.attributes must be an array`);
        const { accepted, rejected, message } = decoded;
        expect(scan(bent, 'json')).toEqual({ accepted, rejected, message });
      }),
      { numRuns: 30 },
    );
  },
);

function replaced(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

test.each([
  ['a resource that is a text', { resourceSpans: ['x'] }, 'each of resourceSpans must be an object'],
  ['scopes that are a number', { resourceSpans: [{ scopeSpans: 5 }] }, 'scopeSpans must be an array'],
  [
    'a scope that is null',
    { resourceSpans: [{ scopeSpans: [null] }] },
    'each of scopeSpans must be an object',
  ],
  [
    'spans that are an object',
    { resourceSpans: [{ scopeSpans: [{ spans: {} }] }] },
    'spans must be an array',
  ],
])('%s counts as one span', (_what, { resourceSpans }, words) => {
  const good = read(tracesJson([aBatch([aSpan(), aSpan()])]));
  const body = { resourceSpans: [...resourceSpans, ...lists(good.resourceSpans)] };
  const { accepted, rejected, message } = decodeTracesJson(utf8(JSON.stringify(body)));
  expect({ accepted, rejected }).toEqual({ accepted: 2, rejected: 1 });
  expect(message).toContain(words);
});

test('a hundred thousand of them are told in a sentence', () => {
  const spans = Array.from({ length: 100_000 }, () => ({ name: 5 }));
  const { rejected, message } = decodeTracesJson(
    utf8(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
  );
  expect(rejected).toBe(100_000);
  expect(message.length).toBeLessThan(200);
});

test('a collector keeps the others and names the span and the field', async () => {
  const collector = await TestCollector.start();
  const cell = 's/a/m/f/t';
  const root = read(
    tracesJson([
      aBatch(
        [aSpan({ name: 'good' }), aSpan({ name: 'bad', spanId: '5'.repeat(16) })],
        [[resourceKey.cellId, cell]],
      ),
    ]),
  );
  const bad = recordsOf(root, signals.span.envelope)[1] as Json;
  bad.kind = 'CLIENT';
  const response = await collector.request('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(root),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    partialSuccess: {
      rejectedSpans: '1',
      errorMessage:
        '1 span rejected, kind must be a number (span 1 of the request, span_id 5555555555555555)',
    },
  });
  expect((await collector.trace(cell)).spans.map(({ name }) => name)).toEqual(['good']);
});
