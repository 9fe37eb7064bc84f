// A collector that asks for its token: programs send it, a browser is shown it once and keeps a cookie that
// holds none, and what a page of elsewhere writes through that cookie is refused.
import { expect, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';

const TOKEN = 'a-token/of+sixteen';
const SHOWN = encodeURIComponent(TOKEN);

/** The cookie that showing the token in an address gives, as a browser would send it back. */
async function cookieOf(collector: TestCollector, origin = 'http://localhost'): Promise<string> {
  const response = await collector.requestUrl(`${origin}/?token=${SHOWN}`);
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

test('an address with the token gives a cookie that holds none, and goes on to the same address', async () => {
  const collector = await TestCollector.start({ token: TOKEN });
  const response = await collector.request(`/cell/a/m/f/t?sweep=s%2F1&token=${SHOWN}&t=42`);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/cell/a/m/f/t?sweep=s%2F1&t=42');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^playhead_80=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain('sixteen');
});

test('over https the cookie is for https alone', async () => {
  const collector = await TestCollector.start({ token: TOKEN });
  const direct = await collector.requestUrl(`https://localhost/?token=${SHOWN}`);
  expect(direct.headers.get('set-cookie')).toMatch(/^playhead_443=.*; Secure/);
  const proxied = await collector.request(`/?token=${SHOWN}`, { headers: { 'x-forwarded-proto': 'https' } });
  expect(proxied.headers.get('set-cookie')).toContain('; Secure');
});

test('two collectors on one machine give cookies of different names', async () => {
  const collector = await TestCollector.start({ token: TOKEN });
  const names = await Promise.all(
    ['http://localhost:4318', 'http://localhost:4319'].map((origin) => cookieOf(collector, origin)),
  );
  expect(names.map((cookie) => cookie.split('=')[0])).toEqual(['playhead_4318', 'playhead_4319']);
});

test.each([
  ['//evil.test/', '/evil.test/'],
  ['/\\evil.test/', '/evil.test/'],
  ['/', '/'],
])('the way on from %s never leads to another host', async (path, location) => {
  const collector = await TestCollector.start({ token: TOKEN });
  const response = await collector.requestUrl(`http://localhost${path}?token=${SHOWN}`);
  expect([response.status, response.headers.get('location')]).toEqual([303, location]);
});

test('a wrong token gives no cookie: a page goes on and asks, data is refused', async () => {
  const collector = await TestCollector.start({ token: TOKEN });
  const page = await collector.request('/?token=wrong&sweep=s');
  expect([page.status, page.headers.get('location'), page.headers.get('set-cookie')]).toEqual([
    303,
    '/?sweep=s',
    null,
  ]);
  const data = await collector.request('/api/cells?token=wrong');
  expect([data.status, data.headers.get('set-cookie')]).toEqual([401, null]);
});

test('the cookie reads whatever the token reads', async () => {
  const collector = await TestCollector.start({ token: TOKEN });
  const cookie = await cookieOf(collector);
  for (const path of ['/api/cells', '/metrics', '/openapi.json']) {
    expect([path, (await collector.request(path)).status]).toEqual([path, 401]);
    expect([path, (await collector.request(path, { headers: { cookie } })).status]).toEqual([path, 200]);
  }
  for (const wrong of [cookie.slice(0, -1), `${cookie}A`, cookie.replace('playhead_80', 'playhead_81')])
    expect((await collector.request('/api/cells', { headers: { cookie: wrong } })).status).toBe(401);
});

test('the cookie outlives a restart with the same token, and no other', async () => {
  const first = await TestCollector.start({ token: TOKEN });
  const cookie = await cookieOf(first);
  await first.reopen();
  expect((await first.request('/api/cells', { headers: { cookie } })).status).toBe(200);
  const other = await TestCollector.start({ token: 'another-token-of-ours' });
  expect((await other.request('/api/cells', { headers: { cookie } })).status).toBe(401);
});

test.each([
  [{ origin: 'http://localhost' }, 201],
  [{ 'sec-fetch-site': 'same-origin' }, 201],
  [{}, 401],
  [{ origin: 'https://bench.example' }, 401],
  [{ origin: 'http://evil.test' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
])('a write by the cookie with %j answers %i', async (headers, status) => {
  const collector = await TestCollector.start({ token: TOKEN, allowedOrigins: ['https://bench.example'] });
  const response = await collector.request('/api/cells/s%2Fa/scores', {
    method: 'PUT',
    headers: { 'content-type': 'application/json', cookie: await cookieOf(collector), ...headers },
    body: '{"scores":[{"axis":"a","values":{"a":1}}]}',
  });
  expect(response.status).toBe(status);
});

test('without a token an address that names one is any other address', async () => {
  const collector = await TestCollector.start();
  const response = await collector.request('/api/cells?token=any');
  expect([response.status, response.headers.get('set-cookie')]).toEqual([200, null]);
});

test.each(['/%61pi/cells', '//api/cells', '/api%2Fcells', '/API/cells', '/api/./cells', '/x/../api/cells'])(
  'no spelling of an address reads without the token: %s',
  async (path) => {
    const collector = await TestCollector.start({ token: TOKEN });
    expect([401, 404]).toContain((await fetch(`${collector.url}${path}`)).status);
    expect([401, 404]).toContain((await collector.request(path)).status);
  },
);
