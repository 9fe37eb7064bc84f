// The viewer's files: exact paths and pages, from memory, under a strict policy.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';

const HTML = '<!doctype html><title>Playhead</title>';

function aViewer(): string {
  const dir = mkdtempSync(join(tmpdir(), 'playhead-viewer-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), HTML);
  writeFileSync(join(dir, 'assets/main-1a2b.js'), 'export {};\n'.repeat(100));
  writeFileSync(join(dir, 'assets/inter.woff2'), Buffer.from([1, 2, 3]));
  writeFileSync(join(dir, 'assets/notes.xyz'), 'unknown');
  return dir;
}

test.each([
  '/',
  '/cell/opencode/stub/polyglot/rust?t=4210',
  '/sweeps/s-1',
  '/compare?a=1&b=2',
  '/search?q=x',
  '/index.html',
])('%s is the page', async (path) => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  const response = await collector.request(path);
  expect([response.status, await response.text()]).toEqual([200, HTML]);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types playhead',
    ]),
  );
  expect(policy).not.toContain('unsafe');
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(response.headers.has('access-control-allow-origin')).toBe(false);
});

test('the embed page alone may be framed, by pages of any origin or of those named', async () => {
  const framed = async (options: { frameOrigins?: string[] }) => {
    const collector = await TestCollector.start({ viewerDir: aViewer(), ...options });
    const { status, headers } = await collector.request('/embed/cell/opencode/stub/polyglot/rust?t=4210');
    expect(status).toBe(200);
    expect(headers.has('x-frame-options')).toBe(false);
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const policy = headers.get('content-security-policy')!.split('; ');
    expect(policy).toContain("script-src 'self'");
    return policy.find((part) => part.startsWith('frame-ancestors'));
  };
  expect(await framed({})).toBe('frame-ancestors *');
  expect(await framed({ frameOrigins: [] })).toBe('frame-ancestors *');
  expect(await framed({ frameOrigins: ['https://a.example', 'https://b.example'] })).toBe(
    'frame-ancestors https://a.example https://b.example',
  );
});

test('every other address refuses frames, errors and data included', async () => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  for (const path of ['/api/cells', '/livez', '/nothing', '/embedded', '/badge/a/b/c/d.svg'])
    expect((await collector.request(path)).headers.get('x-frame-options'), path).toBe('DENY');
});

test('assets are immutable, and gzip where the client takes it', async () => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  const get = (encoding: string) =>
    collector.request('/assets/main-1a2b.js', { headers: { 'accept-encoding': encoding } });
  const packed = await get('gzip, deflate, br');
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(packed.headers.get('vary')).toBe('Accept-Encoding');
  // A frame that is of no origin loads them: they hold no data.
  expect(packed.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(packed.headers.get('access-control-allow-origin')).toBe('*');
  const text = gunzipSync(Buffer.from(await packed.arrayBuffer())).toString();
  for (const refusing of ['br', 'gzip;q=0', 'gzip;q=0.0, br', 'xgzip']) {
    const plain = await get(refusing);
    expect(plain.headers.has('content-encoding'), refusing).toBe(false);
    expect(await plain.text()).toBe(text);
  }
  const font = await collector.request('/assets/inter.woff2', { headers: { 'accept-encoding': 'gzip' } });
  expect([font.headers.get('content-type'), font.headers.has('content-encoding')]).toEqual([
    'font/woff2',
    false,
  ]);
});

test.each([
  '/assets/',
  '/assets/notes.xyz',
  '/assets/../index.html/x',
  '/assets/%2e%2e%2fpackage.json',
  '/assets/..%5cpackage.json',
  '//assets/main-1a2b.js',
  '/etc/passwd',
  '/%00',
  '/%ff',
])('%s is nothing', async (path) => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  const response = await collector.request(path);
  expect([response.status, (await response.json()).error.code]).toEqual([404, 'not_found']);
});

test('a page takes no writes, and says so where the viewer is not built', async () => {
  const collector = await TestCollector.start({ viewerDir: join(aViewer(), 'absent') });
  expect((await collector.request('/', { method: 'DELETE' })).status).toBe(405);
  const response = await collector.request('/');
  expect([response.status, (await response.json()).error.code]).toEqual([404, 'no_viewer']);
});

test('an address that is no page is one for a browser, with 404, and JSON for all others', async () => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  const ask = async (path: string, accept?: string) => {
    const response = await collector.request(path, { headers: accept === undefined ? {} : { accept } });
    return [response.status, response.headers.get('content-type')?.split(';')[0]];
  };
  const browser = 'text/html,application/xhtml+xml,*/*;q=0.8';
  expect(await ask('/nope', browser)).toEqual([404, 'text/html']);
  expect(await ask('/nope/deeper?q=1', browser)).toEqual([404, 'text/html']);
  for (const path of ['/api/nope', '/v1/nope', '/assets/nope.js'])
    expect(await ask(path, browser)).toEqual([404, 'application/json']);
  expect(await ask('/nope')).toEqual([404, 'application/json']);
  expect(await ask('/nope', 'application/json')).toEqual([404, 'application/json']);
});
