// The recording proxy changes nothing: bytes, headers, pace and errors arrive as they were sent, and what a
// call was is known when it is over.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { MeasuredCall } from '../../../adapter/record/observations.ts';
import { ModelProxy } from '../../../adapter/run/model-proxy.ts';

type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void | Promise<void>;

async function startUpstream(handler: Handler): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await handler(request, Buffer.concat(chunks), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startProxy(
  upstream: string,
): Promise<{ url: string; calls: MeasuredCall[]; next: () => Promise<MeasuredCall> }> {
  const calls: MeasuredCall[] = [];
  let tell: ((call: MeasuredCall) => void) | null = null;
  const proxy = await ModelProxy.start({ env: {} });
  proxy.listen((call) => {
    calls.push(call);
    tell?.(call);
    tell = null;
  });
  onTestFinished(() => proxy.close());
  const next = () => new Promise<MeasuredCall>((resolve) => (tell = resolve));
  return { url: proxy.route('/openai', `${upstream}/v1`), calls, next };
}

interface Raw {
  readonly status: number | undefined;
  readonly statusMessage: string | undefined;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

function send(url: string, body: Buffer, headers: Record<string, string> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          statusMessage: response.statusMessage,
          headers: response.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const noise = (bytes: number): Buffer => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes; at += 32) chunks.push(createHash('sha256').update(String(at)).digest());
  return Buffer.concat(chunks).subarray(0, bytes);
};

describe('a call through the proxy', () => {
  test('is byte for byte the call that a direct one is, both ways, headers included', async () => {
    const seen: { headers: string[]; body: Buffer; url: string | undefined }[] = [];
    const answer = noise(300_000);
    const upstream = await startUpstream((request, body, response) => {
      seen.push({ headers: request.rawHeaders, body, url: request.url });
      response.sendDate = false;
      response.writeHead(200, 'Fine', [
        'Content-Type',
        'application/octet-stream',
        'X-Twice',
        'a',
        'X-Twice',
        'b',
        'Content-Length',
        String(answer.length),
      ]);
      response.end(answer);
    });
    const proxy = await startProxy(upstream);
    const body = noise(200_000);
    const headers = {
      'Content-Type': 'application/json',
      Authorization: 'Bearer sk-1',
      'X-oDD-cASE': 'v',
    };
    const direct = await send(`${upstream}/v1/chat/completions?a=1&b=%20`, body, headers);
    const proxied = await send(`${proxy.url}/chat/completions?a=1&b=%20`, body, headers);
    expect(proxied.body.equals(direct.body)).toBe(true);
    expect(proxied.status).toBe(direct.status);
    expect(proxied.statusMessage).toBe('Fine');
    const own = (raw: readonly string[]) =>
      pairs(raw).filter(([name]) => !['connection', 'keep-alive'].includes(name.toLowerCase()));
    expect(own(proxied.headers)).toEqual(own(direct.headers));
    const [first, second] = seen;
    expect(second!.body.equals(body)).toBe(true);
    expect(second!.url).toBe(first!.url);
    const sorted = (raw: readonly string[]) => own(raw).map(String).sort();
    expect(sorted(second!.headers)).toEqual(sorted(first!.headers));
  });

  test('streams: each event arrives before the next one is sent', async () => {
    let go: () => void = () => undefined;
    const upstream = await startUpstream(async (_request, _body, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let n = 0; n < 3; n++) {
        const received = new Promise<void>((resolve) => (go = resolve));
        response.write(`data: {"choices":[{"delta":{"content":"${n}"}}]}\n\n`);
        await received;
      }
      response.end('data: [DONE]\n\n');
    });
    const proxy = await startProxy(upstream);
    const call = proxy.next();
    const answer = await fetch(`${proxy.url}/chat/completions`, { method: 'POST', body: '{"model":"m"}' });
    let text = '';
    for await (const chunk of answer.body!) {
      text += Buffer.from(chunk).toString();
      // The upstream goes on only when this piece is here.
      go();
    }
    expect(text).toContain('"0"');
    expect(text).toContain('[DONE]');
    expect((await call).content.parts).toEqual([{ type: 'text', content: '012' }]);
  });

  test('is measured, its compressed answer read, and no header kept', async () => {
    const upstream = await startUpstream((_request, _body, response) => {
      const body = gzipSync(
        JSON.stringify({
          model: 'm-2',
          choices: [{ finish_reason: 'stop', message: { content: 'hi' } }],
          usage: { prompt_tokens: 7, completion_tokens: 2 },
        }),
      );
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
    });
    const proxy = await startProxy(upstream);
    const next = proxy.next();
    const before = BigInt(Date.now()) * 1_000_000n;
    await send(`${proxy.url}/chat/completions?key=sk-in-query`, Buffer.from('{"model":"m"}'), {
      authorization: 'Bearer sk-secret',
    });
    const call = await next;
    expect(call).toMatchObject({
      requestModel: 'm',
      responseModel: 'm-2',
      tokens: { input: 7, output: 2 },
      status: 200,
      retries: 0,
      serverAddress: '127.0.0.1',
      aborted: false,
    });
    expect(call.startNs).toBeGreaterThan(before - 5_000_000n);
    expect(call.firstChunkNs).toBeGreaterThanOrEqual(call.startNs);
    expect(call.endNs).toBeGreaterThanOrEqual(call.firstChunkNs!);
    expect(
      JSON.stringify(call, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toMatch(/sk-/);
  });

  test('whose body nobody can read is passed on, told, and followed by others', async () => {
    const upstream = await startUpstream((_request, _body, response) => void response.end('{}'));
    const proxy = await ModelProxy.start({ env: {} });
    onTestFinished(() => proxy.close());
    const seen = { calls: 0, problems: [] as string[] };
    proxy.listen(
      ({ status }) => {
        if (seen.calls++ < 2) throw new RangeError(`nested too deep ${status}`);
      },
      (problem) => seen.problems.push(problem),
    );
    const url = `${proxy.route('/openai', `${upstream}/v1`)}/chat/completions`;
    for (let call = 0; call < 3; call++)
      expect((await send(url, Buffer.from('{"messages":[]}'))).status).toBe(200);
    await expect.poll(() => seen.calls).toBe(3);
    expect(seen.problems).toEqual(['a model call was passed on and not recorded: nested too deep 200']);
  });

  test('that failed before with the same body is a retry', async () => {
    let requests = 0;
    const upstream = await startUpstream((_request, _body, response) => {
      requests++;
      if (requests < 3)
        response
          .writeHead(429, { 'retry-after': '1' })
          .end('{"error":{"type":"rate_limit_error","message":"slow down"}}');
      else response.writeHead(200).end('{"choices":[]}');
    });
    const proxy = await startProxy(upstream);
    for (const body of [
      '{"model":"m","n":1}',
      '{"n":1,"model":"m"}',
      '{"model":"m","n":1}',
      '{"model":"m","n":2}',
    ]) {
      const next = proxy.next();
      await send(`${proxy.url}/chat/completions`, Buffer.from(body));
      await next;
    }
    expect(proxy.calls.map(({ retries, status }) => [retries, status])).toEqual([
      [0, 429],
      [1, 429],
      [2, 200],
      [0, 200],
    ]);
    expect(proxy.calls[0]!.error).toEqual({ type: 'rate_limit_error', message: 'slow down' });
  });

  test('to a provider that is not there is answered 502 and recorded as such', async () => {
    const proxy = await startProxy('http://127.0.0.1:9');
    const next = proxy.next();
    const answer = await send(`${proxy.url}/chat/completions`, Buffer.from('{"model":"m"}'));
    expect(answer.status).toBe(502);
    expect(await next).toMatchObject({ status: null, error: { type: 'no_answer' } });
  });

  test.each([
    ['in the middle', '', { type: 'no_answer', message: 'the answer broke off' }],
    ['once it was whole', 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n', null],
  ])('that the provider breaks off %s is recorded so', async (_, more, error) => {
    const upstream = await startUpstream((_request, _body, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: {"model":"m-3"}\n\n${more}`, () => response.destroy());
    });
    const proxy = await startProxy(upstream);
    const next = proxy.next();
    await fetch(`${proxy.url}/chat/completions`, { method: 'POST', body: '{}' })
      .then((answer) => answer.text())
      .catch(() => '');
    expect(await next).toMatchObject({ aborted: false, status: 200, error });
  });

  test('that the client gives up is ended upstream and recorded', async () => {
    let gone: () => void = () => undefined;
    const upstreamClosed = new Promise<void>((resolve) => (gone = resolve));
    const upstream = await startUpstream((_request, _body, response) => {
      response.on('close', gone);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"model":"m-3"}\n\n');
    });
    const proxy = await startProxy(upstream);
    const next = proxy.next();
    const abort = new AbortController();
    const answer = await fetch(`${proxy.url}/chat/completions`, {
      method: 'POST',
      body: '{}',
      signal: abort.signal,
    });
    await answer.body!.getReader().read();
    abort.abort();
    await upstreamClosed;
    expect(await next).toMatchObject({ aborted: true, responseModel: 'm-3' });
  });
});

describe('what is not a model call', () => {
  test('passes and is not recorded', async () => {
    const upstream = await startUpstream((request, _body, response) => {
      response.writeHead(200).end(`${request.method} ${request.url}`);
    });
    const proxy = await startProxy(upstream);
    const answer = await fetch(`${proxy.url}/models`);
    expect(await answer.text()).toBe('GET /v1/models');
    expect(proxy.calls).toEqual([]);
  });

  test('does not pass without the secret part of the address', async () => {
    const upstream = await startUpstream((_request, _body, response) => void response.end('reached'));
    const proxy = await startProxy(upstream);
    const { origin } = new URL(proxy.url);
    for (const path of ['/openai/models', '/x/openai/models', '/'])
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
  });
});

function pairs(raw: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) found.push([raw[at]!, raw[at + 1]!]);
  return found.filter(([name]) => !['host'].includes(name.toLowerCase()));
}

/** A provider that answers every connection with the same bytes. */
async function startRaw(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('no path leads up out of the base address that was routed', async () => {
  const paths: (string | undefined)[] = [];
  const upstream = await startUpstream((request, _body, response) => {
    paths.push(request.url);
    response.end('ok');
  });
  const { url } = await startProxy(upstream);
  const { port, pathname } = new URL(url);
  const ask = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ port, path: pathname + path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  for (const up of [
    '/../secret',
    '/x/../../secret',
    '/%2e%2e/secret',
    '/.%2E/secret',
    '/x%2f..%2fsecret',
    '/..\\secret',
    '/..',
  ])
    expect([up, await ask(up)]).toEqual([up, 404]);
  expect(await ask('/models/gpt..4/...?next=/../x')).toBe(200);
  expect(paths).toEqual(['/v1/models/gpt..4/...?next=/../x']);
});

describe('a provider that answers oddly', () => {
  test.each([
    'HTTP/1.1 200 O\x01K\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 000 Odd\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx-odd: a\x01b\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 abc\r\n\r\n',
    'not HTTP at all',
  ])('%j becomes a 502 with its reason, and the next call goes through', async (head) => {
    const { url } = await startProxy(await startRaw((socket) => socket.end(head, 'latin1')));
    for (let n = 0; n < 2; n++) {
      const { status, body } = await send(`${url}/chat/completions`, Buffer.from('{}'));
      expect(status).toBe(502);
      expect(JSON.parse(body.toString()).error.message).not.toBe('');
    }
  });

  test.each([
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    [
      'resets in the middle',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf', () => socket.resetAndDestroy());
      },
    ],
  ])('a connection that %s ends that call alone', async (_, answer) => {
    const { url } = await startProxy(await startRaw(answer));
    for (let n = 0; n < 2; n++)
      await send(`${url}/chat/completions`, Buffer.from('{}')).then(
        ({ status }) => expect(status).toBe(502),
        (error: NodeJS.ErrnoException) => expect(error.code).toBe('ECONNRESET'),
      );
  });

  test('one that never answers does not hold up the end, nor does an open tunnel', async () => {
    const proxy = await ModelProxy.start({ env: {} });
    let reached = 0;
    const arrived = Promise.withResolvers<void>();
    const upstream = await startRaw(() => {
      if (++reached === 2) arrived.resolve();
    });
    const url = new URL(proxy.route('/openai', upstream));
    const sockets = ['POST', 'GET'].map((method) => {
      const socket = connect(Number(url.port), '127.0.0.1').on('error', () => undefined);
      const upgrade =
        method === 'GET' ? 'connection: upgrade\r\nupgrade: websocket\r\n' : 'content-length: 9\r\n';
      socket.write(`${method} ${url.pathname}/x HTTP/1.1\r\nhost: x\r\n${upgrade}\r\nhalf`);
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await arrived.promise;
    const began = performance.now();
    await proxy.close();
    await Promise.all(sockets);
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('a body keeps its frame', () => {
  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PATCH'])(
    'of %s, chunked or of a length',
    async (method) => {
      const seen: string[] = [];
      const upstream = await startUpstream((request, body, response) => {
        seen.push(`${request.method} ${request.url} ${body}`);
        response.end();
      });
      const { url } = await startProxy(upstream);
      const { port, pathname } = new URL(url);
      const smuggled = 'POST /v1/other HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n';
      const frames = [
        `transfer-encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
        `content-length: ${smuggled.length}\r\nconnection: content-length\r\n\r\n${smuggled}`,
      ];
      for (const frame of frames) {
        const before = seen.length;
        const socket = connect(Number(port), '127.0.0.1');
        socket.write(`${method} ${pathname}/models HTTP/1.1\r\nhost: x\r\n${frame}`);
        await new Promise((resolve) => socket.once('data', resolve));
        socket.destroy();
        expect(seen.slice(before)).toEqual([`${method} /v1/models ${smuggled}`]);
      }
    },
  );
});
