// Search across runs in a browser: a hit of each source opens its cell at that moment; typing, filters, keys
// and the URL; what is hostile stays text.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { browserTest } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { SearchPage } from '../support/browser/search-page.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../support/otlp/otlp-encode.ts';

const HOSTILE = '<img src=x onerror="document.title=1"> \u202egnp.exe needle-7f3';

const { browser, playhead } = browserTest({
  demo: true,
  async prepare(url) {
    const span = aSpan({ traceId: 'c'.repeat(32), name: 'step', attributes: [[HOSTILE, HOSTILE]] });
    await fetch(`${url}/cells/hostile%2Fpi%2Fm%2Ff%2Ft/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(tracesProtobuf([aBatch([span])])),
    });
  },
});
let page: Page;
let search: SearchPage;
beforeEach(async () => {
  page = await browser.page();
  search = new SearchPage(page);
});

/** The address of the cell page that is open, once it is. */
async function openedCell(): Promise<URLSearchParams> {
  const cell = new CellPage(page);
  await cell.playhead().waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/cell\//);
  return new URL(page.url()).searchParams;
}

test('the field has the focus, and the page says what can be searched', async () => {
  await search.open(playhead.url);
  expect(await search.field().evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await search.found().innerText()).toContain('paths and diffs');
});

test('typing searches; hits stand by cell, what was sought is marked, the URL holds it', async () => {
  await search.open(playhead.url);
  await page.keyboard.type('Test Result');
  await search.done();
  expect(await search.status()).toMatch(/^\d+ hits in 3 of \d+ cells$/);
  expect(await search.cells()).toEqual([
    expect.stringContaining('Failed: demo-20261122/pi/'),
    expect.stringContaining('Passed: demo-20261122/opencode/'),
    expect.stringContaining('openhands'),
  ]);
  expect(new Set((await search.marked()).map((text) => text.toLowerCase()))).toEqual(
    new Set(['test result']),
  );
  await expect.poll(() => new URL(page.url()).search).toBe('?q=Test+Result');
});

test('a hit in the terminal opens the cell at the moment when it was printed', async () => {
  await search.open(playhead.url, '?q=test+result&in=terminal&agent=pi');
  await search.done();
  const words = await search.hit(/FAILED/).innerText();
  await search.hit(/FAILED/).click();
  const query = await openedCell();
  const ms = Number(query.get('t'));
  expect(words).toContain(`${(ms / 1000).toFixed(3)} s`);
  expect(query.get('find')).toBe('test result');
  const cell = new CellPage(page);
  expect(await cell.positionMs()).toBeCloseTo(ms, 0);
  await expect.poll(() => cell.terminalText(), { timeout: 15_000 }).toContain('test result: FAILED');
});

test('a hit in an attribute opens the cell at its span', async () => {
  await search.open(playhead.url, '?q=unwrap_or&in=span');
  await search.done();
  await search.hit(/Tool call/).click();
  const query = await openedCell();
  expect(Number(query.get('t'))).toBeGreaterThan(3000);
  expect(query.get('span')).toMatch(/^[0-9a-f]{32}:[0-9a-f]{16}$/);
});

test('a hit in a diff opens the changes at its moment, one in a score the scores', async () => {
  await search.open(playhead.url, '?q=unwrap_or&in=change');
  await search.done();
  await search.hit(/src\/lib\.rs/).click();
  let query = await openedCell();
  expect(query.get('tab')).toBe('changes');
  expect(Number(query.get('t'))).toBeGreaterThan(3000);
  await page.goBack();
  await search.field().waitFor();
  await search.toggle('Scores');
  await search.toggle('Changes');
  await search.search('0 filtered out');
  await search.hit(/pass_rate/).click();
  query = await openedCell();
  expect(query.get('tab')).toBe('scores');
});

test('filters and sources narrow it, stand in the URL and can be cleared', async () => {
  await search.open(playhead.url, '?q=test+result');
  await search.done();
  await search.choose('Agent', 'opencode');
  expect(await search.cells()).toEqual([expect.stringContaining('opencode')]);
  await search.toggle('Scores');
  expect(await search.hits()).toHaveLength(1);
  await expect.poll(() => new URL(page.url()).search).toBe('?q=test+result&in=score&agent=opencode');
  await page.reload();
  await search.done();
  expect(await search.hits()).toHaveLength(1);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await search.done();
  expect((await search.cells()).length).toBe(3);
});

test('arrows walk from the field through the hits, Enter opens, the slash goes back to the field', async () => {
  await search.open(playhead.url, '?q=test+result');
  await search.done();
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  await page.keyboard.press('ArrowDown');
  const first = await focused();
  expect(first).toContain('test result');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).not.toBe(first);
  await page.keyboard.press('/');
  expect(await search.field().evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await openedCell();
});

test('what is no longer asked is dropped: the answer to the last text stands', async () => {
  await search.open(playhead.url);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/api/search?q=unwrap*', async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await search.field().fill('unwrap');
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await search.search('zz nothing holds this zz');
  release();
  expect(await search.status()).toMatch(/^Nothing found in \d+ cells$/);
  expect(await search.found().innerText()).toContain('No run holds this text');
});

test('it can be stopped, and gone on with', async () => {
  await search.open(playhead.url);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const asked = page.waitForRequest('**/api/search?*');
  await page.route('**/api/search?*', async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await search.field().fill('test result');
  await asked;
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Go on searching' }).waitFor();
  expect(await search.status()).toBe('Nothing so far · 0 cells searched');
  release();
  await page.getByRole('button', { name: 'Go on searching' }).click();
  await search.done();
  expect((await search.cells()).length).toBe(3);
});

test('stopped before it asked, it does not ask by itself', async () => {
  await search.open(playhead.url, '?q=unwrap');
  await search.done();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await search.field().evaluate(async (field: HTMLInputElement) => {
    field.value = 'test result';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    // No timer of the page's runs before the button is there and pressed.
    const button = () =>
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Stop');
    while (!button()) await null;
    button()?.click();
    // Timers fire in the order in which they are due: the one by which typing rests was due before this one.
    await new Promise((due) => setTimeout(due, 1000));
  });
  expect(await search.status()).toBe('Nothing so far · 0 cells searched');
  expect(asked.filter((url) => url.includes('/api/search'))).toEqual([]);
  await page.getByRole('button', { name: 'Go on searching' }).click();
  await search.done();
  expect((await search.cells()).length).toBe(3);
});

test('a failure says so and can be tried again', async () => {
  browser.expects(/status of 503/);
  await search.open(playhead.url);
  let failing = true;
  await page.route('**/api/search?*', (route) =>
    failing
      ? route.fulfill({
          status: 503,
          json: { error: { code: 'busy', message: 'too many searches at once' } },
        })
      : route.continue(),
  );
  await search.field().fill('test result');
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('too many searches at once');
  failing = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await search.done();
  expect((await search.cells()).length).toBe(3);
});

test('hostile text is text: in the hit, in its field, in its link', async () => {
  await search.open(playhead.url);
  await search.search('<img src=x onerror=');
  expect((await search.hits()).length).toBe(1);
  expect((await search.hits())[0]).toContain('[RLO]gnp.exe needle-7f3');
  expect(await page.title()).toContain('<img src=x onerror=');
  expect(await page.locator('img').count()).toBe(0);
});

test('at 390 pixels nothing is wider than the screen', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await search.open(playhead.url, '?q=test+result');
  await search.done();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
