// The catalogue is the router: what it names is registered and nothing else is, each address says which methods
// it takes, and what a request asks of a token is what its entry states.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Access } from '../../../collector/access.ts';
import { catalogue } from '../../../collector/routes/catalogue.ts';
import type { Route, RouteContext } from '../../../collector/routes/route.ts';
import { accessOf, registerRoutes } from '../../../collector/routes/router.ts';
import { Store } from '../../../collector/store/store.ts';
import { Writer } from '../../../collector/writer.ts';
import { TestCollector } from '../../support/collector.ts';
import { databaseFolder } from '../../support/machine/database-folder.ts';
import { builtAtNs } from '../../support/otlp/otlp-builders.ts';

const paths = [...new Set(catalogue.map(({ path }) => path))];
const addressOf = (path: string) => path.replace(':id', 'a%2Fb').replace('*', 'x');
const methodsOf = (path: string) =>
  catalogue.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());

/** A built viewer of two files. */
function aViewer(): string {
  const dir = mkdtempSync(join(tmpdir(), 'playhead-catalogue-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html>');
  writeFileSync(join(dir, 'assets/main-1a2b.js'), '0');
  return dir;
}

test('each entry is registered, in its order, and nothing else is but the files of the viewer', async () => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  const served = collector.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
    .map(({ method, path }) => `${method} ${path}`);
  const named = catalogue.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(served.slice(0, named.length)).toEqual(named);
  expect(served.slice(named.length).sort()).toEqual(['GET /assets/main-1a2b.js', 'GET /index.html']);
  expect(new Set(named).size).toBe(named.length);
});

test('behind each address, files included, stands one answer for all other methods', async () => {
  const collector = await TestCollector.start({ viewerDir: aViewer() });
  const behind = collector.routes.filter(({ method, path }) => method === 'ALL' && path !== '/*');
  expect(behind.map(({ path }) => path).sort()).toEqual(
    [...paths, '/assets/main-1a2b.js', '/index.html'].sort(),
  );
});

test.each(paths)('%s answers 405 with Allow to the methods that it does not take', async (path) => {
  const collector = await TestCollector.start();
  const taken = methodsOf(path);
  const allow = [...taken, 'OPTIONS'].join(', ');
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'PURGE']) {
    if (taken.includes(method) || (method === 'HEAD' && taken.includes('GET'))) continue;
    const response = await collector.request(addressOf(path), { method });
    expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, allow]);
  }
  const options = await collector.request(addressOf(path), { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
});

/** What some requests ask for, by the routes given; none of them is answered. */
async function asked(routes: readonly Route[], requests: readonly [string, string][]): Promise<Access[]> {
  const answers: Access[] = [];
  const app = new Hono();
  const access = accessOf(routes);
  app.use(async (c) => {
    answers.push(access(c));
    return c.text('');
  });
  for (const { method, path } of routes) app.on(method.toUpperCase(), path, (c) => c.text(''));
  for (const { path } of routes) app.all(path, (c) => c.text(''));
  for (const [method, address] of requests) await app.request(address, { method });
  return answers;
}

test('what a request asks of a token is what the entry of its method and address states', async () => {
  const requests = catalogue.map(({ method, path }): [string, string] => [
    method.toUpperCase(),
    addressOf(path),
  ]);
  expect(await asked(catalogue, requests)).toEqual(catalogue.map(({ access }) => access));
});

test('HEAD asks for what GET does, another method for what the first of its address does', async () => {
  expect(
    await asked(catalogue, [
      ['HEAD', '/api/cells/a'],
      ['PATCH', '/api/cells/a'],
      ['POST', '/api/cells/a/scores'],
      ['GET', '/v1/traces'],
      ['POST', '/livez'],
    ]),
  ).toEqual(['read', 'read', 'scores', 'ingest', 'open']);
});

test('an address of no route is open, unless it lies beside such as are not', async () => {
  expect(
    await asked(catalogue, [
      ['GET', '/nothing'],
      ['GET', '/assets/gone.js'],
      ['GET', '/api/nothing'],
      ['POST', '/v1/profiles'],
      ['GET', '/cells/a/nothing'],
      ['GET', '/%61pi/cells'],
    ]),
  ).toEqual(['open', 'open', 'read', 'read', 'read', 'read']);
});

/** An entry as somebody might add it. */
function planted(fields: Partial<Route>): Route {
  return {
    method: 'get',
    path: '/api/planted',
    access: 'metrics',
    summary: '',
    reads: 'nothing',
    writes: 'nothing',
    gives: 'text/plain',
    handler: () => (c) => c.text('planted'),
    ...fields,
  };
}

test('a planted entry is a route: answered, guarded, and behind what is projected where it reads that', async () => {
  const { store, writer } = open();
  const settled = vi.spyOn(writer, 'settled');
  for (const [reads, waits] of [
    ['nothing', 0],
    ['operation', 0],
    ['viewer', 0],
    ['records', 1],
    ['scores', 1],
    ['terminal', 1],
  ] as const) {
    settled.mockClear();
    const app = new Hono();
    registerRoutes(app, [planted({ reads })], { store: store.reads, writer } as RouteContext);
    expect(await (await app.request('/api/planted')).text()).toBe('planted');
    expect([reads, settled.mock.calls.length]).toEqual([reads, waits]);
  }
  expect(await asked([planted({})], [['GET', '/api/planted']])).toEqual(['metrics']);
});

/** A store and its writer without a server. */
function open(): { store: Store; writer: Writer } {
  const folder = databaseFolder();
  const store = new Store(join(folder, 'playhead.db'));
  const writer = new Writer(store, () => builtAtNs);
  onTestFinished(async () => {
    await writer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, writer };
}
