// OTLP over gRPC on its own port: what it takes and how it answers, beside OTLP over HTTP, whose rules hold here too:
// each damaged body ends alike on both ways. Over real sockets, with a client that sends what it likes.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../../collector/access.ts';
import { resourceKey } from '../../../shared/conventions.ts';
import { TestCollector } from '../../support/collector.ts';
import { readAnswer, sharedCollector } from '../../support/hostile.ts';
import { type CallEnd, endOf, exportPath, frameOf, GrpcClient } from '../../support/otlp/grpc-client.ts';
import { metricsProtobuf } from '../../support/otlp/metric-encode.ts';
import { aBatch, aLog, aResource, aSpan } from '../../support/otlp/otlp-builders.ts';
import { logsProtobuf, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const limits = { headersMs: 300, slowAfterMs: 300, checkMs: 5 };
const collectorOf = sharedCollector({ grpcPort: 0, limits });
let client: GrpcClient;
beforeAll(() => {
  client = new GrpcClient(portOf(collectorOf()));
});
afterAll(() => client[Symbol.asyncDispose]());

function portOf(collector: TestCollector): number {
  const { grpcPort } = collector;
  if (grpcPort === null) throw new Error('no port takes gRPC');
  return grpcPort;
}

let cells = 0;
const nextCell = () => `grpc/agent/model/family/task-${cells++}`;
const labelled = (cell: string) => aBatch([aSpan()], [[resourceKey.cellId, cell]]);
const good = () => tracesProtobuf([labelled(nextCell())]);

describe('what an exporter sends', () => {
  test('spans, logs and metrics are there when the call has ended, and the answer is empty', async () => {
    const cell = nextCell();
    const resource = aResource([[resourceKey.cellId, cell]]);
    const bodies = [
      [exportPath.traces, tracesProtobuf([aBatch([aSpan()], resource)])],
      [exportPath.logs, logsProtobuf([aBatch([aLog()], resource)])],
      [exportPath.metrics, metricsProtobuf([])],
    ] as const;
    for (const [path, body] of bodies) {
      const { httpStatus, code, reply } = await client.call(path, frameOf(body));
      expect([httpStatus, code, reply?.length]).toEqual([200, 0, 0]);
    }
    expect((await collectorOf().trace(cell)).spans).toHaveLength(1);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
  ] as const)(
    'a message packed by %s, and one of the same call’s kind that is not',
    async (encoding, pack) => {
      const headers = { 'grpc-encoding': encoding };
      const cell = nextCell();
      const body = pack(tracesProtobuf([labelled(cell)]));
      expect(await client.call(exportPath.traces, frameOf(body, { flag: 1 }), headers)).toMatchObject({
        code: 0,
      });
      expect(await client.call(exportPath.traces, frameOf(good()), headers)).toMatchObject({ code: 0 });
      expect((await collectorOf().trace(cell)).spans).toHaveLength(1);
    },
  );

  test('a message that comes byte by byte', async () => {
    const cell = nextCell();
    const stream = client.open(exportPath.traces);
    const ended = endOf(stream);
    for (const byte of frameOf(tracesProtobuf([labelled(cell)]))) stream.write(Buffer.of(byte));
    stream.end();
    expect(await ended).toMatchObject({ code: 0 });
    expect((await collectorOf().trace(cell)).spans).toHaveLength(1);
  });

  test('the cell is that of the metadata where the records name none', async () => {
    const cell = nextCell();
    const body = frameOf(tracesProtobuf([aBatch([aSpan()])]));
    for (const name of [cell, encodeURIComponent(cell)])
      expect(await client.call(exportPath.traces, body, { 'playhead-cell': name })).toMatchObject({
        code: 0,
      });
    expect((await collectorOf().trace(cell)).spans).toHaveLength(1);
  });

  test('what of it is refused is told as partial success', async () => {
    const cell = nextCell();
    await client.call(exportPath.traces, frameOf(tracesProtobuf([labelled(cell)])));
    await collectorOf().request(`/api/cells/${encodeURIComponent(cell)}`, { method: 'DELETE' });
    const { code, reply } = await client.call(exportPath.traces, frameOf(tracesProtobuf([labelled(cell)])));
    expect(code).toBe(0);
    expect(reply?.toString()).toContain(`the cell ${cell} was deleted`);
  });

  test('thirty-two calls at once on one connection', async () => {
    const ends = await Promise.all(
      Array.from({ length: 32 }, () => client.call(exportPath.traces, frameOf(good()))),
    );
    expect(ends.map(({ code }) => code)).toEqual(Array(32).fill(0));
  });
});

/** The same damage to the same body each time. */
function* damaged(): Iterable<readonly [string, Uint8Array]> {
  const whole = Buffer.from(tracesProtobuf([aBatch([aSpan(), aSpan({ spanId: 'ff00000000000001' })])]));
  for (let cut = 1; cut < 32; cut++) {
    const at = Math.floor((whole.length * cut) / 32);
    yield [`cut at byte ${at}`, whole.subarray(0, at)];
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0xff;
    yield [`byte ${at} turned over`, flipped];
  }
  yield ['nothing', Buffer.alloc(0)];
  yield ['zeros', Buffer.alloc(100)];
  yield ['ones', Buffer.alloc(100, 0xff)];
  yield ['JSON', Buffer.from('{"resourceSpans":[]}')];
  yield ['groups in groups', Buffer.alloc(5000, 0x0b)];
}

test.each([...damaged()])('a damaged body ends as it does over HTTP: %s', async (_name, body) => {
  const response = await collectorOf().request('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Buffer.from(body),
  });
  const replied = Buffer.from(await response.clone().arrayBuffer());
  const { code, message } = await readAnswer(response, 'protobuf');
  const end = await client.call(exportPath.traces, frameOf(body));
  if (response.ok) expect([end.code, end.reply]).toEqual([0, replied]);
  else expect([end.code, end.message, end.reply]).toEqual([code, message, null]);
});

const tooLong = 20 * 2 ** 20 + 1;
/** Calls that are wrong as calls, and how each ends. */
const wrongCalls: readonly (readonly [
  name: string,
  code: number,
  says: RegExp,
  path: string,
  bytes: () => Uint8Array | null,
  headers?: Record<string, string>,
])[] = [
  [
    'a method that there is not',
    12,
    /there is no method/,
    '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    () => frameOf(good()),
  ],
  ['a service that there is not', 12, /there is no method/, '/a.B/C', () => frameOf(good())],
  ['an address of HTTP', 12, /there is no method/, '/v1/traces', () => frameOf(good())],
  [
    'a path of 10,000 characters',
    12,
    /^there is no method \/x{199}$/,
    `/${'x'.repeat(10_000)}`,
    () => frameOf(good()),
  ],
  ['no message', 13, /no message/, exportPath.traces, () => null],
  ['half of a head', 13, /no message/, exportPath.traces, () => Buffer.of(0, 0, 0)],
  [
    'a first byte that is neither 0 nor 1',
    13,
    /not 2/,
    exportPath.traces,
    () => frameOf(good(), { flag: 2 }),
  ],
  ['a message that breaks off', 13, /broke off/, exportPath.traces, () => frameOf(good(), { length: 5000 })],
  ['more than the message', 12, /one message/, exportPath.traces, () => frameOf(good(), { length: 3 })],
  [
    'two messages',
    12,
    /one message/,
    exportPath.traces,
    () => Buffer.concat([frameOf(good()), frameOf(good())]),
  ],
  ['a length of 4 GiB', 8, /larger than/, exportPath.traces, () => frameOf(good(), { length: 2 ** 32 - 1 })],
  ['a byte more than the limit', 8, /larger than/, exportPath.traces, () => frameOf(Buffer.alloc(tooLong))],
  [
    'packed without saying how',
    13,
    /does not say how/,
    exportPath.traces,
    () => frameOf(gzipSync(good()), { flag: 1 }),
  ],
  [
    'packed as identity',
    13,
    /does not say how/,
    exportPath.traces,
    () => frameOf(good(), { flag: 1 }),
    { 'grpc-encoding': 'identity' },
  ],
  [
    'packed by what nobody unpacks',
    12,
    /grpc-encoding/,
    exportPath.traces,
    () => frameOf(good(), { flag: 1 }),
    { 'grpc-encoding': 'snappy' },
  ],
  [
    'gzip that is none',
    3,
    /gzip/,
    exportPath.traces,
    () => frameOf(good(), { flag: 1 }),
    { 'grpc-encoding': 'gzip' },
  ],
  [
    'gzip that is cut',
    3,
    /gzip/,
    exportPath.traces,
    () => frameOf(gzipSync(good()).subarray(0, 30), { flag: 1 }),
    { 'grpc-encoding': 'gzip' },
  ],
  [
    'gzip of too much',
    8,
    /inflates to more/,
    exportPath.traces,
    () => frameOf(gzipSync(Buffer.alloc(tooLong)), { flag: 1 }),
    { 'grpc-encoding': 'gzip' },
  ],
  [
    'packed twice over',
    8,
    /inflates to more/,
    exportPath.traces,
    () => frameOf(gzipSync(gzipSync(Buffer.alloc(tooLong))), { flag: 1 }),
    { 'grpc-encoding': 'gzip, gzip' },
  ],
  [
    'another host',
    3,
    /does not answer to that host/,
    exportPath.traces,
    () => frameOf(good()),
    { ':authority': 'evil.example:4317' },
  ],
  ['a host that is none', 3, /no host/, exportPath.traces, () => frameOf(good()), { ':authority': '[::' }],
  [
    'a page of another origin',
    7,
    /other origins/,
    exportPath.traces,
    () => frameOf(good()),
    { origin: 'https://evil.example' },
  ],
  [
    'a cell that can be none',
    3,
    /cell/,
    exportPath.traces,
    () => frameOf(good()),
    { 'playhead-cell': 'a b\u00e4'.slice(0, 3) },
  ],
  [
    'a deadline that is over',
    4,
    /deadline/,
    exportPath.traces,
    () => frameOf(good()),
    { 'grpc-timeout': '1n' },
  ],
  [
    'health of a service that there is not',
    5,
    /no such service/,
    '/grpc.health.v1.Health/Check',
    () => frameOf(Buffer.from('\n\x03a.B')),
  ],
  [
    'a damaged question for health',
    3,
    /malformed/,
    '/grpc.health.v1.Health/Check',
    () => frameOf(Buffer.of(10, 9)),
  ],
  ['health asked at length', 8, /at most/, '/grpc.health.v1.Health/Check', () => frameOf(Buffer.alloc(2000))],
];

test.each(wrongCalls)('a call with %s ends with status %i', async (...row) => {
  const [, code, says, path, bytes, headers] = row as unknown as (typeof wrongCalls)[number];
  const end = await client.call(path, bytes(), headers);
  expect({ ...end, message: '' }).toMatchObject({ httpStatus: 200, code, reply: null });
  expect(end.message).toMatch(says);
});

test.each([
  ['GET', 'application/grpc'],
  ['PUT', 'application/grpc'],
  ['POST', 'application/json'],
  ['POST', 'application/grpc-web'],
  ['POST', 'application/grpc+json'],
  ['POST', ''],
])('%s with the type %j is no call: 415', async (method, type) => {
  const end = await client.call(exportPath.traces, null, { ':method': method, 'content-type': type });
  expect(end).toMatchObject({ httpStatus: 415, code: -1 });
});

test.each(['', '1', '99999999999S', '-1S', '1s', 'x'])(
  'a deadline that is none is passed over: %j',
  async (timeout) => {
    expect(await client.call(exportPath.traces, frameOf(good()), { 'grpc-timeout': timeout })).toMatchObject({
      code: 0,
    });
  },
);

test('metadata that is no header of HTTP, and binary metadata, are passed over', async () => {
  const headers = {
    'x-trace-bin': 'AAEC',
    'grpc-tags-bin': '////',
    cookie: 'playhead=1',
    'x-long': 'y'.repeat(4000),
  };
  expect(await client.call(exportPath.traces, frameOf(good()), headers)).toMatchObject({ code: 0 });
});

describe('who may', () => {
  const TOKEN = 'a-token-of-the-collector';
  const READER = 'a-token-that-only-reads';
  const guarded = sharedCollector({
    grpcPort: 0,
    token: TOKEN,
    tokens: [{ ...accessToken(READER), may: ['read'] }],
    rateLimit: 5,
  });

  test('without the token, with another, with one that may not, and with it', async () => {
    await using other = new GrpcClient(portOf(guarded()));
    const ends: CallEnd[] = [];
    for (const token of [null, 'another', READER, TOKEN])
      ends.push(
        await other.call(
          exportPath.traces,
          frameOf(good()),
          token ? { authorization: `Bearer ${token}` } : {},
        ),
      );
    expect(ends.map(({ code }) => code)).toEqual([16, 16, 7, 0]);
  });

  test('health is open to all', async () => {
    await using other = new GrpcClient(portOf(guarded()));
    expect(await other.call('/grpc.health.v1.Health/Check', frameOf(Buffer.alloc(0)))).toMatchObject({
      code: 0,
    });
  });

  test('too many calls are told when to come again', async () => {
    await using other = new GrpcClient(portOf(guarded()));
    const headers = { authorization: `Bearer ${TOKEN}` };
    const ends = await Promise.all(
      Array.from({ length: 12 }, () => other.call(exportPath.traces, frameOf(good()), headers)),
    );
    const refused = ends.find(({ code }) => code !== 0);
    expect(refused).toMatchObject({ code: 8, message: 'too many requests from one address' });
    expect(refused?.details?.toString('latin1')).toContain('google.rpc.RetryInfo');
  });
});

describe('health', () => {
  test.each(['', 'opentelemetry.proto.collector.trace.v1.TraceService', 'grpc.health.v1.Health'])(
    'of %j is serving',
    async (service) => {
      const question = Buffer.concat([Buffer.of(0x0a, service.length), Buffer.from(service)]);
      const { code, reply } = await client.call('/grpc.health.v1.Health/Check', frameOf(question));
      expect([code, reply]).toEqual([0, Buffer.of(8, 1)]);
    },
  );

  test('is watched until the client leaves', async () => {
    const stream = client.open('/grpc.health.v1.Health/Watch');
    stream.end(frameOf(Buffer.alloc(0)));
    const first = await new Promise<Buffer>((resolve) => stream.once('data', resolve));
    expect(first.subarray(5)).toEqual(Buffer.of(8, 1));
    stream.close();
  });

  test('leaves nothing behind, however often it is looked at', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error) => void warnings.push(message);
    process.on('warning', note);
    const stream = client.open('/grpc.health.v1.Health/Watch');
    stream.end(frameOf(Buffer.alloc(0)));
    await new Promise((resolve) => stream.once('data', resolve));
    await sleep(40 * limits.checkMs);
    stream.close();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('that is watched ends with the collector, which does not wait for it', async () => {
    const collector = await TestCollector.start({ grpcPort: 0 });
    await using other = new GrpcClient(portOf(collector));
    const stream = other.open('/grpc.health.v1.Health/Watch');
    const ended = endOf(stream);
    stream.end(frameOf(Buffer.alloc(0)));
    await new Promise((resolve) => stream.once('response', resolve));
    await collector.close();
    expect(await ended).toMatchObject({ code: 14, message: 'the collector stops' });
  });
});

describe('who does not keep to the protocol', () => {
  test('HTTP/1.1 is told where to go', async () => {
    const response = await fetch(`http://127.0.0.1:${portOf(collectorOf())}/v1/traces`, {
      method: 'POST',
      body: 'x',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`OTLP over HTTP and the pages are at ${collectorOf().url}`);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half of a preface', Buffer.from('PRI * HT')],
    ['a hello of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    [
      'a preface and rubbish',
      Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.alloc(64, 0xff)]),
    ],
  ])('%s: the connection ends', async (_name, bytes) => {
    const socket = connect(portOf(collectorOf()), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
  });

  test('a message that never begins, and one that trickles, end their calls', async () => {
    const silent = client.open(exportPath.traces);
    expect(await endOf(silent)).toMatchObject({ code: 4, message: 'the request comes too slowly' });
    const slow = client.open(exportPath.traces);
    slow.write(frameOf(Buffer.alloc(10), { length: 1000 }));
    expect(await endOf(slow)).toMatchObject({ code: 4, message: 'the body comes too slowly' });
    const question = client.open('/grpc.health.v1.Health/Check');
    question.write(frameOf(Buffer.alloc(1), { length: 10 }));
    expect(await endOf(question)).toMatchObject({ code: 4, message: 'the request comes too slowly' });
  });

  test('a call that is given up, a connection that breaks and a flood of resets leave the rest as it is', async () => {
    const before = collectorOf().writer.status().acknowledged;
    await using other = new GrpcClient(portOf(collectorOf()));
    for (let call = 0; call < 200; call++) {
      const stream = other.open(exportPath.traces);
      stream.write(frameOf(Buffer.alloc(10), { length: 1000 }));
      stream.close(8);
    }
    await sleep(50);
    other.session.destroy();
    expect(await client.call(exportPath.traces, frameOf(good()))).toMatchObject({ code: 0 });
    expect(collectorOf().writer.status().acknowledged).toBe(before + 1);
  });
});

test('the collector stops though connections are open, and a call under way is answered', async () => {
  const collector = await TestCollector.start({ grpcPort: 0 });
  await using other = new GrpcClient(portOf(collector));
  const body = frameOf(good());
  const stream = other.open(exportPath.traces);
  const ended = endOf(stream);
  stream.write(body.subarray(0, 20));
  // What has come of the body is held until the rest is there.
  while (/^playhead_bytes_in_flight 0$/m.test(await (await collector.request('/metrics')).text()))
    await new Promise(setImmediate);
  const closed = collector.close();
  await sleep(50);
  stream.end(body.subarray(20));
  expect(await ended).toMatchObject({ code: 0 });
  await closed;
});

test('a port that is taken is a warning, and everything else goes on', async () => {
  const collector = await TestCollector.start({ grpcPort: portOf(collectorOf()) });
  expect(collector.grpcPort).toBeNull();
  expect(collector.warnings.join()).toMatch(
    /port \d+ is taken: OTLP over gRPC is not received; over HTTP it is/,
  );
  expect((await collector.request('/livez')).status).toBe(200);
});
