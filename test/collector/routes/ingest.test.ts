// OTLP over HTTP: what is acknowledged, what is refused, and in whose encoding.
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan } from '../../support/otlp/otlp-builders.ts';
import { oneSpanJson, tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const CELL = 'sweep-1/opencode/stub/polyglot/rust';
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

function post(
  collector: TestCollector,
  body: Uint8Array | string,
  headers: Record<string, string>,
  path = '/v1/traces',
): Promise<Response> {
  return collector.request(path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : Buffer.from(body),
  });
}

test('a protobuf request is answered with no bytes, a JSON request with {}', async () => {
  const collector = await TestCollector.start();
  const protobuf = await collector.sendTraces([aBatch([aSpan()])]);
  expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
  expect((await protobuf.arrayBuffer()).byteLength).toBe(0);
  const json = await collector.sendLogs([aBatch([aLog()])], { encoding: 'json' });
  expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(await json.json()).toEqual({});
});

test('an empty request is a success and makes no cell', async () => {
  const collector = await TestCollector.start();
  expect((await post(collector, new Uint8Array(0), PROTOBUF_TYPE)).status).toBe(200);
  expect((await post(collector, '{}', JSON_TYPE)).status).toBe(200);
  expect((await post(collector, '{"resourceSpans":[]}', JSON_TYPE)).status).toBe(200);
  expect(await collector.cells()).toEqual([]);
});

test('gzip bodies are taken and stored as they came', async () => {
  const collector = await TestCollector.start();
  const body = gzipSync(tracesProtobuf([aBatch([aSpan(), aSpan()])]));
  const path = `/cells/${encodeURIComponent(CELL)}/v1/traces`;
  expect((await post(collector, body, { ...PROTOBUF_TYPE, 'content-encoding': 'gzip' }, path)).status).toBe(
    200,
  );
  expect((await collector.cell(CELL)).spans).toBe(2);
  const db = new Database(collector.dbPath, { readonly: true });
  expect(db.prepare('SELECT coding, body FROM log').get()).toEqual({ coding: 'gzip', body });
  db.close();
});

describe('a resource that names its cell by what is no cell id', () => {
  const named = (id: string) => aBatch([aSpan()], [['bench.cell.id', id]]);

  test.each(['json', 'protobuf'] as const)('is taken, and told of in %s', async (encoding) => {
    const collector = await TestCollector.start();
    const response = await collector.sendTraces([named('my run/agent')], { encoding });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('bench.cell.id');
    expect(text).toContain('my run/agent');
    expect(text).toContain('a cell id is <sweep>/<agent>/<model>/<family>/<task>');
    if (encoding === 'json') expect(JSON.parse(text).partialSuccess.rejectedSpans).toBe('0');
    expect((await collector.cellIds())[0]).toMatch(/^adhoc\//);
  });

  test('is shown cut where it is long, and one that is right is not told of', async () => {
    const collector = await TestCollector.start();
    const long = await collector.sendTraces([named('x'.repeat(100_000))], { encoding: 'json' });
    expect((await long.text()).length).toBeLessThan(600);
    const right = await collector.sendTraces([named(CELL)], { encoding: 'json' });
    expect(await right.json()).toEqual({});
  });
});

describe('a span or a log record that names its cell by what is no cell id', () => {
  const attributes: [string, string][] = [
    ['a', 'b'],
    ['bench.cell.id', 'my run/agent'],
  ];
  const right: [string, string][] = [['bench.cell.id', CELL]];

  test.each(['json', 'protobuf'] as const)('is taken, and told of in %s', async (encoding) => {
    const collector = await TestCollector.start();
    const spans = [aSpan({ attributes: right }), aSpan({ attributes })];
    const traces = await collector.sendTraces([aBatch(spans)], { encoding });
    const logs = await collector.sendLogs([aBatch([aLog({ attributes })])], { encoding });
    for (const response of [traces, logs]) {
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('my run/agent');
    }
    const fine = await collector.sendTraces([aBatch([aSpan({ attributes: right })])], { encoding });
    expect((await fine.text()).replace('{}', '')).toBe('');
  });

  test('is told of where its key is the last of long ones, and not where the key is a part of a text', async () => {
    const collector = await TestCollector.start();
    const last = aSpan({ attributes: [['long', 'x'.repeat(70_000)], ...attributes] });
    expect(await (await collector.sendTraces([aBatch([last])])).text()).toContain('my run/agent');
    const talk = aSpan({ attributes: [['text', 'set bench.cell.id to "my run/agent"']] });
    expect(await (await collector.sendTraces([aBatch([talk])])).text()).toBe('');
    const number = aSpan({ attributes: [['bench.cell.id', 7]] });
    expect(await (await collector.sendTraces([aBatch([number])])).text()).toBe('');
  });
});

test('bad spans are rejected one by one, the others kept', async () => {
  const collector = await TestCollector.start();
  const batch = aBatch([aSpan(), aSpan({ spanId: '6c4583143cca4d618d408a5476b49f4f' })]);
  const response = await collector.sendTraces([batch], { encoding: 'json', cell: CELL });
  expect(response.status).toBe(200);
  const { partialSuccess } = await response.json();
  expect(partialSuccess.rejectedSpans).toBe('1');
  expect(partialSuccess.errorMessage).toContain('span');
  expect((await collector.trace(CELL)).total).toBe(1);
});

test('a request of bad spans alone is refused and nothing is stored', async () => {
  const collector = await TestCollector.start();
  const response = await collector.sendTraces([aBatch([aSpan({ traceId: '0'.repeat(32) })])]);
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
  expect(collector.writer.status().acknowledged).toBe(0);
});

test.each([
  ['text', { 'content-type': 'text/plain' }, 415],
  ['no type', {}, 415],
  ['a form', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ['utf-16', { 'content-type': 'application/json; charset=utf-16' }, 415],
  ['brotli', { ...JSON_TYPE, 'content-encoding': 'br' }, 415],
  ['what is no gzip', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400],
  ['upper case JSON with a charset', { 'content-type': 'Application/JSON; Charset=UTF-8' }, 200],
])('%s is answered as it deserves', async (_what, headers, status) => {
  const collector = await TestCollector.start();
  const response = await post(collector, tracesJson([aBatch([aSpan()])]), headers as Record<string, string>);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/json');
  if (status === 415) expect(response.headers.get('accept-encoding')).toBe('gzip, zstd, deflate');
  if (status !== 200) expect(await response.json()).toMatchObject({ code: 3, message: expect.any(String) });
});

test.each(['', 'null', '[]', '{"resourceSpans":', '"x"'])(
  'the JSON body %j is a bad request',
  async (body) => {
    const collector = await TestCollector.start();
    const response = await post(collector, body, JSON_TYPE);
    expect(response.status).toBe(400);
    expect((await response.json()).code).toBe(3);
  },
);

test('a bad protobuf body is answered with a protobuf Status', async () => {
  const collector = await TestCollector.start();
  const response = await post(collector, Uint8Array.from([0x0a, 0xff]), PROTOBUF_TYPE);
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([bytes[0], bytes[1], bytes[2]]).toEqual([0x08, 3, 0x12]);
});

test('a body too large is refused, whether it says so, streams, or inflates', async () => {
  const collector = await TestCollector.start();
  const large = new Uint8Array(20 * 2 ** 20 + 1);
  const claimed = await post(collector, '{}', { ...JSON_TYPE, 'content-length': String(large.length) });
  const bomb = await post(collector, gzipSync(large), { ...JSON_TYPE, 'content-encoding': 'gzip' });
  const streamed = await collector.request('/v1/traces', {
    method: 'POST',
    headers: PROTOBUF_TYPE,
    body: new Blob([large]).stream(),
    duplex: 'half',
  } as RequestInit);
  for (const response of [claimed, bomb, streamed]) expect(response.status).toBe(413);
  expect(await claimed.json()).toMatchObject({ code: 8 });
});

test.each(['/v1/traces', '/v1/logs', '/v1/metrics', '/cells/a%2Fb/v1/traces'])(
  '%s takes POST alone',
  async (path) => {
    const collector = await TestCollector.start();
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const response = await collector.request(path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
      expect(await response.json()).toMatchObject({ code: 12 });
    }
    expect((await collector.request(path, { method: 'HEAD' })).status).toBe(405);
    const options = await collector.request(path, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    const preflight = await collector.request(path, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.test', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('vary')]).toEqual([403, 'Origin']);
    expect(preflight.headers.has('access-control-allow-origin')).toBe(false);
  },
);

test.each([
  ['%2e%2e%2Fetc', 400],
  ['one', 400],
  ['a%2Fb%00', 400],
  ['a%252Fb', 200],
  ['a%2Fb%2Fc%2Fd%2Fe%23run2', 200],
])('the address of cell %s answers %i', async (segment, status) => {
  const collector = await TestCollector.start();
  const body = tracesJson([aBatch([aSpan()])]);
  const response = await post(collector, body, JSON_TYPE, `/cells/${segment}/v1/traces`);
  expect(response.status).toBe(status);
});

test('while another process holds the database the answer is 503, and reads go on', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  await collector.cell(CELL);
  const other = new Database(collector.dbPath);
  other.exec('BEGIN IMMEDIATE');
  const refused = await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await collector.cell(CELL)).spans).toBe(1);
  other.exec('ROLLBACK');
  other.close();
  expect((await collector.sendTraces([aBatch([aSpan()])], { cell: CELL })).status).toBe(200);
  expect((await collector.cell(CELL)).spans).toBe(2);
});

test('a key of the wrong spelling is told, not silently lost', async () => {
  const collector = await TestCollector.start();
  const response = await post(collector, '{"resource_spans":[{}]}', JSON_TYPE);
  expect(response.status).toBe(200);
  expect((await response.json()).partialSuccess.errorMessage).toContain('resource_spans');
});

test('integers beyond 2^53 arrive with every digit in either encoding', async () => {
  const collector = await TestCollector.start();
  const big = 9007199254740993n;
  await collector.sendTraces([aBatch([aSpan({ attributes: [['big', big]] })])], { cell: CELL });
  const { attributes: _, ...span } = JSON.parse(new TextDecoder().decode(tracesJson([aBatch([aSpan()])])))
    .resourceSpans[0].scopeSpans[0].spans[0];
  const body = oneSpanJson({ ...span, attributes: [{ key: 'big', value: { intValue: String(big) } }] });
  await post(collector, body, JSON_TYPE, `/cells/${encodeURIComponent(CELL)}/v1/traces`);
  const text = await (await collector.request(`/api/cells/${encodeURIComponent(CELL)}/trace`)).text();
  expect(text.match(/"big":9007199254740993/g)).toHaveLength(2);
});
