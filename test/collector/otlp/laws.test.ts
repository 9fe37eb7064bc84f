// What holds for every OTLP body: both encodings tell the same, the scan promises what decoding
// keeps, and no bytes bring out anything but a result or an OtlpError.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OtlpError } from '../../../collector/errors.ts';
import { decodeLogsJson, decodeMetricsJson, decodeTracesJson } from '../../../collector/otlp/json.ts';
import {
  decodeLogsProtobuf,
  decodeMetricsProtobuf,
  decodeTracesProtobuf,
} from '../../../collector/otlp/protobuf.ts';
import { ResourceShares } from '../../../collector/otlp/resource-shares.ts';
import { scanLogs, scanMetrics, scanTraces } from '../../../collector/otlp/scan.ts';
import { TraceCounts } from '../../../collector/otlp/trace-counts.ts';
import type { Decoded, ResourceRecord } from '../../../collector/record.ts';
import { metricsJson, metricsProtobuf } from '../../support/otlp/metric-encode.ts';
import { logBatches, metricBatches, spanBatches } from '../../support/otlp/otlp-arbitraries.ts';
import { logsJson, logsProtobuf, tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';
import { mutationsOf } from '../../support/otlp/wire-mutation.ts';

const RUNS = 60;
const MUTATIONS = 250;

let prototypeBefore: PropertyKey[] = [];
beforeAll(() => {
  prototypeBefore = Reflect.ownKeys(Object.prototype);
});
afterAll(() => {
  expect(Reflect.ownKeys(Object.prototype), 'Object.prototype was touched').toEqual(prototypeBefore);
});

/** What a call answered, or the OtlpError it threw; any other error is the test's failure. */
function outcomeOf(call: () => { accepted: number; rejected: number; message: string }): unknown {
  try {
    const { accepted, rejected, message } = call();
    return { accepted, rejected, message };
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
    return { status: error.httpStatus, message: error.message };
  }
}

function recordsIn(decoded: Decoded<unknown>): number {
  return decoded.batches.reduce((sum, batch) => sum + batch.records.length, 0);
}

describe('a well-formed request', () => {
  test('of spans decodes from protobuf to the records that were sent', () => {
    fc.assert(
      fc.property(spanBatches, (batches) => {
        expect(decodeTracesProtobuf(tracesProtobuf(batches)).batches).toEqual(batches);
      }),
      { numRuns: RUNS },
    );
  });

  test('of spans decodes from JSON to the same as from protobuf', () => {
    fc.assert(
      fc.property(spanBatches, (batches) => {
        expect(decodeTracesJson(tracesJson(batches))).toEqual(decodeTracesProtobuf(tracesProtobuf(batches)));
      }),
      { numRuns: RUNS },
    );
  });

  test('of logs decodes from protobuf to the records that were sent', () => {
    fc.assert(
      fc.property(logBatches, (batches) => {
        expect(decodeLogsProtobuf(logsProtobuf(batches)).batches).toEqual(batches);
      }),
      { numRuns: RUNS },
    );
  });

  test('of logs decodes from JSON to the same as from protobuf', () => {
    fc.assert(
      fc.property(logBatches, (batches) => {
        expect(decodeLogsJson(logsJson(batches))).toEqual(decodeLogsProtobuf(logsProtobuf(batches)));
      }),
      { numRuns: RUNS },
    );
  });

  test('of metrics decodes from protobuf to the data points that were sent', () => {
    fc.assert(
      fc.property(metricBatches, (batches) => {
        expect(decodeMetricsProtobuf(metricsProtobuf(batches)).batches).toEqual(batches);
      }),
      { numRuns: RUNS },
    );
  });

  test('of metrics decodes from JSON to the same as from protobuf', () => {
    fc.assert(
      fc.property(metricBatches, (batches) => {
        expect(decodeMetricsJson(metricsJson(batches))).toEqual(
          decodeMetricsProtobuf(metricsProtobuf(batches)),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('is accepted whole and without a message', () => {
    fc.assert(
      fc.property(spanBatches, (batches) => {
        const accepted = batches.reduce((sum, batch) => sum + batch.records.length, 0);
        const expected = { accepted, rejected: 0, message: '' };
        expect(scanTraces(tracesProtobuf(batches), 'protobuf')).toEqual(expected);
        expect(scanTraces(tracesJson(batches), 'json')).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a bent request', () => {
  test('of spans counts for each trace what decoding it finds', () => {
    fc.assert(
      fc.property(mutationsOf(spanBatches.map(tracesProtobuf)), (body) => {
        const counts = new TraceCounts();
        try {
          scanTraces(body, 'protobuf', { traces: counts });
        } catch {
          return;
        }
        const found = new Map<string, number>();
        for (const { records } of decodeTracesProtobuf(body).batches)
          for (const { traceId } of records) found.set(traceId, (found.get(traceId) ?? 0) + 1);
        expect(new Map(counts.all())).toEqual(found);
        const fromJson = new TraceCounts();
        scanTraces(tracesJson(decodeTracesProtobuf(body).batches), 'json', { traces: fromJson });
        expect(new Map(fromJson.all())).toEqual(found);
      }),
      { numRuns: RUNS },
    );
  });

  test('of spans says of each resource what decoding it finds', () => {
    fc.assert(
      fc.property(mutationsOf(spanBatches.map(tracesProtobuf)), (body) => {
        const shares = new ResourceShares();
        try {
          scanTraces(body, 'protobuf', { resources: shares });
        } catch {
          return;
        }
        const found = new Map<unknown, number>();
        for (const { resource, records } of decodeTracesProtobuf(body).batches)
          found.set(resource, (found.get(resource) ?? 0) + records.length);
        const noted = shares.all().filter(({ count }) => count > 0);
        expect(noted.map(({ count }) => count)).toEqual([...found.values()]);
        expect(noted.map(({ resource }) => resource().attributes)).toEqual(
          [...(found.keys() as Iterable<ResourceRecord>)].map(({ attributes }) => attributes),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('of spans is scanned to what decoding it finds', () => {
    fc.assert(
      fc.property(mutationsOf(spanBatches.map(tracesProtobuf)), (body) => {
        const decoded = outcomeOf(() => {
          const result = decodeTracesProtobuf(body);
          expect(recordsIn(result)).toBe(result.accepted);
          return result;
        });
        expect(outcomeOf(() => scanTraces(body, 'protobuf'))).toEqual(decoded);
      }),
      { numRuns: MUTATIONS },
    );
  });

  test('of logs is scanned to what decoding it finds', () => {
    fc.assert(
      fc.property(mutationsOf(logBatches.map(logsProtobuf)), (body) => {
        const decoded = outcomeOf(() => {
          const result = decodeLogsProtobuf(body);
          expect(recordsIn(result)).toBe(result.accepted);
          return result;
        });
        expect(outcomeOf(() => scanLogs(body, 'protobuf'))).toEqual(decoded);
      }),
      { numRuns: MUTATIONS },
    );
  });

  test('of metrics is scanned to what decoding it finds', () => {
    fc.assert(
      fc.property(mutationsOf(metricBatches.map(metricsProtobuf)), (body) => {
        const decoded = outcomeOf(() => {
          const result = decodeMetricsProtobuf(body);
          expect(recordsIn(result)).toBe(result.accepted);
          return result;
        });
        expect(outcomeOf(() => scanMetrics(body, 'protobuf'))).toEqual(decoded);
      }),
      { numRuns: MUTATIONS },
    );
  });

  test('in JSON is scanned to what decoding it finds', () => {
    fc.assert(
      fc.property(bentJson(spanBatches.map(tracesJson)), (body) => {
        expect(outcomeOf(() => scanTraces(body, 'json'))).toEqual(outcomeOf(() => decodeTracesJson(body)));
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(bentJson(metricBatches.map(metricsJson)), (body) => {
        expect(outcomeOf(() => scanMetrics(body, 'json'))).toEqual(outcomeOf(() => decodeMetricsJson(body)));
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(bentJson(logBatches.map(logsJson)), (body) => {
        expect(outcomeOf(() => scanLogs(body, 'json'))).toEqual(outcomeOf(() => decodeLogsJson(body)));
      }),
      { numRuns: RUNS },
    );
  });

  test('reaches every kind of answer: refused, partly refused, repaired and whole', () => {
    const seen = new Set<string>();
    const bodies = fc.sample(mutationsOf(spanBatches.map(tracesProtobuf)), { numRuns: 400, seed: 7 });
    for (const body of bodies) {
      const outcome = outcomeOf(() => scanTraces(body, 'protobuf')) as Record<string, unknown>;
      if ('status' in outcome) seen.add(String(outcome.status));
      else if (Number(outcome.rejected) > 0) seen.add('rejected');
      else seen.add(String(outcome.message).includes('repaired') ? 'repaired' : 'whole');
    }
    expect([...seen].sort()).toEqual(['400', 'rejected', 'repaired', 'whole']);
  });
});

/** JSON with a stretch of bytes replaced: by rubbish, or by other values that JSON allows. */
function bentJson(bodies: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const patch = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc
      .constantFrom(
        'null',
        '[]',
        '{}',
        '""',
        '1e999',
        '-1',
        '1.5',
        '"\\ud800"',
        '99999999999999999999',
        'true',
        '"0"',
      )
      .map((text) => new TextEncoder().encode(text)),
  );
  const anywhere = fc.tuple(bodies, fc.nat(), fc.nat({ max: 8 }), patch).map(([body, at, length, put]) => {
    const start = at % (body.length + 1);
    return Buffer.concat([body.subarray(0, start), put, body.subarray(start + length)]);
  });
  const atValue = fc.tuple(bodies, fc.nat(), patch).map(([body, at, put]) => {
    const text = Buffer.from(body).toString('latin1');
    const values = [...text.matchAll(/(?<=:)(?:"(?:[^"\\]|\\.)*"|-?\d+|true|false|null|\[\]|\{\})/g)];
    const value = values[at % Math.max(1, values.length)];
    if (!value) return body;
    const stop = value.index + value[0].length;
    return Buffer.concat([body.subarray(0, value.index), put, body.subarray(stop)]);
  });
  return fc.oneof(anywhere, atValue);
}

describe('any bytes at all', () => {
  test('give a result or an OtlpError, from every decoder and every scan', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json({ maxDepth: 6 }).map((text) => new TextEncoder().encode(text)),
      fc.string({ maxLength: 60 }).map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        outcomeOf(() => decodeTracesProtobuf(bytes));
        outcomeOf(() => decodeLogsProtobuf(bytes));
        outcomeOf(() => decodeTracesJson(bytes));
        outcomeOf(() => decodeLogsJson(bytes));
        outcomeOf(() => decodeMetricsJson(bytes));
        expect(outcomeOf(() => scanMetrics(bytes, 'protobuf'))).toEqual(
          outcomeOf(() => decodeMetricsProtobuf(bytes)),
        );
        expect(outcomeOf(() => scanTraces(bytes, 'protobuf'))).toEqual(
          outcomeOf(() => decodeTracesProtobuf(bytes)),
        );
        expect(outcomeOf(() => scanLogs(bytes, 'protobuf'))).toEqual(
          outcomeOf(() => decodeLogsProtobuf(bytes)),
        );
      }),
      { numRuns: MUTATIONS },
    );
  });

  test('are read the same from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(spanBatches, (batches) => {
        const body = tracesProtobuf(batches);
        const framed = Buffer.concat([Buffer.alloc(3, 0xff), body, Buffer.alloc(5, 0x0a)]);
        const inside = framed.subarray(3, 3 + body.length);
        expect(decodeTracesProtobuf(inside)).toEqual(decodeTracesProtobuf(body));
        expect(scanTraces(inside, 'protobuf')).toEqual(scanTraces(body, 'protobuf'));
      }),
      { numRuns: 50 },
    );
  });
});
