// `npm run dev` as a developer meets it: one address that answers with the viewer's sources and with the
// collector's JSON, and one signal that ends all of it. Changes no source file, so no restart is seen here.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'playhead-dev-test-'));
const dev = spawn(
  process.execPath,
  [join(root, 'bin/dev.ts'), '--port', '0', '--db', join(folder, 'dev.db')],
  { cwd: root, env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
);
const ended = new Promise<number | null>((resolve) => dev.once('exit', resolve));
let address = '';

beforeAll(async () => {
  const lines = createInterface(dev.stdout);
  for await (const line of lines) {
    address = /^Playhead is ready: (\S+)$/.exec(line)?.[1] ?? '';
    if (address !== '') return;
  }
}, 60_000);

afterAll(async () => {
  dev.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string) => fetch(`${address}${path}`, { headers: { accept: 'text/html, */*' } });

test('every page of the viewer comes from its sources, whatever dots its address has', async () => {
  for (const path of [
    '/',
    '/cell/pi/openai/gpt-5.1/polyglot/a.b?sweep=s',
    '/embed/cell/a/b/c/d',
    '/search?q=x',
  ]) {
    const page = await (await get(path)).text();
    expect(page, path).toContain('/@vite/client');
    expect(page, path).toContain('src="/main.tsx');
  }
  expect(await (await get('/api.ts')).text()).toContain('fetchTraceColumns');
});

test('every other address is the collector', async () => {
  expect(await (await get('/api/cells?limit=1')).json()).toEqual({ cells: [] });
  expect(await (await get('/livez')).json()).toEqual({ status: 'alive' });
  expect(await (await get('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
  expect((await get('/badge/a/b/c/d.svg')).headers.get('content-type')).toContain('image/svg+xml');
  expect((await fetch(`${address}/v1/traces`, { method: 'POST' })).status).toBe(415);
  expect((await fetch(`${address}/cells/a%2Fb/v1/traces`, { method: 'POST' })).status).toBe(415);
});

test('one signal ends the viewer and the collector', async () => {
  dev.kill('SIGTERM');
  expect(await ended).toBe(0);
  await expect(get('/livez')).rejects.toThrow('fetch failed');
});
