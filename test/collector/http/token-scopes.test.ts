// Tokens that may do less than everything: what each scope opens, and that a token of one cell or one sweep
// reads and writes no other. What it may say of its own: sender-rights.test.ts.
import { expect, test } from 'vitest';
import { type AccessToken, accessToken, type Scope, scopes } from '../../../collector/access.ts';
import { catalogue } from '../../../collector/routes/catalogue.ts';
import type { CellDetail } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const MINE = 'sweep-1/pi/stub/polyglot/rust';
const OTHERS = 'sweep-1/pi/stub/polyglot/go';
const ELSEWHERE = 'sweep-2/pi/stub/polyglot/rust';
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

function start(...tokens: AccessToken[]): Promise<TestCollector> {
  return TestCollector.start({ token: 'the-full-token', tokens });
}

function send(
  collector: TestCollector,
  path: string,
  body: Uint8Array,
  type: 'json' | 'x-protobuf' = 'json',
): Promise<Response> {
  const headers = { ...bearer('mine'), 'content-type': `application/${type}` };
  return collector.request(path, { method: 'POST', headers, body: Buffer.from(body) });
}

test.each(scopes)(
  'a token that may %s is let through there, and is 403 at all else',
  async (scope: Scope) => {
    const collector = await start(accessToken('mine', [scope]));
    for (const { method, path, access } of catalogue) {
      const address = path.replace(':id', 'a%2Fb').replace('*', 'x');
      const answer = await collector.request(address, {
        method: method.toUpperCase(),
        headers: bearer('mine'),
      });
      const isOpen = access === scope || access === 'open';
      expect([method, path, answer.status === 403]).toEqual([method, path, !isOpen]);
      expect(answer.status).not.toBe(401);
      await answer.body?.cancel();
    }
  },
);

test('beside further tokens the full one does everything, and a wrong one nothing', async () => {
  const collector = await start(accessToken('mine', ['read']));
  const scores = { method: 'PUT', body: '{"scores":[{"axis":"a","values":{"a":1}}]}' };
  const put = (secret: string) =>
    collector.request(`${cellPath(MINE)}/scores`, {
      ...scores,
      headers: { ...bearer(secret), 'content-type': 'application/json' },
    });
  expect((await put('mine')).status).toBe(403);
  expect((await put('the-full-token')).status).toBe(201);
  expect((await put('wrong')).status).toBe(401);
  expect((await collector.request('/api/cells', { headers: bearer('mine') })).status).toBe(200);
});

test('a refusal on an address of OTLP is a Status in the encoding of its request', async () => {
  const collector = await start(accessToken('mine', ['read']));
  const refused = await send(collector, '/v1/traces', tracesProtobuf([aBatch([aSpan()])]), 'x-protobuf');
  expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'application/x-protobuf']);
  expect(Buffer.from(await refused.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0x08, 7]));
});

test('a browser that was shown a token which may only read writes nothing by its cookie', async () => {
  const collector = await start(accessToken('mine', ['read']));
  const shown = await collector.request('/?token=mine');
  const cookie = (shown.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect((await collector.request('/api/cells', { headers: { cookie } })).status).toBe(200);
  const headers = { cookie, origin: 'http://localhost' };
  expect((await collector.request(cellPath(MINE), { method: 'DELETE', headers })).status).toBe(403);
});

test('what the collector keeps of a token holds no secret', () => {
  const kept = accessToken('a-secret-of-ours');
  expect(JSON.stringify(kept) + Buffer.concat([kept.secretHash, kept.sessionHash])).not.toContain(
    'secret-of',
  );
});

test('a token of one cell sends to the address of that cell alone', async () => {
  const collector = await start(accessToken('mine', ['ingest'], { cell: MINE }));
  const body = tracesJson([aBatch([aSpan()])]);
  const at = (cell: string) => `/cells/${encodeURIComponent(cell)}/v1/traces`;
  expect((await send(collector, at(MINE), body)).status).toBe(200);
  expect((await send(collector, at(OTHERS), body)).status).toBe(403);
  // Which cell such records are for is not known before they are acknowledged.
  expect((await send(collector, '/v1/traces', body)).status).toBe(403);
  expect(collector.writer.status().acknowledged).toBe(1);
});

test('a token of one cell reads that cell, and nothing that tells of others', async () => {
  const collector = await start(accessToken('mine', scopes, { cell: MINE }));
  for (const cell of [MINE, OTHERS])
    await collector.request(`/cells/${encodeURIComponent(cell)}/v1/traces`, {
      method: 'POST',
      headers: { ...bearer('the-full-token'), 'content-type': 'application/json' },
      body: Buffer.from(tracesJson([aBatch([aSpan()])])),
    });
  const ask = (path: string, secret: string) => collector.request(path, { headers: bearer(secret) });
  const own = await ask(cellPath(MINE), 'mine');
  expect(own.status).toBe(200);
  expect(((await own.json()) as CellDetail).related).toEqual([]);
  const whole = (await (await ask(cellPath(MINE), 'the-full-token')).json()) as CellDetail;
  expect(whole.related.map(({ id }) => id)).toEqual([OTHERS]);
  for (const path of [
    cellPath(OTHERS),
    `${cellPath(OTHERS)}/trace`,
    '/api/cells',
    '/api/sweeps',
    '/api/sweeps/sweep-1',
    '/api/search?q=a',
    '/badge/pi/stub/polyglot/go.svg',
    '/metrics',
  ])
    expect([path, (await ask(path, 'mine')).status]).toEqual([path, 403]);
});

test('a token of one sweep judges it by no other, and tags no baseline for others', async () => {
  const collector = await start(accessToken('mine', scopes, { sweep: 'sweep-1' }));
  for (const cell of [MINE, ELSEWHERE])
    await collector.request(`/cells/${encodeURIComponent(cell)}/v1/traces`, {
      method: 'POST',
      headers: { ...bearer('the-full-token'), 'content-type': 'application/json' },
      body: Buffer.from(
        tracesJson([aBatch([aSpan({ traceId: cell === MINE ? 'a'.repeat(32) : 'b'.repeat(32) })])]),
      ),
    });
  const ask = async (query: string) =>
    (await collector.request(`/api/sweeps/sweep-1/judgement${query}`, { headers: bearer('mine') })).status;
  expect(await ask('')).toBe(200);
  for (const query of [
    '?against=sweep-2',
    '?against=nothing',
    '?against=baseline',
    '?trend=5',
    '?table=trend',
  ])
    expect([query, await ask(query)]).toEqual([query, 403]);
  const tag = await collector.request('/api/sweeps/sweep-1', {
    method: 'PUT',
    headers: { ...bearer('mine'), 'content-type': 'application/json' },
    body: '{"baseline":true}',
  });
  expect(tag.status).toBe(403);
});

test('a token of one sweep is for that sweep and its cells', async () => {
  const collector = await start(accessToken('mine', scopes, { sweep: 'sweep-1' }));
  const body = tracesJson([aBatch([aSpan()])]);
  const at = (cell: string) => `/cells/${encodeURIComponent(cell)}/v1/traces`;
  expect((await send(collector, at(MINE), body)).status).toBe(200);
  expect((await send(collector, at(ELSEWHERE), body)).status).toBe(403);
  const ask = async (path: string) => (await collector.request(path, { headers: bearer('mine') })).status;
  expect([await ask('/api/sweeps/sweep-1'), await ask('/api/sweeps/sweep-2')]).toEqual([200, 403]);
  expect([await ask(cellPath(MINE)), await ask(cellPath(ELSEWHERE)), await ask('/api/cells')]).toEqual([
    200, 403, 403,
  ]);
});
