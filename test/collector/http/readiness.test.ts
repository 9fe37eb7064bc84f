// How the collector runs: what it says of itself, whom it lets in, how it holds up under clients that are
// too many, too slow or gone. Over real sockets where a socket is what it is about.
import { expect, test } from 'vitest';
import type { LogEvent } from '../../../collector/config.ts';
import { startCollector } from '../../../collector/main.ts';
import { catalogue } from '../../../collector/routes/catalogue.ts';
import { openapiPath } from '../../../collector/routes/openapi.ts';
import { TestCollector } from '../../support/collector.ts';
import { openSocket, raw, untilClosed } from '../../support/hostile.ts';
import { aBatch, aLog, aPoint, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const CELL = 's/a/m/f/operated';

/** The samples of /metrics by name and labels. */
async function samplesOf(collector: TestCollector): Promise<Map<string, number>> {
  const response = await collector.request('/metrics');
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const lines = text.trimEnd().split('\n');
  expect(text.endsWith('\n')).toBe(true);
  for (const line of lines)
    expect(line).toMatch(/^(# (HELP|TYPE) playhead_\w+ .+|playhead_\w+(\{[^}]*\})? -?[\d.e+]+)$/);
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice('playhead_'.length, space), Number(line.slice(space + 1))];
      }),
  );
}

function expectIdentity(samples: Map<string, number>): void {
  for (const [name, received] of samples) {
    const signal = /^records_received_total(.*)$/.exec(name)?.[1];
    if (signal === undefined) continue;
    const of = (kind: string) => samples.get(`records_${kind}_total${signal}`) ?? Number.NaN;
    expect(received, signal).toBe(of('accepted') + of('rejected') + of('duplicate'));
  }
}

test('every record is counted as accepted, rejected or duplicate', async () => {
  const collector = await TestCollector.start();
  const known = aSpan();
  await collector.sendTraces([aBatch([known, aSpan(), aSpan({ spanId: 'ab' })])], { cell: CELL });
  await collector.sendTraces([aBatch([known, aSpan({ ...known, name: 'other' })])], { cell: CELL });
  await collector.sendTraces([aBatch([aSpan({ traceId: '' })])], { cell: CELL });
  const logs = [aBatch([aLog(), aLog()])];
  await collector.sendLogs(logs, { cell: CELL });
  await collector.sendLogs(logs, { cell: CELL });
  await collector.sendMetrics([aBatch([aPoint()])], { cell: CELL });
  await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 1 } }]);
  await collector.writer.settled();
  const samples = await samplesOf(collector);
  expectIdentity(samples);
  const of = (kind: string, signal: string) => samples.get(`records_${kind}_total{signal="${signal}"}`);
  expect([of('received', 'traces'), of('accepted', 'traces'), of('rejected', 'traces')]).toEqual([6, 2, 2]);
  expect([of('duplicate', 'traces'), of('conflicting', 'traces')]).toEqual([2, 1]);
  expect([of('received', 'logs'), of('duplicate', 'logs')]).toEqual([4, 2]);
  expect([of('received', 'metrics'), of('accepted', 'scores')]).toEqual([1, 1]);
  expect(samples.get('log_entries_acknowledged')).toBe(6);
  expect(samples.get('projection_lag_entries')).toBe(0);
  expect(samples.get('bytes_in_flight')).toBe(0);
  expect(samples.get('wal_bytes')).toBeGreaterThan(0);
  expect(samples.get('http_requests_total{route="/cells/:id/v1/traces",method="POST",status="400"}')).toBe(1);
  await collector.writer.rebuild();
  const after = await samplesOf(collector);
  expect(after.get('records_received_total{signal="traces"}')).toBe(6);
});

test('readiness says why not', async () => {
  const collector = await TestCollector.start();
  expect(await collector.get('/readyz')).toEqual({ status: 'ready', problems: [] });
  const head = await collector.request('/livez', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/json']);
});

test('an address that others can reach needs a token or a word that it is meant', async () => {
  const options = { port: 0, host: '0.0.0.0', dbPath: '/tmp/playhead-never-opened.db' };
  await expect(startCollector(options)).rejects.toMatchObject({ code: 'exposed', exitCode: 2 });
});

test('with a token every address of data asks for it, and tells nothing without', async () => {
  const collector = await TestCollector.start({ token: 'open sesame'.replace(' ', '-') });
  const paths = catalogue.map(({ method, path }) => [method.toUpperCase(), path.replace(':id', 'a%2Fb')]);
  for (const [method = '', path = ''] of paths) {
    const isData = /^\/(api|v1|cells|badge)\/|^\/(metrics|openapi)/.test(path);
    for (const authorization of [
      undefined,
      'Bearer wrong',
      'Basic b3Blbi1zZXNhbWU=',
      'Bearer open-sesame2',
    ]) {
      const response = await collector.request(path.replace('*', 'x'), {
        method,
        headers: authorization === undefined ? {} : { authorization },
      });
      if (isData) {
        expect([path, response.status]).toEqual([path, 401]);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
      } else expect(response.status, path).not.toBe(401);
    }
  }
  const headers = { authorization: 'Bearer open-sesame', 'content-type': 'application/x-protobuf' };
  const body = Buffer.from(tracesProtobuf([aBatch([aSpan()])]));
  expect((await collector.request('/v1/traces', { method: 'POST', headers, body })).status).toBe(200);
  expect((await collector.request('/api/cells', { headers })).status).toBe(200);
});

test('origins on the list may read and write, others may not, and none is ever mirrored', async () => {
  const collector = await TestCollector.start({ allowedOrigins: ['https://bench.example'] });
  const ask = (origin: string, method: string, extra: Record<string, string> = {}) =>
    collector.request('/api/cells', { method, headers: { origin, ...extra } });
  const preflight = { 'access-control-request-method': 'POST' };
  const allowed = await ask('https://bench.example', 'OPTIONS', preflight);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://bench.example');
  expect(allowed.headers.get('access-control-max-age')).toBe('600');
  expect(allowed.headers.has('access-control-allow-credentials')).toBe(false);
  const read = await ask('https://bench.example', 'GET');
  expect(read.headers.get('access-control-allow-origin')).toBe('https://bench.example');
  expect(read.headers.get('vary')).toContain('Origin');
  for (const origin of ['https://evil.example', 'null', 'https://bench.example.evil.example'])
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await ask(origin, method, preflight);
      expect(answer.status).toBe(method === 'GET' ? 200 : 403);
      expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    }
});

test('the OpenAPI document names every route of the application and no other', async () => {
  const collector = await TestCollector.start();
  const document = await collector.get<{ openapi: string; paths: Record<string, object> }>('/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const served = collector.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
    .map(({ method, path }) => `${method.toLowerCase()} ${openapiPath(path)}`);
  expect(new Set(named)).toEqual(new Set(served));
  const text = JSON.stringify(document);
  for (const [, reference = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
    const steps = reference.replace('#/', '').split('/');
    const target = steps.reduce((at, step) => (at as Record<string, unknown>)?.[step], document as unknown);
    expect(target, reference).toBeTypeOf('object');
  }
});

const POST = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

test('T17, T18: slow headers and slow bodies are 408 with a Status', async () => {
  const limits = { headersMs: 500, requestMs: 1000, checkMs: 20, slowAfterMs: 300 };
  const collector = await TestCollector.start({ limits });
  const headers = await raw(collector.url, 'POST /v1/traces HTTP/1.1\r\nHost: localh');
  expect(headers).toMatch(/^HTTP\/1\.1 408 .*\r\n[\s\S]*"code":4/);
  const body = await raw(collector.url, `${POST}Content-Length: 100\r\n\r\n{`);
  expect(body).toMatch(
    /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*"message":"the body comes too slowly"/i,
  );
});

test('T16: a client that goes away in the middle is counted, stored nowhere and logged nowhere', async () => {
  const events: LogEvent[] = [];
  const collector = await TestCollector.start({ log: (event) => events.push(event) });
  const before = events.length;
  const socket = await openSocket(collector.url);
  socket.write(`${POST}Content-Length: 100\r\n\r\n{`);
  while ((await samplesOf(collector)).get('bytes_in_flight') !== 1) await new Promise(setImmediate);
  socket.destroy();
  while ((await samplesOf(collector)).get('http_requests_aborted_total') !== 1)
    await new Promise(setImmediate);
  expect(collector.writer.status().acknowledged).toBe(0);
  expect(events.slice(before)).toEqual([]);
});

test('T30: bodies in flight are bounded: 503 at once, and room again when one is done', async () => {
  const collector = await TestCollector.start({ limits: { bytesInFlight: 1000 } });
  const socket = await openSocket(collector.url);
  socket.write(`${POST}Content-Length: 1000\r\n\r\n{"a":"${'x'.repeat(900)}`);
  while (((await samplesOf(collector)).get('bytes_in_flight') ?? 0) < 900) await new Promise(setImmediate);
  const start = performance.now();
  const refused = await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(performance.now() - start).toBeLessThan(250);
  socket.destroy();
  while ((await samplesOf(collector)).get('bytes_in_flight') !== 0) await new Promise(setImmediate);
  expect((await collector.sendTraces([aBatch([aSpan()])], { cell: CELL })).status).toBe(200);
});

test('T18: connections beyond the limit of an address are told so and closed, and come back later', async () => {
  const collector = await TestCollector.start({ limits: { connectionsFromHere: 2 } });
  const held = [await openSocket(collector.url), await openSocket(collector.url)];
  const refused = untilClosed(await openSocket(collector.url));
  expect(await refused).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 1[\s\S]*"code":14/);
  const samples = await samplesOf(collector);
  expect(samples.get('connections_refused_total{reason="address"}')).toBe(1);
  for (const socket of held) socket.destroy();
  while ((await samplesOf(collector)).get('connections') !== 0) await new Promise(setImmediate);
  expect(
    await raw(collector.url, 'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 200/);
});

test('the structured log tells starts and stops, one event each', async () => {
  const events: LogEvent[] = [];
  const collector = await TestCollector.start({ log: (event) => events.push(event) });
  await collector.request('/api/cells/%00');
  await collector.close();
  expect(events.map(({ event }) => event)).toEqual(['started', 'stopping', 'stopped']);
});
