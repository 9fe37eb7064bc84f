// Badges over HTTP: what they measure, which attempts they count, and that they are images for any page.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';

const base = 'nightly/pi/meta/llama-4/polyglot/rust';
const path = '/badge/pi/meta/llama-4/polyglot/rust.svg';
const scored = (pass: number, composite?: number) => [
  { axis: 'pass_rate', values: { pass } },
  ...(composite === undefined ? [] : [{ axis: 'composite', values: { composite } }]),
];
async function titleOf(response: Response): Promise<string | undefined> {
  return /<title>([^<]*)<\/title>/.exec(await response.text())?.[1];
}

test('a badge says what came of all attempts, of a model whose name holds slashes', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(base, scored(1, 0.9));
  await collector.putScores(`${base}#run2`, scored(1, 0.8));
  await collector.putScores(`${base}#run3`, scored(0, 0.5));
  await collector.putScores('nightly/pi/meta/llama-4/polyglot/other', scored(0, 0));
  const response = await collector.request(`${path}?sweep=nightly`);
  expect(response.status).toBe(200);
  const svg = await response.clone().text();
  expect(await titleOf(response)).toBe('pi × meta/llama-4 on polyglot/rust: pass 2/3 · composite 0.73');
  // What is drawn is short: the whole name is in the title.
  expect(svg).toContain('>pi × llama-4 · rust<');
  expect(svg).toContain('>pass 2/3 · composite 0.73<');
});

test('one attempt alone is asked for by its number', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(base, scored(1, 0.9));
  await collector.putScores(`${base}#run2`, scored(0));
  expect(await titleOf(await collector.request(`${path}?sweep=nightly&run=2`))).toBe(
    'pi × meta/llama-4 on polyglot/rust, run 2: pass 0/1',
  );
  expect((await collector.request(`${path}?run=0`)).status).toBe(400);
  expect((await collector.request(`${path}?run=x`)).status).toBe(400);
});

test('without a sweep it counts the attempts of the newest one', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(base, scored(0));
  await collector.putScores(base.replace('nightly', 'weekly'), scored(1));
  expect(await titleOf(await collector.request(path))).toContain('pass 1/1');
  expect(await titleOf(await collector.request(`${path}?sweep=nightly`))).toContain('pass 0/1');
});

test('it can be an image of any page, is kept for a minute and asked for again by its tag', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(base, scored(1));
  const { headers } = await collector.request(path);
  expect(headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('max-age=60');
  const etag = headers.get('etag')!;
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const same = await collector.request(path, { headers: { 'if-none-match': tag } });
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag]);
  }
  await collector.putScores(base, scored(0));
  const changed = await collector.request(path, { headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
});

test('a cell that is not there, or no more, is an image that says so', async () => {
  const collector = await TestCollector.start();
  const none = await collector.request(path);
  expect([none.status, await titleOf(none)]).toEqual([
    200,
    'pi × meta/llama-4 on polyglot/rust: not recorded',
  ]);
  await collector.putScores(base, scored(1));
  await collector.request(`/api/cells/${encodeURIComponent(base)}`, { method: 'DELETE' });
  expect(await titleOf(await collector.request(path))).toContain('not recorded');
});

test.each([
  '/badge/',
  '/badge/a.svg',
  '/badge/a/b/c.svg',
  '/badge/a/b/c/d',
  '/badge/a//c/d.svg',
  '/badge/a/b/c/d.png',
])('%s is no badge', async (address) => {
  const collector = await TestCollector.start();
  expect((await collector.request(address)).status).toBe(404);
});

test('it takes no writes', async () => {
  const collector = await TestCollector.start();
  expect((await collector.request(path, { method: 'POST' })).status).toBe(405);
});

test('names of any kind come out as text', async () => {
  const collector = await TestCollector.start();
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/^\.\.?$/.test(text));
  await fc.assert(
    fc.asyncProperty(name, name, name, async (agent, model, task) => {
      const address = [agent, model, 'family', task].map(encodeURIComponent).join('/');
      const response = await collector.request(`/badge/${address}.svg`);
      expect(response.status).toBe(200);
      expect(
        (await response.text()).replace(/<\/?(?:svg|title|clipPath|rect|g|text)\b[^<>]*>/g, ''),
      ).not.toMatch(/[<>]/);
    }),
    { numRuns: 60 },
  );
});
