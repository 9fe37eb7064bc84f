// The player in a frame of another origin's page: it opens at rest at its moment, plays, is led by messages and
// tells where it is. No other page can be framed. Badges are images there, and well-formed whatever they name.
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { badgeSvg } from '../../shared/badge.ts';
import { embedSnippets } from '../../viewer/model/share/snippets.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { EmbedFrame, listeningPage, startForeignSite } from '../support/browser/foreign-page.ts';
import { aCellDetail } from '../support/trace-builders.ts';

const pi = 'pi/local/scripted-model/polyglot/rust-error-handling';
const seed = 'openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling';
const SANDBOX = 'allow-scripts allow-same-origin';

const { browser, playhead } = browserTest({
  demo: true,
  context: { viewport: { width: 900, height: 640 } },
});
let site: Awaited<ReturnType<typeof startForeignSite>>;
let page: Page;
let frame: EmbedFrame;
beforeAll(async () => {
  site = await startForeignSite();
});
afterAll(() => site?.stop());
beforeEach(async () => {
  page = await browser.newPage();
  frame = new EmbedFrame(page);
});

/** Opens somebody's page with a path of ours in a frame. */
async function openFramed(path: string, sandbox: string | null = SANDBOX): Promise<void> {
  const attribute = sandbox === null ? '' : ` sandbox="${sandbox}"`;
  site.show(
    listeningPage(`<iframe src="${playhead.url}${path}" width="800" height="480"${attribute}></iframe>`),
  );
  await page.goto(site.url);
}
const positionOf = () => frame.positionMs();
const states = async () => (await frame.heard('state')).map(({ data }) => data.state);

test('it opens at rest at its moment, with the terminal as it then was', async () => {
  await openFramed(`/embed/cell/${pi}?sweep=demo-20261122&t=3310`);
  await expect.poll(positionOf, soon).toBe(3310);
  await expect.poll(() => frame.terminal().innerText(), soon).toContain('unwrap_or');
  expect(await frame.playButton().getAttribute('aria-label')).toBe('Play');
  expect(await frame.heading().innerText()).toContain('rust-error-handling');
  const [ready] = await frame.heard('ready');
  expect(ready).toMatchObject({
    origin: playhead.url,
    data: { playhead: 1, type: 'ready', state: 'paused', tMs: 3310 },
  });
});

test('where no terminal was recorded it shows the summary of spans', async () => {
  await openFramed(`/embed/cell/${seed}?sweep=expansion-20260616&t=0`);
  await expect.poll(() => frame.terminal().innerText(), soon).toContain('No terminal was recorded');
  await expect.poll(() => frame.terminal().innerText(), soon).toContain('openhands:run');
});

test('it plays to the end by its button, and tells times a few a second', async () => {
  await openFramed(`/embed/cell/${pi}?sweep=demo-20261122&t=3000`);
  await frame.playButton().click();
  await expect.poll(states, soon).toEqual(['playing', 'ended']);
  const lastTold = async () => (await frame.heard('time')).at(-1)?.data;
  await expect.poll(async () => (await lastTold())?.tMs, soon).toBe((await lastTold())?.lengthMs);
  const times = await frame.heard('time');
  expect(times.length).toBeGreaterThan(1);
  // Heard by another thread than the one that keeps the pace: what was told 250 ms apart may arrive closer.
  const [first, last] = [times[0]!, times.at(-1)!];
  expect((last.atMs - first.atMs) / (times.length - 1)).toBeGreaterThan(180);
  for (const { data } of await frame.heard())
    expect(Object.keys(data).sort()).toEqual(['lengthMs', 'playhead', 'state', 'tMs', 'type']);
});

test('its page seeks, plays and pauses it by messages, and each is answered', async () => {
  await openFramed(`/embed/cell/${pi}?sweep=demo-20261122&t=0`);
  await expect.poll(async () => (await frame.heard('ready')).length, soon).toBe(1);
  await frame.tell({ playhead: 1, type: 'seek', tMs: 2500 });
  await expect.poll(positionOf, soon).toBe(2500);
  await frame.tell({ playhead: 1, type: 'seek', tMs: 1e12 });
  const [{ data } = { data: null }] = await frame.heard('ready');
  await expect.poll(positionOf, soon).toBe(Math.round(data!.lengthMs));
  await frame.tell({ playhead: 1, type: 'pause', tMs: -5 });
  await expect.poll(positionOf, soon).toBe(0);
  await frame.tell({ playhead: 1, type: 'play' });
  await expect.poll(states, soon).toContain('playing');
  await frame.tell({ playhead: 1, type: 'pause' });
  await expect.poll(async () => (await frame.heard('state')).at(-1)?.data.state, soon).toBe('paused');
  expect(await frame.playButton().getAttribute('aria-label')).toBe('Play');
});

test('anything else that is said to it, and what other windows say, moves nothing', async () => {
  await openFramed(`/embed/cell/${pi}?sweep=demo-20261122&t=1000`);
  await expect.poll(async () => (await frame.heard('ready')).length, soon).toBe(1);
  const foreign = [null, 'play', 7, [], {}, { type: 'play' }, { playhead: 2, type: 'play' }];
  const odd = [
    { playhead: 1, type: 'seek' },
    { playhead: 1, type: 'seek', tMs: '2000' },
    { playhead: 1, type: 'seek', tMs: Number.NaN },
    { playhead: 1, type: 'stop' },
    { playhead: 1, type: 'play', further: 1 },
  ];
  for (const message of [...foreign, ...odd]) await frame.tell(message);
  // From a window that is not the one around it.
  await frame.document().evaluate(() => window.postMessage({ playhead: 1, type: 'play' }, '*'));
  // The last is answered, so that all before it were read.
  await frame.tell({ playhead: 1, type: 'pause' });
  await expect.poll(states, soon).toEqual(['paused']);
  expect(await frame.positionMs()).toBe(1000);
});

test('keys move it once it has the focus, and the pointer scrubs', async () => {
  await openFramed(`/embed/cell/${pi}?sweep=demo-20261122&t=0`);
  // Before the run is read there is nothing to step through.
  await expect.poll(async () => (await frame.heard('ready')).length, soon).toBe(1);
  await frame.playhead().focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(positionOf, soon).toBeGreaterThan(0);
  await page.keyboard.press('Home');
  await expect.poll(positionOf, soon).toBe(0);
  await page.keyboard.press('.');
  await expect.poll(positionOf, soon).toBe(100);
  const box = (await frame.playhead().boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const { lengthMs } = (await frame.heard('ready'))[0]!.data;
  await expect.poll(positionOf, soon).toBe(Math.round(lengthMs / 2));
  await page.keyboard.press(' ');
  await expect.poll(states, soon).toContain('playing');
});

test('its link leads to the whole page at the present moment, in a window of its own', async () => {
  await openFramed(
    `/embed/cell/${pi}?sweep=demo-20261122&t=3310`,
    `${SANDBOX} allow-popups allow-popups-to-escape-sandbox`,
  );
  await expect.poll(positionOf, soon).toBe(3310);
  const [opened] = await Promise.all([page.context().waitForEvent('page'), frame.link().click()]);
  await opened.waitForURL(/\/cell\/pi\//);
  // Soon the page adds its active span.
  const { origin, pathname, searchParams } = new URL(opened.url());
  expect([origin, pathname]).toEqual([playhead.url, `/cell/${pi}`]);
  expect([searchParams.get('sweep'), searchParams.get('t')]).toEqual(['demo-20261122', '3310']);
  await opened.close();
});

test('sandboxed away from its own origin it says so, with the way out', async () => {
  // What a page of no origin asks for is refused to it.
  browser.expects(/CORS policy|Failed to load resource/);
  await openFramed(`/embed/cell/${pi}?sweep=demo-20261122`, 'allow-scripts');
  await expect.poll(() => frame.heading().innerText(), soon).toBe('This frame may not read the recording');
  expect(await frame.link().getAttribute('href')).toBe(`/cell/${pi}?sweep=demo-20261122`);
});

test('a cell that is not there is said to be missing', async () => {
  browser.expects(/status of 404/);
  await openFramed('/embed/cell/nobody/no/model/f/t?sweep=none');
  await expect.poll(() => frame.heading().innerText(), soon).toBe('No such cell');
  expect(await frame.heard()).toEqual([]);
});

test.each([
  '/',
  `/cell/${pi}?sweep=demo-20261122`,
  '/sweeps/demo-20261122',
  '/compare',
  '/search',
  '/api/cells',
])('%s refuses to be framed', async (path) => {
  const refused = /frame-ancestors|X-Frame-Options/i;
  browser.expects(refused);
  await openFramed(path, null);
  await expect.poll(() => browser.complaints.join(), soon).toMatch(refused);
  expect(frame.document().url()).not.toContain(playhead.url);
});

test('a badge is an image of the foreign page', async () => {
  site.show(listeningPage(`<img src="${playhead.url}/badge/${pi}.svg" alt="verdict">`));
  await page.goto(site.url);
  const image = page.getByRole('img', { name: 'verdict' });
  await expect
    .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth), soon)
    .toBeGreaterThan(200);
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalHeight)).toBe(20);
});

test('HTML snippets hold one link, one image and one frame, with exact texts and addresses, whatever a cell is called', async () => {
  await page.goto('about:blank');
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '"><script>alert(1)</script>',
      "' onerror='x",
      '&quot;&lt;',
      '</iframe>',
      '<!--',
      '\ud800',
    ),
  );
  const samples = fc.sample(fc.tuple(text, text, text), { numRuns: 200, seed: 6 });
  const addresses = (name: string) => {
    const path = `${encodeURIComponent(name.toWellFormed())}?sweep=s&run=2`;
    return {
      origin: 'https://bench.example',
      cellPath: `/cell/${path}`,
      badgePath: `/badge/${path}`,
      embedPath: `/embed/${path}`,
    };
  };
  const snippets = samples.map(([agent, model, task]) =>
    embedSnippets(aCellDetail({ agent, model, task, pass: 1 }), addresses(agent))
      .slice(1)
      .map((snippet) => snippet.text),
  );
  const read = await page.evaluate(
    (all) =>
      all.map((html) => {
        const { body } = new DOMParser().parseFromString(html.join(''), 'text/html');
        return {
          elements: [...body.querySelectorAll('*')].map((element) => element.localName),
          stray: body.textContent,
          href: body.querySelector('a')?.getAttribute('href'),
          image: body.querySelector('img')?.getAttribute('src'),
          alt: body.querySelector('img')?.getAttribute('alt'),
          frame: body.querySelector('iframe')?.getAttribute('src'),
          attributes: body.querySelector('iframe')?.getAttributeNames().sort(),
        };
      }),
    snippets,
  );
  for (const [index, found] of read.entries()) {
    const [agent, model, task] = samples[index]!;
    const { origin, cellPath, badgePath, embedPath } = addresses(agent);
    const line = `${agent} · ${model} · ${task}`
      .toWellFormed()
      .replace(/[\0-\x1f\x7f]+/g, ' ')
      .replace(/[\ufffe\uffff]/g, '\ufffd');
    expect(found).toEqual({
      elements: ['a', 'img', 'iframe'],
      stray: '',
      href: origin + cellPath,
      image: origin + badgePath,
      alt: `${line}: pass 1/1`,
      frame: origin + embedPath,
      attributes: ['height', 'loading', 'sandbox', 'src', 'style', 'title', 'width'],
    });
  }
});

test('a badge is well-formed for a browser’s XML parser, and says the name it was given', async () => {
  await page.goto('about:blank');
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '</text><script>alert(1)</script>',
      ']]>',
      '&#0;',
      '<!DOCTYPE x>',
      '\ud800',
      '\0\x0b\ufffe',
    ),
  );
  const samples = fc.sample(fc.tuple(text, text), { numRuns: 300, seed: 6 });
  const read = await page.evaluate(
    (svgs) =>
      svgs.map((svg) => {
        const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
        const names = [...parsed.querySelectorAll('*')].map((element) => element.localName);
        return {
          broken: parsed.querySelector('parsererror') !== null,
          foreign: names.filter((name) => !['svg', 'title', 'clipPath', 'rect', 'g', 'text'].includes(name)),
          title: parsed.querySelector('title')?.textContent ?? '',
        };
      }),
    samples.map(([label, said]) => badgeSvg(label, said, 'good')),
  );
  for (const [index, { broken, foreign, title }] of read.entries()) {
    const [label, said] = samples[index]!;
    const told = `${label}: ${said}`
      .toWellFormed()
      .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
    expect([broken, foreign]).toEqual([false, []]);
    // XML 1.0, 2.11: line ends are read as one line feed.
    expect(title).toBe(told.replace(/\r\n?/g, '\n'));
  }
});
