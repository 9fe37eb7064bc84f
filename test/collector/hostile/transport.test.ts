// Rows T1-T30 of the hostile inputs: what HTTP itself can get wrong, each with its exact answer. Over a socket
// where Node's parser or a timeout decides.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Encoding } from '../../../collector/record.ts';
import { TestCollector } from '../../support/collector.ts';
import {
  mediaTypes,
  openSocket,
  post,
  raw,
  readAnswer,
  sharedCollector,
  untilClosed,
} from '../../support/hostile.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const encodings = ['json', 'protobuf'] as const;
const bodies: Record<Encoding, (...spans: ReturnType<typeof aSpan>[]) => Uint8Array> = {
  json: (...spans) => tracesJson([aBatch(spans)]),
  protobuf: (...spans) => tracesProtobuf([aBatch(spans)]),
};
const collectorOf = sharedCollector();
const otlpPaths = ['/v1/traces', '/v1/logs', '/v1/metrics', '/cells/s%2Fa%2Fm%2Ff%2Ft/v1/traces'];
const MIB = 2 ** 20;
let cells = 0;
const nextCell = () => `s/a/m/f/t${++cells}`;

describe('T1: the content type', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/grpc',
    '',
  ])('%j is 415 with a JSON Status', async (type) => {
    const response = await collectorOf().request('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(bodies.json(aSpan())),
    });
    expect(response.headers.get('accept-encoding')).toBe('gzip, zstd, deflate');
    expect(await readAnswer(response, 'json')).toMatchObject({ status: 415, code: 3 });
  });

  test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset="UTF-8"'])(
    '%j is taken',
    async (type) => {
      const cell = nextCell();
      const headers = { 'content-type': type };
      const answer = await post(collectorOf(), bodies.json(aSpan()), { encoding: 'json', cell, headers });
      expect(answer.status).toBe(200);
      expect((await collectorOf().cell(cell)).spans).toBe(1);
    },
  );
});

describe.each(otlpPaths)('T2-T5: %s', (path) => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])(
    'T2: %s is 405 with Allow and a Status',
    async (method) => {
      const response = await collectorOf().request(path, { method });
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
      expect(await readAnswer(response, 'json')).toMatchObject({ status: 405, code: 12 });
    },
  );

  test('T3: HEAD is 405', async () => {
    expect((await collectorOf().request(path, { method: 'HEAD' })).status).toBe(405);
  });

  test('T4: OPTIONS without Origin tells what it takes', async () => {
    const response = await collectorOf().request(path, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  test('T5: a preflight of a foreign page is 403 and mirrors nothing', async () => {
    const response = await collectorOf().request(path, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect([response.status, response.headers.get('vary')]).toEqual([403, 'Origin']);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});

test('T3: HEAD answers with the headers of GET and no body, over a socket', async () => {
  const get = await raw(
    collectorOf().url,
    'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  const head = await raw(
    collectorOf().url,
    'HEAD /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  const namesOf = (answer: string) =>
    answer
      .split('\r\n\r\n')[0]
      ?.split('\r\n')
      .slice(1)
      .map((line) => line.split(':')[0]?.toLowerCase());
  expect(head).toMatch(/^HTTP\/1\.1 200/);
  expect(head.split('\r\n\r\n')[1]).toBe('');
  expect(namesOf(get)).toEqual(expect.arrayContaining(namesOf(head) ?? []));
});

test('T6: a preflight of a listed origin is 204 with what it may send, for ten minutes', async () => {
  const collector = await TestCollector.start({ allowedOrigins: ['https://ok.example'] });
  const response = await collector.request('/v1/traces', {
    method: 'OPTIONS',
    headers: { origin: 'https://ok.example', 'access-control-request-method': 'POST' },
  });
  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': 'https://ok.example',
    'access-control-allow-headers': 'content-type, content-encoding, authorization, if-match',
    'access-control-max-age': '600',
    vary: 'Origin',
  });
  expect(response.headers.has('access-control-allow-credentials')).toBe(false);
});

describe.each(encodings)('gzip in %s', (encoding) => {
  const gzip = { 'content-encoding': 'gzip' };
  const packed = () => gzipSync(bodies[encoding](aSpan()));

  test.each([
    ['cut', () => packed().subarray(0, -9)],
    ['not gzip', () => Buffer.from('no gzip at all')],
    [
      'of a wrong checksum',
      () => {
        const bytes = packed();
        bytes[bytes.length - 6]! ^= 1;
        return bytes;
      },
    ],
    ['followed by rubbish', () => Buffer.concat([packed(), Buffer.from('rubbish')])],
    ['followed by zeros', () => Buffer.concat([packed(), Buffer.alloc(9)])],
  ])('T7: a body that is %s is 400', async (_name, body) => {
    const answer = await post(collectorOf(), body(), { encoding, headers: gzip });
    expect(answer).toMatchObject({ status: 400, code: 3 });
  });

  test('T8: several members are one body', async () => {
    const body = bodies[encoding](aSpan(), aSpan());
    const cell = nextCell();
    const members = [body.subarray(0, 50), body.subarray(50)].map((part) => gzipSync(part));
    expect(
      (await post(collectorOf(), Buffer.concat(members), { encoding, cell, headers: gzip })).status,
    ).toBe(200);
    expect((await collectorOf().cell(cell)).spans).toBe(2);
  });

  test('T9: a bomb is 413', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    expect(bomb.length).toBeLessThan(MIB);
    expect(await post(collectorOf(), bomb, { encoding, headers: gzip })).toMatchObject({
      status: 413,
      code: 8,
    });
  });

  test.each(['br', 'compress', 'snappy', 'gzip, br', 'x-unknown'])(
    'T10: %s is 415 with Accept-Encoding',
    async (coding) => {
      const answer = await post(collectorOf(), packed(), {
        encoding,
        headers: { 'content-encoding': coding },
      });
      expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, zstd, deflate']);
    },
  );

  test('T10: gzip inside gzip is 400', async () => {
    expect((await post(collectorOf(), gzipSync(packed()), { encoding, headers: gzip })).status).toBe(400);
  });

  test('T11: a body too large by its own word is 413 and the connection ends', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${mediaTypes[encoding]}\r\n`;
    const answer = await raw(collectorOf().url, `${head}Content-Length: ${21 * MIB}\r\n\r\nx`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
  });

  test('T12: a chunked body is 413 as soon as it is too large', async () => {
    const response = await collectorOf().request('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': mediaTypes[encoding] },
      body: new Blob([new Uint8Array(20 * MIB + 1)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await readAnswer(response, encoding)).toMatchObject({ status: 413, code: 8 });
  });
});

test('T13: no bytes of protobuf are a valid request; T14: no bytes of JSON or gzip are not', async () => {
  expect(await post(collectorOf(), '', { encoding: 'protobuf' })).toMatchObject({
    status: 200,
    rejected: 0,
    message: '',
  });
  expect((await post(collectorOf(), '', { encoding: 'json' })).status).toBe(400);
  for (const encoding of encodings)
    expect(
      (await post(collectorOf(), '', { encoding, headers: { 'content-encoding': 'gzip' } })).status,
    ).toBe(400);
});

test.each(['{}', '{"resourceSpans":[]}', '{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}'])(
  'T15: %s is a success that stores nothing',
  async (body) => {
    const before = collectorOf().writer.status().acknowledged;
    expect(await post(collectorOf(), body, { encoding: 'json' })).toMatchObject({ status: 200, message: '' });
    expect(collectorOf().writer.status().acknowledged).toBe(before);
  },
);

test('T19: pipelined requests are answered in order', async () => {
  const cell = nextCell();
  const one = (span: ReturnType<typeof aSpan>, last: boolean) => {
    const body = Buffer.from(bodies.json(span)).toString('latin1');
    const close = last ? 'Connection: close\r\n' : '';
    return `POST /cells/${encodeURIComponent(cell)}/v1/traces HTTP/1.1\r\nHost: localhost\r\n${close}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  const bad = 'GET /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const answer = await raw(collectorOf().url, one(aSpan(), false) + bad + one(aSpan(), true));
  expect([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual([
    '200',
    '405',
    '200',
  ]);
  expect((await collectorOf().cell(cell)).spans).toBe(2);
});

describe('T20: what is no HTTP/1.1 is 400 with a Status, and the connection ends', () => {
  const start = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  test.each([
    ['length and chunks', `${start}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
    ['two lengths', `${start}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a negative length', `${start}Content-Length: -2\r\n\r\n{}`],
    ['a bad chunk', `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['an h2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a header name with a space', `${start}Bad Name: x\r\n\r\n`],
  ])('%s', async (_name, bytes) => {
    const answer = await raw(collectorOf().url, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/connection: close/i);
  });
});

test('T21: headers over 16 KiB are 431 with a Status', async () => {
  const answer = await raw(
    collectorOf().url,
    `GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":8/);
});

describe('hosts', () => {
  const ask = (lines: string, target = '/api/cells') =>
    raw(collectorOf().url, `GET ${target} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);

  test.each([
    ['T22: two Hosts', 'Host: localhost\r\nHost: localhost\r\n', 400],
    ['T23: no Host', '', 400],
    ['T23: an empty Host', 'Host: \r\n', 400],
    ['T23: a Host with a space', 'Host: a b\r\n', 400],
    ['T23: a Host with a user', 'Host: a@b\r\n', 400],
    ['T23: half a bracket', 'Host: [\r\n', 400],
    ['T24: a foreign Host', 'Host: evil.example\r\n', 421],
    ['T24: a Host that only begins like ours', 'Host: localhost.evil.example\r\n', 421],
  ])('%s', async (_name, lines, status) => {
    expect(await ask(lines)).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
  });

  test('T23: an absolute target outranks the header', async () => {
    expect(await ask('Host: localhost\r\n', 'http://evil.example/api/cells')).toMatch(/^HTTP\/1\.1 421/);
  });

  test('T24: on every route of the application', async () => {
    const paths = new Set(
      collectorOf().routes.map(({ path }) => path.replace(':id', 'a%2Fb').replace('*', 'x')),
    );
    expect(paths.size).toBeGreaterThan(15);
    for (const path of paths) {
      const response = await collectorOf().requestUrl(`http://rebound.example${path}`);
      expect([path, response.status]).toEqual([path, 421]);
    }
  });
});

test.each([
  '/%',
  '/%ff',
  '//',
  '/..%2f..%2fetc%2fpasswd',
  '/%5c..%5c',
  '/api/cells/%',
  '/api/cells/%ff',
  '/api/cells/a%2Fb%00',
  '/api//cells',
])('T25: %s is a client error, never 500', async (path) => {
  const answer = await raw(
    collectorOf().url,
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
});

test('T26: 100-continue is waved on, other expectations are 417', async () => {
  const body = Buffer.from(bodies.json(aSpan())).toString('latin1');
  const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  const socket = await openSocket(collectorOf().url);
  const answer = untilClosed(socket);
  socket.write(`${head}Expect: 100-continue\r\n\r\n`);
  socket.write(body, 'latin1');
  expect(await answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
  expect(await raw(collectorOf().url, `${head}Expect: the-moon\r\n\r\n${body}`)).toMatch(/^HTTP\/1\.1 417/);
});

test('T27: no upgrade and no tunnel', async () => {
  const upgrade = await raw(
    collectorOf().url,
    'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
  );
  expect(upgrade).toMatch(/^HTTP\/1\.1 (200|404)/);
  const tunnel = await raw(
    collectorOf().url,
    'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n',
  );
  expect(tunnel).not.toMatch(/^HTTP\/1\.1 2/);
});

test.each(encodings)('T28: without its token a collector answers 401 in %s', async (encoding) => {
  const collector = await TestCollector.start({ token: 'a-token-of-sixteen' });
  const answer = await post(collector, bodies[encoding](aSpan()), { encoding });
  expect(answer).toMatchObject({ status: 401, code: 16 });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test.each(encodings)('T30: what is stopping answers 503 with Retry-After in %s', async (encoding) => {
  const collector = await TestCollector.start();
  await collector.close();
  const response = await collector.request('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': mediaTypes[encoding] },
    body: Buffer.from(bodies[encoding](aSpan())),
  });
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await readAnswer(response, encoding)).toMatchObject({ status: 503, code: 14 });
});
