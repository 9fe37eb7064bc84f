// What single spans and log records can get wrong, row by row (S1-S22): which are refused, which
// are kept and flagged, what is cut. Where a builder can say it, both encodings are sent.
import { describe, expect, test } from 'vitest';
import { decodeTracesJson } from '../../../collector/otlp/json.ts';
import { limits } from '../../../collector/otlp/limits.ts';
import type { Attribute } from '../../../collector/record.ts';
import { spanFlag } from '../../../shared/span.ts';
import { aBatch, aLink, aLog, anEvent, aSpan, nextSpanId } from '../../support/otlp/otlp-builders.ts';
import {
  logBody,
  logsIn,
  refusalOf,
  sendSpans,
  spanBody,
  spansIn,
  utf8,
} from '../../support/otlp/otlp-decoding.ts';
import {
  oneLogJson,
  oneSpanJson,
  spanJson,
  tracesJson,
  tracesProtobuf,
  WireWriter,
} from '../../support/otlp/otlp-encode.ts';

const zero16 = '0'.repeat(32);
const zero8 = '0'.repeat(16);
const tooLateNs = 2n ** 63n;

describe('ids (S1)', () => {
  test('a span with an impossible trace id is refused by itself', () => {
    const good = aSpan();
    for (const traceId of [zero16, '', 'aa', 'a'.repeat(34)]) {
      const found = sendSpans(aSpan({ traceId, spanId: 'eee19b7ec3c1b174' }), good);
      expect(found.records).toEqual([good]);
      expect(found).toMatchObject({
        accepted: 1,
        rejected: 1,
        message:
          '1 span rejected, trace_id is not 16 bytes or is zero (span 0 of the request, span_id eee19b7ec3c1b174)',
      });
    }
  });

  test("a span with an impossible span id is refused by itself: the seed's 32 hex digits too", () => {
    for (const spanId of [zero8, '', 'aa', 'a'.repeat(32)]) {
      const found = sendSpans(aSpan(), aSpan({ spanId }), aSpan({ spanId }));
      expect(found).toMatchObject({
        accepted: 1,
        rejected: 2,
        message: '2 spans rejected, span_id is not 8 bytes or is zero (first span 1 of the request)',
      });
    }
  });

  test('hex digits that are none or odd in number refuse a span', () => {
    for (const spanId of ['abc', 'zzzzzzzzzzzzzzzz', '0x9b7ec3c1b174aa', ' ee19b7ec3c1b174']) {
      const found = spansIn(oneSpanJson({ ...spanJson(aSpan()), spanId }), 'json');
      expect(found).toMatchObject({ accepted: 0, rejected: 1 });
    }
  });

  test('upper case is taken and kept in lower case', () => {
    const ids = {
      traceId: '5B8EFFF798038103D269B633813FC60C',
      spanId: 'EEE19B7EC3C1B174',
      parentSpanId: 'AAAABBBBCCCCDDDD',
    };
    const found = spansIn(oneSpanJson({ ...spanJson(aSpan()), ...ids }), 'json');
    expect(found.records[0]).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'aaaabbbbccccdddd',
    });
  });

  test('different reasons are told one after another', () => {
    const found = sendSpans(
      aSpan({ traceId: zero16, spanId: zero8 }),
      aSpan({ spanId: zero8 }),
      aSpan({ endNs: tooLateNs }),
    );
    expect(found.rejected).toBe(3);
    expect(found.message.split('; ')).toHaveLength(3);
  });
});

test('a parent id that is empty or zero makes a root (S2)', () => {
  for (const parentSpanId of ['', zero8]) {
    expect(sendSpans(aSpan({ parentSpanId })).records[0]).toMatchObject({ parentSpanId: '', flags: 0 });
  }
});

test('a parent id of a wrong length leaves the span, without parent and flagged (S3)', () => {
  for (const parentSpanId of ['ab', 'a'.repeat(32), '00']) {
    const found = sendSpans(aSpan({ parentSpanId }));
    expect(found.records[0]).toMatchObject({ parentSpanId: '', flags: spanFlag.badParent });
    expect(found.message).toBe('');
  }
});

test('a span that ends before it starts is kept as sent (S4)', () => {
  const span = aSpan({ startNs: 20n, endNs: 10n });
  expect(sendSpans(span).records).toEqual([span]);
});

test('a span without start or end is kept as sent (S5)', () => {
  const span = aSpan({ startNs: 0n, endNs: 0n });
  expect(sendSpans(span).records).toEqual([span]);
});

test('times far in the future or past are kept as sent (S6)', () => {
  const span = aSpan({ startNs: 1n, endNs: 2n ** 63n - 1n });
  expect(sendSpans(span).records).toEqual([span]);
});

describe('times beyond 2^63-1 ns (S7)', () => {
  test.each([
    ['start', { startNs: tooLateNs, endNs: 1n }],
    ['end', { endNs: 2n ** 64n - 1n }],
    ['an event', { events: [anEvent({ timeNs: tooLateNs })] }],
  ])('at the %s refuse the span', (_name, fields) => {
    const found = sendSpans(aSpan({ ...fields, spanId: 'eee19b7ec3c1b174' }), aSpan());
    expect(found).toMatchObject({
      accepted: 1,
      rejected: 1,
      message:
        '1 span rejected, a time is beyond 2^63-1 ns (span 0 of the request, span_id eee19b7ec3c1b174)',
    });
  });
});

test('nanoseconds are exact (S8)', () => {
  const span = aSpan({ startNs: 1781680611681729123n, endNs: 1781680611681729124n });
  expect(sendSpans(span).records).toEqual([span]);
});

test('duplicates, circles and strangers are none of decoding (S9-S13)', () => {
  const spanId = nextSpanId();
  const own = aSpan({ spanId, parentSpanId: spanId });
  const orphan = aSpan({ parentSpanId: 'ffffffffffffffff' });
  expect(sendSpans(own, own, orphan).records).toEqual([own, own, orphan]);
});

describe('large values (S15)', () => {
  const flagged = { rejected: 0, message: '1 value truncated' };

  test('keep their first MiB, cut between characters', () => {
    // Three bytes a character: 2^20 is no multiple of it.
    const text = '–'.repeat(400_000);
    const found = sendSpans(aSpan({ attributes: [['big', text]] }));
    expect(found).toMatchObject(flagged);
    expect(found.records[0]?.flags).toBe(spanFlag.truncated);
    expect(found.records[0]?.attributes).toEqual([['big', '–'.repeat(349_525)]]);
  });

  test('of four bytes a character are not cut through one', () => {
    const found = sendSpans(aSpan({ attributes: [['big', `a${'🚀'.repeat(300_000)}`]] }));
    expect(found.records[0]?.attributes).toEqual([['big', `a${'🚀'.repeat(262_143)}`]]);
  });

  test('of exactly one MiB are whole', () => {
    const span = aSpan({ attributes: [['big', 'x'.repeat(limits.valueBytes)]] });
    expect(sendSpans(span).records).toEqual([span]);
  });

  test('in bytes, in status messages and in log bodies are cut too', () => {
    const bytes = new Uint8Array(limits.valueBytes + 1).fill(7);
    const long = 'x'.repeat(limits.valueBytes + 1);
    expect(sendSpans(aSpan({ attributes: [['b', bytes]] })).records[0]?.attributes).toEqual([
      ['b', bytes.slice(0, -1)],
    ]);
    expect(sendSpans(aSpan({ statusMessage: long })).records[0]?.statusMessage).toHaveLength(
      limits.valueBytes,
    );
    expect(logsIn(logBody(aLog({ body: long })), 'protobuf')).toMatchObject(flagged);
  });
});

describe('many attributes (S16)', () => {
  const attributes = Array.from({ length: 1030 }, (_, index): Attribute => [`k${index}`, index]);

  test('keep the first 1,024, and the rest counts as dropped', () => {
    const found = sendSpans(aSpan({ attributes, droppedAttributes: 5 }));
    expect(found.records[0]).toMatchObject({ droppedAttributes: 11, flags: spanFlag.truncated });
    expect(found.records[0]?.attributes).toEqual(attributes.slice(0, 1024));
    expect(found.message).toBe('6 attributes dropped: limit 1024');
  });

  test('are counted alike on events, links, resources, scopes and log records', () => {
    const holder = { attributes, droppedAttributes: 0 };
    const found = sendSpans(aSpan({ events: [anEvent(holder)], links: [aLink(holder)] }));
    expect(found.records[0]?.events[0]?.droppedAttributes).toBe(6);
    expect(found.records[0]?.links[0]?.droppedAttributes).toBe(6);
    expect(found.message).toBe('12 attributes dropped: limit 1024');
    expect(logsIn(logBody(aLog(holder)), 'protobuf').records[0]?.droppedAttributes).toBe(6);
    const batch = aBatch(
      [aSpan()],
      { ...holder, schemaUrl: '' },
      { ...holder, name: '', version: '', schemaUrl: '' },
    );
    const [decoded] = decodeTracesJson(tracesJson([batch])).batches;
    expect(decoded?.resource.droppedAttributes).toBe(6);
    expect(decoded?.scope.droppedAttributes).toBe(6);
    expect(spansIn(tracesProtobuf([batch]), 'protobuf').message).toBe('12 attributes dropped: limit 1024');
  });

  test('a million on one span cost little and are not looked at', () => {
    const million = Uint8Array.from({ length: 2_000_000 }, (_, at) => (at % 2 === 0 ? 0x4a : 0));
    const found = spansIn(
      spanBody(aSpan(), (w) => w.raw(million)),
      'protobuf',
    );
    expect(found.records[0]?.attributes).toHaveLength(1024);
    expect(found.records[0]?.droppedAttributes).toBe(1_000_000 - 1024);
  });
});

describe('many events and links, long names and keys (S17)', () => {
  test('keep 10,000 events', () => {
    const events = Array.from({ length: 10_003 }, () => anEvent({ name: 'e' }));
    const found = sendSpans(aSpan({ events, droppedEvents: 1 }));
    expect(found.records[0]).toMatchObject({ droppedEvents: 4, flags: spanFlag.truncated });
    expect(found.records[0]?.events).toHaveLength(10_000);
    expect(found.message).toBe('3 events dropped: limit 10000');
  });

  test('keep 10,000 links', () => {
    const links = Array.from({ length: 10_002 }, () => aLink());
    const found = sendSpans(aSpan({ links }));
    expect(found.records[0]).toMatchObject({ droppedLinks: 2, flags: spanFlag.truncated });
    expect(found.message).toBe('2 links dropped: bad id, or limit 10000');
  });

  test('a link that points nowhere is dropped and counted', () => {
    const good = aLink();
    const found = sendSpans(aSpan({ links: [aLink({ traceId: zero16 }), good, aLink({ spanId: 'ab' })] }));
    expect(found.records[0]).toMatchObject({ links: [good], droppedLinks: 2, flags: spanFlag.truncated });
  });

  test('cut a name at 4 KiB and a key at 1 KiB', () => {
    const found = sendSpans(aSpan({ name: 'n'.repeat(4097), attributes: [['k'.repeat(1025), 1]] }));
    expect(found.records[0]?.name).toHaveLength(4096);
    expect(found.records[0]?.attributes[0]?.[0]).toHaveLength(1024);
    expect(found).toMatchObject({ message: '2 values truncated' });
    expect(found.records[0]?.flags).toBe(spanFlag.truncated);
  });

  test('leave an empty name empty', () => {
    expect(sendSpans(aSpan({ name: '' })).records[0]).toMatchObject({ name: '', flags: 0 });
  });
});

describe('whole requests that are too large (S18)', () => {
  /** A protobuf request whose one scope holds these bytes. */
  function scopeBody(bytes: Uint8Array): Uint8Array {
    return new WireWriter()
      .message(1, (resource) => resource.message(2, (scope) => scope.raw(bytes)))
      .finish();
  }

  /** A tag and the length 0, over and over: empty messages of one field. */
  function empties(tag: number, count: number): Uint8Array {
    return Uint8Array.from({ length: count * 2 }, (_, at) => (at % 2 === 0 ? tag : 0));
  }

  test('more than 200,000 spans are 413 with advice', () => {
    expect(refusalOf(scopeBody(empties(0x12, 200_001)), 'protobuf')).toMatchObject({
      httpStatus: 413,
      grpcCode: 8,
      message: 'more than 200000 spans in one request: send smaller batches',
    });
  });

  test('200,000 spans are not, and those without ids are refused one by one', () => {
    const found = spansIn(scopeBody(empties(0x12, 200_000)), 'protobuf');
    expect(found).toMatchObject({ accepted: 0, rejected: 200_000 });
  });

  test('the same holds in JSON and for log records', () => {
    const spans = `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(200_000)}{}]}]}]}`;
    expect(refusalOf(utf8(spans), 'json').httpStatus).toBe(413);
    expect(refusalOf(scopeBody(empties(0x12, 200_001)), 'protobuf', 'logs').httpStatus).toBe(413);
  });

  test('more than 2,000,000 values are 413: two bytes each would fill the heap', () => {
    const attributes = empties(0x4a, 1024);
    const spans = new WireWriter();
    for (let span = 0; span * 1024 <= limits.parts; span += 1) spans.bytes(2, attributes);
    expect(refusalOf(scopeBody(spans.finish()), 'protobuf').httpStatus).toBe(413);
  });
});

test('dropped counts that cannot be true are kept (S20)', () => {
  const span = aSpan({
    droppedAttributes: 2 ** 32 - 1,
    droppedEvents: 2 ** 32 - 1,
    droppedLinks: 2 ** 32 - 1,
  });
  expect(sendSpans(span).records).toEqual([span]);
});

test('a resource without service.name, or with one that is no text, stays as it is (S22)', () => {
  for (const attributes of [[], [['service.name', 7]]] satisfies Attribute[][]) {
    const batch = aBatch([aSpan()], attributes);
    expect(decodeTracesJson(tracesJson([batch])).batches[0]?.resource.attributes).toEqual(attributes);
  }
});

describe('log records', () => {
  test('with time 0 keep it beside the observed time, as codex sends them', () => {
    const log = aLog({ timeNs: 0n, observedNs: 1795332295635220741n });
    expect(logsIn(logBody(log), 'protobuf').records).toEqual([log]);
  });

  test('with a time beyond 2^63-1 ns are refused by themselves', () => {
    for (const fields of [{ timeNs: tooLateNs }, { observedNs: tooLateNs }]) {
      const found = logsIn(logBody(aLog({ ...fields, spanId: 'eee19b7ec3c1b174' })), 'protobuf');
      expect(found).toMatchObject({
        rejected: 1,
        message:
          '1 log record rejected, a time is beyond 2^63-1 ns (log record 0 of the request, span_id eee19b7ec3c1b174)',
      });
    }
  });

  test('with an id that is none stay, without it and flagged', () => {
    const expected = { traceId: '', spanId: 'eee19b7ec3c1b174', flags: spanFlag.badParent };
    expect(
      logsIn(logBody(aLog({ traceId: 'ab', spanId: 'eee19b7ec3c1b174' })), 'protobuf').records[0],
    ).toMatchObject(expected);
    expect(
      logsIn(oneLogJson({ traceId: 'xyz', spanId: 'EEE19B7EC3C1B174' }), 'json').records[0],
    ).toMatchObject(expected);
  });

  test('with zero ids belong to no trace', () => {
    const log = logsIn(logBody(aLog({ traceId: zero16, spanId: zero8 })), 'protobuf').records[0];
    expect(log).toMatchObject({ traceId: '', spanId: '', flags: 0 });
  });

  test('may have a body of any kind, or none', () => {
    for (const body of [null, 5, true, [1, 'two'], Uint8Array.of(1)]) {
      expect(logsIn(logBody(aLog({ body })), 'protobuf').records[0]?.body).toEqual(body);
    }
  });
});
