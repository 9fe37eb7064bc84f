// F22: a provider that answers with anything at all: odd status lines and headers, frames that contradict each
// other, resets, half-open connections, silence. The recording proxy answers or ends each call, leaves the others
// alone, keeps every body in its frame, and closes in time.
import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { ModelProxy } from '../../../adapter/run/model-proxy.ts';
import { faultTest, report, times } from '../fault-test.ts';
import type { Random } from '../random.ts';

const CALLS = times(400);
const AT_ONCE = 8;
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const firstLines = [
  ...[
    'HTTP/1.1 200 OK',
    'HTTP/1.0 200 OK',
    'HTTP/1.1 204 No Content',
    'HTTP/1.1 304 Not Modified',
    'HTTP/1.1 529',
  ],
  ...[
    'HTTP/1.1 099 Low',
    'HTTP/1.1 000 Nothing',
    'HTTP/1.1 999 High',
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 101 Switch',
  ],
  ...[
    'HTTP/1.1 200 O\x01K',
    'HTTP/1.1 200 \xe9',
    'HTTP/1.1 abc',
    'HTTP/9.9 200 OK',
    'ICY 200 OK',
    'nothing',
    '',
  ],
];
const headers = [
  ...[
    'content-length: 5',
    'content-length: 500',
    'content-length: -1',
    'content-length: 5\r\ncontent-length: 6',
  ],
  ...[
    'transfer-encoding: chunked',
    'transfer-encoding: chunked, chunked',
    'transfer-encoding: gzip',
    'x: \x01',
  ],
  ...[
    'content-encoding: gzip',
    'content-encoding: nobody-knows',
    'connection: close',
    'connection: content-length',
  ],
  ...[
    'content-type: text/event-stream',
    `long: ${'x'.repeat(20_000)}`,
    'trailer: x',
    ': empty',
    'no colon',
    'a\x00b: c',
  ],
];
const bodies = [
  'hello',
  '{}',
  'data: {"x":1}\n\n',
  '5\r\nhello\r\n0\r\n\r\n',
  'zz\r\n',
  '[[[[',
  'x'.repeat(100_000),
  '',
];

/** What the provider does with one connection. */
function answer(socket: Socket, random: Random): void {
  const head = [
    random.pick(firstLines),
    ...Array.from({ length: random.below(4) }, () => random.pick(headers)),
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${random.pick(bodies)}`, 'latin1');
  const cut = random.chance(0.3) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
  socket.write(cut);
  const end = random.below(5);
  if (end === 0) setTimeout(() => socket.resetAndDestroy(), random.below(20));
  else if (end === 1) socket.end();
  else if (end === 2) setTimeout(() => socket.destroy(), random.below(20));
  else if (end === 3) socket.end(random.pick(bodies));
  // Else it stays open and says nothing more: the client gives up.
}

/** One call, given up after a while or in the middle. */
function call(url: string, random: Random): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const method = random.pick(methods);
  const sent = request(url, { method, agent: false, headers: { 'content-type': 'application/json' } });
  const timer = setTimeout(() => sent.destroy(), 50 + random.below(300));
  const over = (how: string) => {
    clearTimeout(timer);
    resolve(how);
  };
  sent.on('response', (response) => {
    response.on('error', () => over('broken'));
    response.on('close', () => over(response.complete ? 'whole' : 'broken'));
    if (random.chance(0.2)) response.destroy();
    else response.resume();
  });
  sent.on('error', () => over('broken'));
  if (random.chance(0.7)) sent.write('{"model":"m","messages":[]}');
  sent.end();
  return promise;
}

faultTest(
  'provider',
  `F22: ${CALLS} odd answers of a provider harm no other call`,
  60_000,
  async (random) => {
    const sockets = new Set<Socket>();
    const odd = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket, random));
    }).listen(0, '127.0.0.1');
    const seen: string[] = [];
    const plain = createHttpServer(async (received, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of received) chunks.push(chunk as Buffer);
      seen.push(`${received.method} ${Buffer.concat(chunks)}`);
      response.end('as ever');
    }).listen(0, '127.0.0.1');
    await Promise.all([once(odd, 'listening'), once(plain, 'listening')]);
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      odd.close();
      plain.close();
    });
    const addressOf = (server: typeof odd | typeof plain) =>
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = await ModelProxy.start({ env: {} });
    let recorded = 0;
    proxy.listen(() => recorded++);
    const oddUrl = `${proxy.route('/odd', addressOf(odd))}/v1/chat/completions`;
    const plainUrl = `${proxy.route('/plain', addressOf(plain))}/v1/chat/completions`;
    const ends = new Map<string, number>();
    let left = CALLS;
    let others = 0;
    const lane = async () => {
      while (left-- > 0) {
        const how = await call(oddUrl, random);
        ends.set(how, (ends.get(how) ?? 0) + 1);
        if (left % 10 !== 0) continue;
        const body = `{"n":${others++}}`;
        const method = random.pick(['POST', 'PUT', 'DELETE']);
        const init = { method, body, headers: { 'content-type': 'application/json' } };
        expect(await (await fetch(plainUrl, init)).text()).toBe('as ever');
        expect(seen).toContain(`${method} ${body}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect(seen).toHaveLength(others);
    const began = performance.now();
    await proxy.close();
    const closeMs = performance.now() - began;
    expect(closeMs).toBeLessThan(10_000);
    const counts = [...ends].map(([how, count]) => `${count} ${how}`).join(', ');
    report(
      'F22 provider',
      `${CALLS} odd answers (${counts}), ${recorded} calls recorded, ${others} calls between them whole, closed in ${closeMs.toFixed(0)} ms`,
    );
  },
);
