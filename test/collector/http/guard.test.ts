// What every request must pass: one Host that is ours, no write from another origin's page; the headers
// that every answer carries; and raw sockets for what no client library sends.
import { connect } from 'node:net';
import { Hono } from 'hono';
import { expect, onTestFinished, test, vi } from 'vitest';
import { hostCheck } from '../../../collector/config.ts';
import type { RequestError } from '../../../collector/errors.ts';
import { guardRate } from '../../../collector/http/guard.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

test.each([
  ['http://localhost/livez', 200],
  ['http://127.0.0.1:4318/livez', 200],
  ['http://[::1]:4318/livez', 200],
  ['http://run-7.localhost/livez', 200],
  ['http://host.docker.internal:4318/livez', 200],
  ['http://evil.test/livez', 421],
  ['http://localhost.evil.test/livez', 421],
  ['http://10.0.0.5/livez', 421],
])('%s answers %i', async (url, status) => {
  const collector = await TestCollector.start();
  expect((await collector.requestUrl(url)).status).toBe(status);
});

test('a foreign Host is refused on every kind of address, in its own encoding', async () => {
  const collector = await TestCollector.start();
  for (const path of ['/', '/api/cells', '/api/cells/a%2Fb/trace', '/livez', '/cell/x', '/nothing'])
    expect((await collector.requestUrl(`http://evil.test${path}`)).status).toBe(421);
  const headers = { 'content-type': 'application/x-protobuf' };
  const otlp = await collector.requestUrl('http://evil.test/v1/traces', { method: 'POST', headers });
  expect([otlp.status, otlp.headers.get('content-type')]).toEqual([421, 'application/x-protobuf']);
});

test('hosts may be allowed by name, and a collector on the network answers to addresses', () => {
  const named = hostCheck({ host: '127.0.0.1', allowedHosts: ['collector'] });
  expect([named('collector:4318'), named('COLLECTOR'), named('other')]).toEqual([true, true, false]);
  const open = hostCheck({ host: '0.0.0.0' });
  expect([open('192.168.1.7:4318'), open('[fe80::1]'), open('evil.test')]).toEqual([true, true, false]);
  for (const malformed of ['', 'a b', 'a@b', '[', 'localhost:x', 'localhost:123456'])
    expect(named(malformed)).toBe(false);
});

test.each([
  [{ origin: 'http://evil.test' }, 403],
  [{ origin: 'null' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }, 201],
  [{}, 201],
])('a write with %j answers %i', async (headers, status) => {
  const collector = await TestCollector.start();
  const response = await collector.request('/api/cells/s%2Fa/scores', {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"scores":[{"axis":"a","values":{"a":1}}]}',
  });
  expect(response.status).toBe(status);
  expect(await collector.cells()).toHaveLength(status === 201 ? 1 : 0);
});

test('every answer forbids sniffing, referrers and foreign windows, errors included', async () => {
  const collector = await TestCollector.start();
  for (const path of ['/livez', '/api/cells', '/api/cells/one', '/nothing', '/v1/traces']) {
    const { headers } = await collector.request(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.has('access-control-allow-origin')).toBe(false);
  }
});

/** Writes raw bytes to the server and returns the status line of what comes back. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (piece) => {
      answer += piece;
      socket.end();
    });
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
}

test.each([
  ['two Host headers', 'GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n', 400],
  ['no Host header', 'GET /livez HTTP/1.1\r\n\r\n', 400],
  ['an absolute target elsewhere', 'GET http://evil.test/livez HTTP/1.1\r\nHost: localhost\r\n\r\n', 421],
  ['a foreign Host', 'GET /livez HTTP/1.1\r\nHost: evil.test\r\n\r\n', 421],
  ['one good Host', 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n', 200],
  ['a bad escape', 'GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n', 404],
])('a raw request with %s is answered', async (_what, text, status) => {
  const collector = await TestCollector.start();
  expect(await raw(collector.url, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test('a body too large is answered over a real socket while it is still being sent', async () => {
  const collector = await TestCollector.start();
  const piece = new Uint8Array(2 ** 20);
  async function* pieces() {
    for (let i = 0; i < 24; i++) yield piece;
  }
  const response = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: pieces() as unknown as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(413);
  expect(collector.writer.status().acknowledged).toBe(0);
});

test('a client that goes away in the middle of its body leaves nothing and prints nothing', async () => {
  const collector = await TestCollector.start();
  const printed = [vi.spyOn(process.stderr, 'write'), vi.spyOn(console, 'error'), vi.spyOn(console, 'info')];
  onTestFinished(() => {
    for (const spy of printed) spy.mockRestore();
  });
  const { hostname, port } = new URL(collector.url);
  const head =
    'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{';
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(head, () => socket.destroy()));
    socket.on('close', () => resolve());
  });
  expect((await fetch(`${collector.url}/livez`)).status).toBe(200);
  expect(collector.writer.status().acknowledged).toBe(0);
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

test('T29: beyond its rate an address is answered 429, in the encoding of its request', async () => {
  // One request, and the next one seventeen minutes later.
  const collector = await TestCollector.start({ rateLimit: 0.001 });
  const headers = { 'content-type': 'application/x-protobuf' };
  const body = Buffer.from(tracesProtobuf([aBatch([aSpan()])]));
  const ask = () => fetch(`${collector.url}/v1/traces`, { method: 'POST', headers, body });
  expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(refused.headers.get('content-type')).toBe('application/x-protobuf');
  expect(Buffer.from(await refused.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0x08, 8]));
  const asJson = await fetch(`${collector.url}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect([asJson.status, asJson.headers.get('retry-after'), await asJson.json()]).toEqual([
    429,
    '1',
    { code: 8, message: 'too many requests from one address' },
  ]);
  const api = await fetch(`${collector.url}/api/cells`);
  expect([api.status, ((await api.json()) as { error: { code: string } }).error.code]).toEqual([
    429,
    'too_many_requests',
  ]);
  expect((await fetch(`${collector.url}/livez`)).status).toBe(200);
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(200);
});

test('a rate refills with time, up to the requests of one second', async () => {
  let nowMs = 0;
  const app = new Hono();
  app.use(
    guardRate(
      2,
      () => 'read',
      () => nowMs,
    ),
  );
  app.onError((error, c) => c.text('', (error as RequestError).httpStatus as 429));
  app.get('/api/cells', (c) => c.text(''));
  const statuses = async (times: number) => {
    const all: number[] = [];
    for (let i = 0; i < times; i++) all.push((await app.request('/api/cells')).status);
    return all;
  };
  expect(await statuses(3)).toEqual([200, 200, 429]);
  nowMs = 500;
  expect(await statuses(2)).toEqual([200, 429]);
  nowMs = 60_000;
  expect(await statuses(3)).toEqual([200, 200, 429]);
});

test('each address has a rate of its own, and ten thousand others do not make it forget a busy one', async () => {
  const app = new Hono();
  app.use(
    guardRate(
      2,
      () => 'read',
      () => 0,
    ),
  );
  app.onError((error, c) => c.text('', (error as RequestError).httpStatus as 429));
  app.get('/api/cells', (c) => c.text(''));
  const ask = async (remoteAddress: string) =>
    (await app.request('/api/cells', {}, { incoming: { socket: { remoteAddress } } })).status;
  for (let i = 0; i < 10_050; i++) await ask(`10.0.${i >> 8}.${i & 255}`);
  expect([await ask('10.0.39.60'), await ask('10.0.39.60')]).toEqual([200, 429]);
});
