// What the JSON encoding can get wrong, row by row (E5-E24), and what is made of it.
import { describe, expect, test } from 'vitest';
import { limits } from '../../../collector/otlp/limits.ts';
import { spanFlag } from '../../../shared/span.ts';
import { aBatch, aLog, aSpan } from '../../support/otlp/otlp-builders.ts';
import { logsIn, refusalOf, spansIn, utf8 } from '../../support/otlp/otlp-decoding.ts';
import {
  logsJson,
  oneLogJson,
  oneSpanJson,
  spanJson,
  tracesJson,
  tracesProtobuf,
} from '../../support/otlp/otlp-encode.ts';

const plain = spanJson(aSpan());

/** A request with one span whose one attribute `v` has this JSON text as its AnyValue. */
function withValue(anyValue: string): Uint8Array {
  const ids = '"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"';
  const span = `{${ids},"attributes":[{"key":"v","value":${anyValue}}]}`;
  return utf8(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);
}

function readValue(anyValue: string): unknown {
  return spansIn(withValue(anyValue), 'json').records[0]?.attributes[0]?.[1];
}

function spanWith(fields: Record<string, unknown>) {
  return spansIn(oneSpanJson({ ...plain, ...fields }), 'json');
}

test('invalid UTF-8 is refused with 400 (E5)', () => {
  const body = Buffer.from(withValue('{"stringValue":"?"}'));
  body[body.indexOf('?')] = 0xff;
  const error = refusalOf(body, 'json');
  expect(error).toMatchObject({ httpStatus: 400, message: 'JSON that is not UTF-8' });
});

test('one byte order mark is passed over, two are not (E6)', () => {
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
  const body = tracesJson([aBatch([aSpan()])]);
  expect(spansIn(Buffer.concat([mark, body]), 'json').accepted).toBe(1);
  expect(refusalOf(Buffer.concat([mark, mark, body]), 'json').httpStatus).toBe(400);
});

test('a lone surrogate becomes U+FFFD, with flag and message (E7)', () => {
  const found = spansIn(withValue('{"stringValue":"a\\ud800b"}'), 'json');
  expect(found.records[0]?.attributes).toEqual([['v', 'a\ufffdb']]);
  expect(found.records[0]?.flags).toBe(spanFlag.textRepaired);
  expect(found.message).toBe('1 string repaired: invalid UTF-8 or UTF-16');
});

test('NUL is kept (E8)', () => {
  expect(readValue('{"stringValue":"a\\u0000b"}')).toBe('a\u0000b');
});

test('of a repeated key the last one counts (E9)', () => {
  expect(readValue('{"stringValue":"first","stringValue":"last"}')).toBe('last');
});

test('__proto__ and constructor as JSON fields and as attribute keys are plain data (E10)', () => {
  const body = utf8(
    `{"__proto__":{"resourceSpans":1},"constructor":{"prototype":{"polluted":1}},"resourceSpans":[{"scopeSpans":[{
      "spans":[{"traceId":"${plain.traceId}","spanId":"${plain.spanId}","__proto__":{"name":"ghost"},
      "attributes":[{"key":"__proto__","value":{"stringValue":"x"}},
        {"key":"a.__proto__.polluted","value":{"boolValue":true}},
        {"key":"v","value":{"__proto__":{"stringValue":"ghost"}}}]}]}]}]}`,
  );
  const found = spansIn(body, 'json');
  expect(found.records[0]?.name).toBe('');
  expect(found.records[0]?.attributes).toEqual([
    ['__proto__', 'x'],
    ['a.__proto__.polluted', true],
    ['v', null],
  ]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('nesting (E11)', () => {
  const nestedArrays = (depth: number) => utf8(`{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`);

  test('is allowed 64 deep, even where nobody reads it', () => {
    expect(spansIn(nestedArrays(64), 'json').accepted).toBe(0);
  });

  test('is refused with 400 from 65 on, in a million levels too', () => {
    expect(refusalOf(nestedArrays(65), 'json')).toMatchObject({
      httpStatus: 400,
      message: 'JSON nested deeper than 64',
    });
    expect(refusalOf(utf8('['.repeat(1_000_000)), 'json').httpStatus).toBe(400);
    expect(refusalOf(utf8('{"a":'.repeat(1_000_000)), 'json').httpStatus).toBe(400);
  });

  test('is not counted inside strings', () => {
    const brackets = `"${'['.repeat(100)}\\"${'{'.repeat(100)}\\\\"`;
    expect(readValue(`{"stringValue":${brackets}}`)).toBe(JSON.parse(brackets));
  });

  test('of values stops at what fits, here twelve kvlists', () => {
    let value = '{"intValue":"1"}';
    for (let level = 0; level < 12; level += 1)
      value = `{"kvlistValue":{"values":[{"key":"k","value":${value}}]}}`;
    expect(spansIn(withValue(value), 'json')).toMatchObject({ accepted: 1, message: '' });
  });
});

test('more objects and arrays than any real request holds are refused with 413', () => {
  const body = utf8(`{"x":[${'[],'.repeat(limits.jsonContainers)}0]}`);
  expect(refusalOf(body, 'json').httpStatus).toBe(413);
});

test.each(['NaN', 'Infinity', '-Infinity', '+1', '.5', '01', "'x'"])('bare %s is refused (E13)', (text) => {
  expect(refusalOf(withValue(`{"doubleValue":${text}}`), 'json').httpStatus).toBe(400);
});

test('NaN, the infinities and -0 as doubleValue are kept (E14)', () => {
  expect(readValue('{"doubleValue":"NaN"}')).toBeNaN();
  expect(readValue('{"doubleValue":"Infinity"}')).toBe(Number.POSITIVE_INFINITY);
  expect(readValue('{"doubleValue":"-Infinity"}')).toBe(Number.NEGATIVE_INFINITY);
  expect(readValue('{"doubleValue":-0}')).toBe(-0);
  expect(readValue('{"doubleValue":"1.5e3"}')).toBe(1500);
});

test('a number too large for a double is refused (E15)', () => {
  expect(refusalOf(withValue('{"doubleValue":1e999}'), 'json').httpStatus).toBe(400);
  expect(refusalOf(withValue('{"intValue":1e999}'), 'json').httpStatus).toBe(400);
  expect(refusalOf(withValue('{"doubleValue":"1e999"}'), 'json').httpStatus).toBe(400);
  expect(refusalOf(withValue(`{"intValue":${'7'.repeat(5_000_000)}}`), 'json').httpStatus).toBe(400);
});

describe('intValue as a string (E16)', () => {
  test.each([
    '9223372036854775808',
    '-9223372036854775809',
    '0x10',
    ' 5 ',
    '',
    '1e5',
    '5.0',
    '+5',
    '٣',
    '1'.repeat(20),
  ])('"%s" is refused', (text) => {
    expect(refusalOf(withValue(`{"intValue":${JSON.stringify(text)}}`), 'json').httpStatus).toBe(400);
  });

  test.each([
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9007199254740993', 2n ** 53n + 1n],
    ['9007199254740991', 2 ** 53 - 1],
    ['-0', 0],
    ['007', 7],
  ])('"%s" is exact', (text, value) => {
    expect(readValue(`{"intValue":"${text}"}`)).toBe(value);
  });
});

describe('intValue as a bare number (E17)', () => {
  test.each([
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9007199254740993', -(2n ** 53n) - 1n],
    ['42', 42],
    ['1e3', 1000],
  ])('%s is exact', (text, value) => {
    expect(readValue(`{"intValue":${text}}`)).toBe(value);
  });

  test('beyond int64, as the JavaScript exporters send whole doubles, is a double', () => {
    expect(readValue('{"intValue":1e+300}')).toBe(1e300);
    expect(readValue('{"intValue":100000000000000000000}')).toBe(1e20);
  });

  test.each(['1.5', 'true', '[]', '{}'])('%s is refused', (text) => {
    expect(refusalOf(withValue(`{"intValue":${text}}`), 'json').httpStatus).toBe(400);
  });
});

test('unknown enum numbers are kept (E18)', () => {
  const found = spanWith({ kind: 99, status: { code: 7 } });
  expect(found.records[0]).toMatchObject({ otelKind: 99, statusCode: 7 });
  expect(found.message).toBe('');
});

describe('enums by name (E19)', () => {
  test('are taken with a warning', () => {
    const found = spanWith({ kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR' } });
    expect(found.records[0]).toMatchObject({ otelKind: 3, statusCode: 2 });
    expect(found).toMatchObject({ rejected: 0, message: '2 enums sent by name: OTLP JSON has numbers' });
  });

  test('are taken for severities', () => {
    const found = logsIn(oneLogJson({ severityNumber: 'SEVERITY_NUMBER_WARN2' }), 'json');
    expect(found.records[0]?.severityNumber).toBe(14);
  });

  test.each(['SERVER', '3', 'toString', '__proto__', ''])('%s is no name and refused', (kind) => {
    expect(refusalOf(oneSpanJson({ ...plain, kind }), 'json').httpStatus).toBe(400);
  });
});

test('unknown fields are ignored (E20)', () => {
  const found = spanWith({ unheardOf: { deep: [1] }, entityRefs: [] });
  expect(found.records).toEqual(spanWith({}).records);
  expect(found.message).toBe('');
});

describe('keys that senders confuse with the right ones (E21)', () => {
  test('answer a warning instead of losing all in silence', () => {
    const snake = Buffer.from(tracesJson([aBatch([aSpan()])]))
      .toString()
      .replace('resourceSpans', 'resource_spans');
    expect(spansIn(utf8(snake), 'json')).toEqual({
      records: [],
      accepted: 0,
      rejected: 0,
      message: '0 spans found; unknown key resource_spans',
    });
  });

  test('are seen inside as well, and for logs', () => {
    expect(spansIn(utf8('{"resourceSpans":[{"scope_spans":[]}]}'), 'json').message).toBe(
      '0 spans found; unknown key scope_spans',
    );
    expect(logsIn(utf8('{"resource_logs":[]}'), 'json').message).toBe(
      '0 log records found; unknown key resource_logs',
    );
  });

  test('of the other signal answer a warning too', () => {
    expect(spansIn(logsJson([aBatch([aLog()])]), 'json').message).toBe(
      '0 spans found; unknown key resourceLogs',
    );
  });

  test.each([
    ['{"spans":[]}', 'spans'],
    ['{"resourceSpans":[{"resource":{},"spans":[]}]}', 'spans'],
    ['{"resourceSpans":[{"scopeSpans":[{"scope":{},"span":[]}]}]}', 'span'],
    ['{"data":{},"traces":[],"more":1,"yet":2}', 'data, traces, more'],
  ])('and whatever stands where the list belongs is named: %s', (body, key) => {
    expect(spansIn(utf8(body), 'json').message).toBe(`0 spans found; unknown key ${key}`);
  });

  test('but a field of a version to come beside the list is none', () => {
    expect(spansIn(utf8('{"resourceSpans":[],"newField":1}'), 'json').message).toBe('');
    expect(spansIn(utf8('{}'), 'json').message).toBe('');
  });
});

describe('bytesValue (E22)', () => {
  test.each(['AQID', 'AQI=', 'AQI', '-_8=', '-_8', '+/8=', ''])('"%s" is base64', (text) => {
    expect(readValue(`{"bytesValue":"${text}"}`)).toEqual(new Uint8Array(Buffer.from(text, 'base64')));
  });

  test.each(['A', 'A===', 'AQI==', 'AQID=', 'AQ=I', 'a b=', '\\u00e9\\u00e9\\u00e9\\u00e9'])(
    '"%s" is refused',
    (text) => {
      expect(refusalOf(withValue(`{"bytesValue":"${text}"}`), 'json').httpStatus).toBe(400);
    },
  );
});

test.each(['[]', 'null', '1', '"x"', 'true', '', ' ', '{', '{}x', 'undefined'])(
  'the root %s is refused (E23, T14)',
  (text) => {
    expect(refusalOf(utf8(text), 'json').httpStatus).toBe(400);
    expect(refusalOf(utf8(text), 'json', 'logs').httpStatus).toBe(400);
  },
);

test('protobuf sent as JSON is refused (E24)', () => {
  expect(refusalOf(tracesProtobuf([aBatch([aSpan()])]), 'json').httpStatus).toBe(400);
});

test.each([
  '{}',
  '{"resourceSpans":[]}',
  '{"resourceSpans":null}',
  '{"resourceSpans":[{"scopeSpans":[{}]}]}',
])('%s holds nothing and is valid (T15)', (text) => {
  expect(spansIn(utf8(text), 'json')).toEqual({ records: [], accepted: 0, rejected: 0, message: '' });
});

describe('a field of the wrong type is refused, and the refusal names it', () => {
  test.each([
    ['name', { name: 5 }],
    ['traceId', { traceId: 5 }],
    ['kind', { kind: 1.5 }],
    ['kind', { kind: 2 ** 31 }],
    ['flags', { flags: -1 }],
    ['flags', { flags: 2 ** 32 }],
    ['startTimeUnixNano', { startTimeUnixNano: '-1' }],
    ['startTimeUnixNano', { startTimeUnixNano: '' }],
    ['startTimeUnixNano', { startTimeUnixNano: '2026-11-22T07:20:00Z' }],
    ['startTimeUnixNano', { startTimeUnixNano: 1.5 }],
    ['endTimeUnixNano', { endTimeUnixNano: '18446744073709551616' }],
    ['attributes', { attributes: { a: 1 } }],
    ['attributes', { attributes: [null] }],
    ['value', { attributes: [{ key: 'k', value: 'bare' }] }],
    ['boolValue', { attributes: [{ key: 'k', value: { boolValue: 'true' } }] }],
    ['arrayValue', { attributes: [{ key: 'k', value: { arrayValue: [] } }] }],
    ['events', { events: [5] }],
    ['links', { links: ['x'] }],
    ['status', { status: [] }],
    ['droppedAttributesCount', { droppedAttributesCount: 'many' }],
  ])('%s', (field, fields) => {
    const error = refusalOf(oneSpanJson({ ...plain, ...fields }), 'json');
    expect(error.httpStatus).toBe(400);
    expect(error.message).toContain(field);
    expect(error.message).toContain('span 0 of the request');
  });

  test('and never echoes what was sent', () => {
    const error = refusalOf(oneSpanJson({ ...plain, kind: 'sk-secret-value' }), 'json');
    expect(error.message).not.toContain('sk-secret');
    expect(refusalOf(utf8('{"sk-secret'), 'json').message).toBe('malformed JSON');
  });
});

test('times may be bare numbers, exact to the last digit', () => {
  const text = Buffer.from(oneSpanJson({ ...plain, startTimeUnixNano: 0 })).toString();
  const body = text.replace('"startTimeUnixNano":0', '"startTimeUnixNano":1781680611681729123');
  expect(spansIn(utf8(body), 'json').records[0]?.startNs).toBe(1781680611681729123n);
});

test('null stands for absent everywhere a field may be absent', () => {
  const nothing = Object.fromEntries(Object.keys(plain).map((key) => [key, null]));
  const found = spansIn(oneSpanJson({ ...nothing, traceId: plain.traceId, spanId: plain.spanId }), 'json');
  expect(found.records[0]).toMatchObject({ name: '', otelKind: 0, startNs: 0n, attributes: [], events: [] });
  expect(logsIn(oneLogJson({ body: null, attributes: null }), 'json').records[0]).toMatchObject({
    body: null,
  });
});

test('of several members of one value the first in the order of the .proto file counts', () => {
  expect(readValue('{"intValue":"5","stringValue":"x"}')).toBe('x');
});
