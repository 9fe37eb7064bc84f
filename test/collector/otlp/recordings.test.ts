// The bodies that real agents and SDKs sent: every one is accepted whole, counted against numbers
// found by other means, and the two encodings of one SDK or agent tell the same.
import { describe, expect, test } from 'vitest';
import { decodeLogsJson, decodeTracesJson } from '../../../collector/otlp/json.ts';
import { decodeLogsProtobuf, decodeTracesProtobuf } from '../../../collector/otlp/protobuf.ts';
import { scanLogs, scanTraces } from '../../../collector/otlp/scan.ts';
import type { Attribute, Batch, Decoded, LogRecord, SpanRecord } from '../../../collector/record.ts';
import { logsJson, logsProtobuf, tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';
import { type RecordedBody, recordedBodies } from '../../support/recordings.ts';

/** Records a folder's bodies hold, in the order of their file names. */
const expected = {
  'codex/0.169.0/otlp-json': { spans: [512, 345], logs: [9, 13, 7, 9, 9] },
  'codex/0.169.0/otlp-protobuf': { spans: [512, 333], logs: [8, 13, 7, 1, 17] },
  'opencode/1.18.33/otlp-json': { spans: [440, 512, 474], logs: [12, 7, 2, 5, 9, 5, 9, 2, 4] },
  'gemini/0.61.0/otlp-json': { spans: [10], logs: [26] },
  'otel-js-sdk/0.223': { spans: [9, 9, 9, 9, 9, 9], logs: [] },
};
type Folder = keyof typeof expected;

function bodiesIn(folder: Folder, wanted: 'traces' | 'logs'): RecordedBody[] {
  return recordedBodies(folder).filter(({ signal }) => signal === wanted);
}

function spansOf({ encoding, bytes }: RecordedBody): Decoded<SpanRecord> {
  return encoding === 'json' ? decodeTracesJson(bytes) : decodeTracesProtobuf(bytes);
}

function logsOf({ encoding, bytes }: RecordedBody): Decoded<LogRecord> {
  return encoding === 'json' ? decodeLogsJson(bytes) : decodeLogsProtobuf(bytes);
}

function recordsOf<T>(decoded: readonly Decoded<T>[]): T[] {
  return decoded.flatMap(({ batches }) => batches.flatMap((batch: Batch<T>) => batch.records));
}

describe('recorded OTLP bodies', () => {
  describe.each(Object.keys(expected) as Folder[])('%s', (folder) => {
    test('all spans and logs are found', () => {
      const spans = bodiesIn(folder, 'traces').map(spansOf);
      const logs = bodiesIn(folder, 'logs').map(logsOf);
      expect(spans.map((decoded) => recordsOf([decoded]).length)).toEqual(expected[folder].spans);
      expect(logs.map((decoded) => recordsOf([decoded]).length)).toEqual(expected[folder].logs);
      for (const { rejected, message } of [...spans, ...logs]) {
        expect({ rejected, message }).toEqual({ rejected: 0, message: '' });
      }
    });

    test('the scan counts the same', () => {
      for (const body of bodiesIn(folder, 'traces')) {
        const { accepted, rejected, message } = spansOf(body);
        expect(scanTraces(body.bytes, body.encoding)).toEqual({ accepted, rejected, message });
      }
      for (const body of bodiesIn(folder, 'logs')) {
        const { accepted, rejected, message } = logsOf(body);
        expect(scanLogs(body.bytes, body.encoding)).toEqual({ accepted, rejected, message });
      }
    });

    test('the records survive either encoding', () => {
      for (const body of bodiesIn(folder, 'traces')) {
        const { batches } = spansOf(body);
        expect(decodeTracesProtobuf(tracesProtobuf(batches)).batches).toEqual(batches);
        expect(decodeTracesJson(tracesJson(batches)).batches).toEqual(batches);
      }
      for (const body of bodiesIn(folder, 'logs')) {
        const { batches } = logsOf(body);
        expect(decodeLogsProtobuf(logsProtobuf(batches)).batches).toEqual(batches);
        expect(decodeLogsJson(logsJson(batches)).batches).toEqual(batches);
      }
    });
  });

  test('the JavaScript SDK tells the same in JSON, protobuf and gzip', () => {
    // The wire bodies keep two paths that the others were recorded with under other names.
    for (const group of ['-traces', '-wire']) {
      const bodies = bodiesIn('otel-js-sdk/0.223', 'traces').filter(({ name }) => name.includes(group));
      const [first, ...others] = bodies.map(spansOf);
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) expect(other).toEqual(first);
    }
  });

  test('whole doubles too large for int64, which the JavaScript SDK calls intValue, are kept', () => {
    const [json] = bodiesIn('otel-js-sdk/0.223', 'traces').map(spansOf);
    const numbers = recordsOf(json ? [json] : []).find((span) => span.name === 'numbers');
    expect(numbers?.attributes).toContainEqual(['big.double', 1e300]);
    expect(numbers?.attributes).toContainEqual(['i', 9007199254740991]);
  });

  /** For each span name, the attribute lists it comes with: keys and kinds of value. */
  function shapes(folder: Folder): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const { name, attributes } of recordsOf(bodiesIn(folder, 'traces').map(spansOf))) {
      const kinds = attributes.map(([key, value]: Attribute) => `${key}:${typeof value}`).sort();
      found.set(name, (found.get(name) ?? new Set()).add(kinds.join(' ')));
    }
    return found;
  }

  test("two runs of codex, one in each encoding, have the same spans' names, keys and kinds of value", () => {
    const json = shapes('codex/0.169.0/otlp-json');
    const protobuf = shapes('codex/0.169.0/otlp-protobuf');
    expect([...json.keys()].sort()).toEqual([...protobuf.keys()].sort());
    expect(json.size).toBe(138);
    for (const [name, lists] of json) {
      const shared = [...lists].filter((list) => protobuf.get(name)?.has(list));
      expect(shared, name).not.toEqual([]);
    }
  });
});
