// What the protobuf encoding can get wrong, row by row (E1-E24), and what is made of it.
import { describe, expect, test } from 'vitest';
import { decodeTracesProtobuf } from '../../../collector/otlp/protobuf.ts';
import { KeyValueList } from '../../../collector/record.ts';
import { spanFlag } from '../../../shared/span.ts';
import { aBatch, aLog, aSpan } from '../../support/otlp/otlp-builders.ts';
import { logBody, logsIn, refusalOf, spanBody, spansIn } from '../../support/otlp/otlp-decoding.ts';
import {
  tracesJson,
  tracesProtobuf,
  WireWriter,
  writeAttributes,
  writeSpan,
} from '../../support/otlp/otlp-encode.ts';

const body = tracesProtobuf([aBatch([aSpan({ attributes: [['a', 'b']] })])]);

/** The body with these bytes after it: read as further fields of the request. */
function followedBy(...bytes: number[]): Uint8Array {
  return Uint8Array.from([...body, ...bytes]);
}

function decodeSpan(more: (w: WireWriter) => void) {
  return spansIn(spanBody(aSpan({ name: 'first' }), more), 'protobuf');
}

describe('damaged bytes are refused with 400 (E1)', () => {
  test.each([
    ['cut anywhere inside the only message', body.subarray(0, body.length - 1)],
    ['field number 0', followedBy(0x00, 0x01)],
    ['field number 0 with a length', followedBy(0x02, 0x00)],
    ['wire type 6', followedBy(0x9e, 0x06)],
    ['wire type 7', followedBy(0x9f, 0x06)],
    ['a varint of eleven bytes', followedBy(0x98, 0x06, ...new Array(10).fill(0xff), 0x01)],
    ['a varint of 65 bits', followedBy(0x98, 0x06, ...new Array(9).fill(0xff), 0x02)],
    ['a varint without end', followedBy(0x98, 0x06, 0x80)],
    ['a field number beyond 2^29', followedBy(0x80, 0x80, 0x80, 0x80, 0x10, 0x00)],
    ['a group without end', followedBy(0x9b, 0x06)],
    ['an end without group', followedBy(0x9c, 0x06)],
    ['a group closed by another number', followedBy(0x9b, 0x06, 0xa4, 0x06)],
    ['groups nested 101 deep', followedBy(...new Array(101).fill([0x9b, 0x06]).flat())],
    ['a length past the end', followedBy(0x9a, 0x06, 0x02, 0x00)],
    ['a length of 2^63', followedBy(0x9a, 0x06, ...new Array(8).fill(0xff), 0x7f)],
    ['a fixed64 cut short', followedBy(0x99, 0x06, 1, 2, 3, 4, 5, 6, 7)],
    ['a fixed32 cut short', followedBy(0x9d, 0x06, 1, 2, 3)],
  ])('%s', (_name, bytes) => {
    const error = refusalOf(bytes, 'protobuf');
    expect(error.httpStatus).toBe(400);
    expect(error.message).toMatch(/^malformed protobuf: .* at byte \d+$/);
  });

  test('at every length but the whole one', () => {
    for (let length = 1; length < body.length; length += 1) {
      expect(refusalOf(body.subarray(0, length), 'protobuf').httpStatus).toBe(400);
    }
  });
});

test('a field that reaches past the end of its own message costs the span, though the request holds more', () => {
  // An attribute of one byte whose key claims two.
  const overlapping = spanBody(aSpan(), (w) => w.raw(Uint8Array.of(0x4a, 0x02, 0x0a, 0x02)).int(10, 1));
  const { records, rejected, message } = spansIn(overlapping, 'protobuf');
  expect({ records, rejected }).toEqual({ records: [], rejected: 1 });
  expect(message).toMatch(
    /^1 span rejected, malformed protobuf: .+ \(span 0 of the request, span_id [0-9a-f]{16}\)$/,
  );
});

test('a zero-length request holds nothing and is valid (T13)', () => {
  expect(spansIn(new Uint8Array(0), 'protobuf')).toEqual({
    records: [],
    accepted: 0,
    rejected: 0,
    message: '',
  });
});

test('trailing bytes that parse as unknown fields are ignored (E2, E20)', () => {
  const trailing = followedBy(0x98, 0x06, 0x05, 0x9b, 0x06, 0x08, 0x01, 0x9c, 0x06, 0x9a, 0x06, 0x01, 0x78);
  expect(spansIn(trailing, 'protobuf')).toEqual(spansIn(body, 'protobuf'));
});

test('unknown fields inside every message are ignored (E20)', () => {
  const unknown = (w: WireWriter) => w.int(99, 5).text(98, 'x').fixed64(97, 1n).fixed32(96, 1);
  const found = decodeSpan((w) => {
    unknown(w);
    w.message(9, (pair) => {
      unknown(pair);
      pair.text(1, 'k').message(2, (value) => {
        unknown(value);
        value.text(1, 'v');
      });
    });
    w.message(11, unknown);
    w.message(15, unknown);
  });
  expect(found.records[0]).toMatchObject({ name: 'first', attributes: [['k', 'v']], statusCode: 0 });
  expect(found.records[0]?.events).toHaveLength(1);
});

describe('a known field with another wire type is no known field (E3)', () => {
  test.each([
    ['name as varint', (w: WireWriter) => w.int(5, 7)],
    ['kind as text', (w: WireWriter) => w.text(6, 'SERVER')],
    ['start time as varint', (w: WireWriter) => w.int(7, 12)],
    ['start time as fixed32', (w: WireWriter) => w.fixed32(7, 12)],
    ['trace id as fixed64', (w: WireWriter) => w.fixed64(1, 12n)],
    ['attributes as varint', (w: WireWriter) => w.int(9, 1)],
    ['flags as varint', (w: WireWriter) => w.int(16, 9)],
  ])('%s', (_name, more) => {
    const span = aSpan({ name: 'first' });
    expect(spansIn(spanBody(span, more), 'protobuf').records).toEqual([span]);
  });
});

describe('invalid UTF-8 is repaired and told (E4)', () => {
  const invalid = Uint8Array.of(0x61, 0xff, 0xfe, 0x62);

  test('in an attribute value', () => {
    const found = decodeSpan((w) => {
      w.message(9, (pair) => pair.text(1, 'out').message(2, (value) => value.bytes(1, invalid)));
    });
    expect(found.records[0]?.attributes).toEqual([['out', 'a\ufffd\ufffdb']]);
    expect(found.records[0]?.flags).toBe(spanFlag.textRepaired);
    expect(found).toMatchObject({ rejected: 0, message: '1 string repaired: invalid UTF-8 or UTF-16' });
  });

  test('in names, keys and statuses, counted one by one', () => {
    const found = decodeSpan((w) => {
      w.bytes(5, invalid).message(9, (pair) => pair.bytes(1, invalid));
      w.message(15, (status) => status.bytes(2, invalid));
    });
    expect(found.message).toBe('3 strings repaired: invalid UTF-8 or UTF-16');
  });

  test('in a body of a log record, and only that record is flagged', () => {
    const found = logsIn(
      logBody(aLog(), (w) => w.message(5, (value) => value.bytes(1, invalid))),
      'protobuf',
    );
    expect(found.records[0]).toMatchObject({ body: 'a\ufffd\ufffdb', flags: spanFlag.textRepaired });
  });

  test('and U+FFFD that was sent as such is not', () => {
    const found = decodeSpan((w) => writeAttributes(w, 9, [['out', 'a\ufffdb']]));
    expect(found.records[0]?.flags).toBe(0);
    expect(found.message).toBe('');
  });
});

test('NUL, escapes and direction overrides are kept as they are (E8, S21)', () => {
  const text = 'a\u0000b\u001b[31m\u202ereversed\u2066\u200b';
  const found = decodeSpan((w) => writeAttributes(w, 9, [[text, text]]));
  expect(found.records[0]?.attributes).toEqual([[text, text]]);
});

test('keys that hurt plain objects are plain data (E10)', () => {
  const attributes = [
    ['__proto__', 'x'],
    ['constructor', new KeyValueList([['prototype', new KeyValueList([['polluted', true]])]])],
    ['a.__proto__.polluted', 1],
  ] as const;
  const found = decodeSpan((w) => writeAttributes(w, 9, attributes));
  expect(found.records[0]?.attributes).toEqual(attributes);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('values nested in one another (E12)', () => {
  /** A text inside so many containers, arrays and kvlists by turns. */
  function nested(levels: number): Uint8Array {
    let value = new WireWriter().text(1, 'core').finish();
    for (let level = 0; level < levels; level += 1) {
      const inner = value;
      const w = new WireWriter();
      if (level % 2 === 0) w.message(5, (array) => array.bytes(1, inner));
      else w.message(6, (list) => list.message(1, (pair) => pair.bytes(2, inner)));
      value = w.finish();
    }
    return spanBody(aSpan(), (w) => w.message(9, (pair) => pair.bytes(2, value)));
  }

  test('are kept 32 deep', () => {
    const found = spansIn(nested(32), 'protobuf');
    expect(JSON.stringify(found.records[0]?.attributes)).toContain('"core"');
    expect(found.message).toBe('');
  });

  test('give way to a marker below that, with flag and message', () => {
    const found = spansIn(nested(33), 'protobuf');
    expect(JSON.stringify(found.records[0]?.attributes)).toContain('[nested too deep]');
    expect(found.records[0]?.flags).toBe(spanFlag.truncated);
    expect(found.message).toBe('1 value nested deeper than 32');
  });

  test('do no harm at 3,000', () => {
    expect(spansIn(nested(3_000), 'protobuf').accepted).toBe(1);
  });
});

test('NaN, the infinities and -0 are kept as doubles (E14)', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
  const found = decodeSpan((w) => writeAttributes(w, 9, [['d', values]]));
  expect(found.records[0]?.attributes).toEqual([['d', values]]);
});

test('integers are numbers up to 2^53-1 and bigints beyond, to the last digit (E17)', () => {
  const sent = [
    0n,
    -1n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n),
    2n ** 63n - 1n,
    -(2n ** 63n),
  ];
  const found = decodeSpan((w) => writeAttributes(w, 9, [['i', sent]]));
  const wide = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];
  expect(found.records[0]?.attributes).toEqual([['i', [0, -1, 2 ** 53 - 1, ...wide]]]);
});

test('unknown enum numbers are kept, negative ones too (E18)', () => {
  const found = spansIn(spanBody(aSpan({ otelKind: 99, statusCode: -7 })), 'protobuf');
  expect(found.records[0]).toMatchObject({ otelKind: 99, statusCode: -7, flags: 0 });
});

test('JSON sent as protobuf is refused (E24)', () => {
  for (const text of ['{}', '[]', ' {"resourceSpans":[]}']) {
    expect(refusalOf(new TextEncoder().encode(text), 'protobuf').httpStatus).toBe(400);
  }
  expect(refusalOf(tracesJson([aBatch([aSpan()])]), 'protobuf').httpStatus).toBe(400);
});

describe('the freedom of the wire', () => {
  test('fields may come in any order: a resource after its spans is still theirs', () => {
    const late = new WireWriter()
      .message(1, (outer) => {
        outer.message(2, (scope) => scope.message(2, (w) => writeSpan(w, aSpan())));
        outer.message(1, (resource) => writeAttributes(resource, 1, [['service.name', 'late']]));
      })
      .finish();
    expect(decodeTracesProtobuf(late).batches[0]?.resource.attributes).toEqual([['service.name', 'late']]);
  });

  test('the last of a repeated single field counts, and a repeated message is merged', () => {
    const found = decodeSpan((w) => {
      w.text(5, 'second');
      w.message(15, (status) => status.int(3, 2));
      w.message(15, (status) => status.text(2, 'why'));
    });
    expect(found.records[0]).toMatchObject({ name: 'second', statusCode: 2, statusMessage: 'why' });
  });

  test('a value without member is null, and the last member of the oneof counts', () => {
    const found = decodeSpan((w) => {
      w.message(9, (pair) => pair.text(1, 'unset').message(2, () => undefined));
      w.message(9, (pair) => pair.text(1, 'absent'));
      w.message(9, (pair) => pair.text(1, 'two').message(2, (value) => value.text(1, 'x').int(3, 5)));
    });
    expect(found.records[0]?.attributes).toEqual([
      ['unset', null],
      ['absent', null],
      ['two', 5],
    ]);
  });

  test('decoded bytes are a copy that outlives the request', () => {
    const request = spanBody(aSpan({ attributes: [['b', Uint8Array.of(1, 2, 3)]] }));
    const found = spansIn(request, 'protobuf');
    request.fill(0);
    expect(found.records[0]?.attributes).toEqual([['b', Uint8Array.of(1, 2, 3)]]);
  });
});
