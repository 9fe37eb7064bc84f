// OTLP is taken however a client writes its address, and what misses the address is told the right one.
import { expect, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const CELL = 'nightly/goose/openai/gpt-5/go/bowling#run2';
const batches = [aBatch([aSpan({ name: 'sent' })])];

function post(collector: TestCollector, path: string): Promise<Response> {
  return collector.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(tracesJson(batches)),
  });
}

test.each([
  '/v1/traces/',
  '//v1/traces',
  '/v1//traces//',
  '/api/public/otel/v1/traces',
  '/v1/traces?api-version=1',
])('what is posted to %s is taken', async (path) => {
  const collector = await TestCollector.start();
  expect((await post(collector, path)).status).toBe(200);
  expect(await collector.cellIds()).toHaveLength(1);
});

const once = encodeURIComponent(CELL);
test.each([
  `/cells/${once}/v1/traces/`,
  `//cells//${once}//v1/traces`,
  `/cells/${encodeURIComponent(once)}/v1/traces`,
  `/cells/${CELL.replace('#', '%23')}/v1/traces`,
  `/cells/${CELL.replace('#', '%23')}//v1/traces/`,
  `/cells/${CELL.replace('/', '%2F').replace('#', '%23')}/v1/traces`,
  `/cells/${once.toLowerCase()}/v1/traces`,
  `/cells/${once}/api/public/otel/v1/traces`,
])('what is posted to %s is of the cell', async (path) => {
  const collector = await TestCollector.start();
  expect((await post(collector, path)).status).toBe(200);
  expect((await collector.trace(CELL)).spans.map(({ name }) => name)).toEqual(['sent']);
});

test('a token for one cell holds at the address that a client decoded', async () => {
  const collector = await TestCollector.start({ token: 'a-token-of-sixteen' });
  expect((await post(collector, '/cells/a/b/c/d/e/v1/traces')).status).toBe(401);
  expect((await post(collector, '//v1//traces/')).status).toBe(401);
});

test.each([
  ['/', 405, 'this address takes GET, OPTIONS: OTLP is posted to /v1/traces, /v1/logs or /v1/metrics'],
  ['/v1', 404, 'OTLP is posted to /v1/traces'],
  ['/traces', 404, 'OTLP traces are posted to /v1/traces, or for one cell to /cells/<cell id>/v1/traces'],
  ['/v1/traces/v1/traces', 404, 'OTLP traces are posted to /v1/traces'],
  ['/v1/profiles', 404, 'OTLP is posted to /v1/traces'],
  ['/otlp/v1/logs', 404, 'OTLP logs are posted to /v1/logs'],
  ['/cells/s%2Fa', 404, '/cells/<cell id>/v1/traces'],
  ['/cells//v1/traces', 404, '/cells/<cell id>/v1/traces'],
])('what is posted to %s is told where it belongs', async (path, status, words) => {
  const collector = await TestCollector.start();
  const response = await post(collector, path);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(words);
});

test('an exporter of protobuf is told so in protobuf', async () => {
  const collector = await TestCollector.start();
  const response = await collector.request('/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Buffer.from(tracesProtobuf(batches)),
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([405, 'application/x-protobuf']);
  expect(await response.text()).toContain('OTLP is posted to /v1/traces');
});

test('an address of OTLP that is read says what it takes', async () => {
  const collector = await TestCollector.start();
  for (const path of ['/v1/traces', '/v1/logs/', '//cells/a/b/v1/metrics']) {
    const response = await collector.request(path);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect(await response.text()).toContain('this address takes POST, OPTIONS');
  }
});

test.each([
  '/cells/one/v1/traces',
  '/cells/%zz/a/v1/traces',
  '/cells/a%20b/c/v1/logs',
  '/cells/a//b/v1/logs',
])('a cell id that is refused at %s is told the grammar', async (path) => {
  const collector = await TestCollector.start();
  const response = await post(collector, path);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('a cell id is <sweep>/<agent>/<model>/<family>/<task>');
});
