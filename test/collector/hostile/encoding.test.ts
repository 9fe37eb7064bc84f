// Rows E1-E24 of the hostile inputs through the application: status, headers, body, and what is stored. The
// decoders' own tests (test/collector/otlp) look closer at each.
import { describe, expect, test } from 'vitest';
import type { Encoding } from '../../../collector/record.ts';
import { KeyValueList } from '../../../collector/record.ts';
import { post, sharedCollector } from '../../support/hostile.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { requestBody, spanBody, utf8 } from '../../support/otlp/otlp-decoding.ts';
import {
  oneSpanJson,
  spanJson,
  tracesJson,
  tracesProtobuf,
  writeSpan,
} from '../../support/otlp/otlp-encode.ts';

const collectorOf = sharedCollector();

/** What a row's request must come to. */
interface Row {
  readonly row: string;
  readonly name: string;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  readonly status: 200 | 400;
  /** What partial_success says beside a success; nothing where absent. */
  readonly says?: RegExp;
  /** Spans that can be read afterwards: 1 unless the request fails. */
  readonly spans?: number;
  /** Of the stored span. */
  readonly attributes?: unknown;
  readonly flags?: readonly string[];
  readonly fields?: Record<string, unknown>;
}

const span = () => aSpan({ attributes: [] });
const good = () => tracesProtobuf([aBatch([span()])]);
const bytes = (...more: number[]) => Buffer.concat([good(), Uint8Array.from(more)]);
const json = (fields: Record<string, unknown>) => oneSpanJson({ ...spanJson(span()), ...fields });
/** A span whose one attribute `v` has this text as its AnyValue. */
const value = (text: string) => {
  const marked = Buffer.from(json({ attributes: [{ key: 'v', value: 'HERE' }] })).toString();
  return utf8(marked.replace('"HERE"', text));
};
const withText = (...text: number[]) =>
  spanBody(span(), (w) =>
    w.message(9, (pair) => pair.text(1, 'v').message(2, (v) => v.bytes(1, Uint8Array.from(text)))),
  );
const deep = (levels: number) => {
  let nested: unknown = 'leaf';
  for (let at = 0; at < levels; at++) nested = [nested];
  return tracesProtobuf([aBatch([aSpan({ attributes: [['v', nested as never]] })])]);
};

const p = (
  row: string,
  name: string,
  body: Uint8Array,
  status: Row['status'],
  more: Partial<Row> = {},
): Row => ({
  row,
  name,
  encoding: 'protobuf',
  body,
  status,
  ...more,
});
const j = (
  row: string,
  name: string,
  body: Uint8Array,
  status: Row['status'],
  more: Partial<Row> = {},
): Row => ({
  row,
  name,
  encoding: 'json',
  body,
  status,
  ...more,
});

const rows: Row[] = [
  p('E1', 'truncated', good().subarray(0, -3), 400),
  p('E1', 'field 0', bytes(0, 0), 400),
  p('E1', 'wire type 7', bytes(0x0f), 400),
  p('E1', 'an over-long varint', bytes(0x98, 6, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1), 400),
  p('E1', 'an unmatched group', bytes(0x9b, 6), 400),
  p('E1', 'a length past the end', bytes(0x0a, 9), 400),
  p('E2', 'trailing bytes that are unknown fields', bytes(0x98, 6, 5, 0x9a, 6, 1, 0x78), 200),
  p(
    'E3',
    'a known field of another wire type',
    spanBody(span(), (w) => w.int(5, 7)),
    200,
  ),
  p('E4', 'invalid UTF-8', withText(0x61, 0xff, 0x62), 200, {
    says: /^1 string repaired/,
    attributes: { v: 'a\ufffdb' },
    flags: ['textRepaired'],
  }),
  j(
    'E5',
    'invalid UTF-8',
    (() => {
      const b = Buffer.from(value('{"stringValue":"?"}'));
      b[b.lastIndexOf('?')] = 0xff;
      return b;
    })(),
    400,
  ),
  j('E6', 'one byte order mark', Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), json({})]), 200),
  j(
    'E6',
    'two byte order marks',
    Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf), json({})]),
    400,
  ),
  j('E7', 'a lone surrogate', value('{"stringValue":"a\\ud800"}'), 200, {
    says: /^1 string repaired/,
    attributes: { v: 'a\ufffd' },
    flags: ['textRepaired'],
  }),
  j('E8', 'NUL in a string', value('{"stringValue":"a\\u0000b"}'), 200, { attributes: { v: 'a\u0000b' } }),
  p('E8', 'NUL in a string', withText(0x61, 0, 0x62), 200, { attributes: { v: 'a\u0000b' } }),
  j('E9', 'a repeated JSON key', value('{"intValue":1,"intValue":2}'), 200, { attributes: { v: 2 } }),
  j(
    'E10',
    '__proto__ as a JSON field',
    utf8(Buffer.from(json({})).toString().replace('{', '{"__proto__":{"polluted":1},')),
    200,
  ),
  j('E11', 'JSON nested too deep', utf8(`${'['.repeat(5000)}${']'.repeat(5000)}`), 400),
  j(
    'E11',
    'a JSON value nested too deep',
    value(`${'{"arrayValue":{"values":['.repeat(60)}{}${']}}'.repeat(60)}`),
    400,
  ),
  p('E12', 'a protobuf value nested too deep', deep(40), 200, {
    says: /nested deeper than 32/,
    flags: ['truncated'],
  }),
  j('E13', 'a bare NaN', value('{"doubleValue":NaN}'), 400),
  j('E13', 'a bare Infinity', value('{"doubleValue":Infinity}'), 400),
  j(
    'E14',
    '"NaN" and its like',
    value('{"arrayValue":{"values":[{"doubleValue":"NaN"},{"doubleValue":"-Infinity"},{"doubleValue":-0}]}}'),
    200,
    {
      attributes: { v: ['NaN', '-Infinity', -0] },
    },
  ),
  p(
    'E14',
    'NaN and its like',
    tracesProtobuf([aBatch([aSpan({ attributes: [['v', [Number.NaN, Number.NEGATIVE_INFINITY]]] })])]),
    200,
    {
      attributes: { v: ['NaN', '-Infinity'] },
    },
  ),
  j('E15', '1e999', value('{"doubleValue":1e999}'), 400),
  ...['"9223372036854775808"', '"0x10"', '" 5 "', '""', '"1e5"'].map((text) =>
    j('E16', `the integer ${text}`, value(`{"intValue":${text}}`), 400),
  ),
  j('E18', 'an unknown kind and status', json({ kind: 99, status: { code: 7 } }), 200, {
    fields: { otelKind: 'unknown(99)' },
  }),
  p(
    'E18',
    'an unknown kind and status',
    tracesProtobuf([aBatch([aSpan({ otelKind: 99, statusCode: 7 })])]),
    200,
    {
      fields: { otelKind: 'unknown(99)' },
    },
  ),
  j('E19', 'a kind by its name', json({ kind: 'SPAN_KIND_SERVER' }), 200, {
    says: /^1 enum sent by name/,
    fields: { otelKind: 'server' },
  }),
  j('E19', 'a kind of no name', json({ kind: 'SPAN_KIND_WISH' }), 400),
  j('E20', 'unknown fields', json({ tomorrow: { a: 1 } }), 200),
  p(
    'E20',
    'unknown fields',
    spanBody(span(), (w) => w.text(99, 'x').fixed64(97, 1n)),
    200,
  ),
  j('E21', 'snake_case at the top', utf8('{"resource_spans":[{}]}'), 200, {
    says: /0 spans found; unknown key resource_spans/,
    spans: 0,
  }),
  j('E22', 'bad base64', value('{"bytesValue":"%%%"}'), 400),
  ...['[]', 'null', '1', '"x"'].map((text) => j('E23', `the root ${text}`, utf8(text), 400)),
  j('E24', 'protobuf bytes as JSON', good(), 400),
  p('E24', 'JSON as protobuf', json({}), 400),
];

test.each(rows.map((row, at) => ({ ...row, at })))('$row: $name ($encoding) is $status', async (row) => {
  const collector = collectorOf();
  const cell = `s/a/m/f/row${row.at}`;
  const answer = await post(collector, row.body, { encoding: row.encoding, cell });
  expect(answer.status).toBe(row.status);
  if (row.status === 400) {
    expect(answer.code).toBe(3);
    expect((await collector.request(`/api/cells/${encodeURIComponent(cell)}`)).status).toBe(404);
    return;
  }
  expect(answer.rejected).toBe(0);
  if (row.says) expect(answer.message).toMatch(row.says);
  else expect(answer.message).toBe('');
  if (row.spans === 0) return;
  const { spans } = await collector.trace(cell);
  expect(spans).toHaveLength(1);
  if (row.attributes) expect(spans[0]?.attributes).toEqual(row.attributes);
  if (row.flags) expect(spans[0]?.flags).toEqual(row.flags);
  if (row.fields) expect(spans[0]).toMatchObject(row.fields);
});

describe.each(['json', 'protobuf'] as const)('in %s', (encoding) => {
  test('E10: keys that hurt plain objects are plain data, and touch none', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'a.__proto__.b', 'hasOwnProperty'];
    const nested = new KeyValueList([['__proto__', new KeyValueList([['polluted', true]])]]);
    const spans = [aSpan({ attributes: [...keys.map((key) => [key, 'x'] as const), ['nested', nested]] })];
    const cell = `s/a/m/f/keys-${encoding}`;
    const body = encoding === 'json' ? tracesJson([aBatch(spans)]) : tracesProtobuf([aBatch(spans)]);
    expect(await post(collectorOf(), body, { encoding, cell })).toMatchObject({ status: 200, message: '' });
    const text = await (await collectorOf().request(`/api/cells/${encodeURIComponent(cell)}/trace`)).text();
    for (const key of keys) expect(text).toContain(`${JSON.stringify(key)}:"x"`);
    expect(text).toContain('"nested":{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('E17: integers beyond 2^53 keep every digit', async () => {
    const cell = `s/a/m/f/digits-${encoding}`;
    const spans = [aSpan({ attributes: [['v', 9_007_199_254_740_993n]] })];
    const body =
      encoding === 'json' ? value('{"intValue":9007199254740993}') : tracesProtobuf([aBatch(spans)]);
    expect((await post(collectorOf(), body, { encoding, cell })).status).toBe(200);
    const text = await (await collectorOf().request(`/api/cells/${encodeURIComponent(cell)}/trace`)).text();
    expect(text).toContain('"v":9007199254740993');
  });
});

test('E1: a message of two spans of which one is damaged stores neither', async () => {
  const whole = requestBody((w) => writeSpan(w, span()));
  const cell = 's/a/m/f/both';
  const body = Buffer.concat([whole, good().subarray(0, -1)]);
  expect((await post(collectorOf(), body, { encoding: 'protobuf', cell })).status).toBe(400);
  expect((await collectorOf().request(`/api/cells/${encodeURIComponent(cell)}`)).status).toBe(404);
});
