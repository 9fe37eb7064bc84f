// A run watched while it goes on: it streams in, the page follows its end or stays where the reader is,
// and says when it ended or was interrupted.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { LiveRun } from '../support/live-run.ts';
import { builtAtNs } from '../support/otlp/otlp-builders.ts';

const MS = 1_000_000n;
let nowNs = builtAtNs;
const { browser, playhead } = browserTest({ demo: false, now: () => nowNs });
let page: Page;
let cell: CellPage;
let run: LiveRun;
beforeEach(async () => {
  nowNs = builtAtNs;
  run = new LiveRun(playhead.url);
  await run.says('started');
  await run.calls('read', 100, 400);
  page = await browser.page();
  cell = new CellPage(page);
  await cell.open(playhead.url, run.path);
  await cell.says(/^Running$/);
});

test('a page opened without a moment stands at the end and follows it', async () => {
  await expect.poll(() => cell.positionMs(), soon).toBe(300);
  await run.calls('edit', 400, 900);
  await expect.poll(() => cell.positionMs(), soon).toBe(800);
  expect(await cell.activeSpan()).toContain('edit');
  expect(await cell.transcript()).toContain('edit');
});

test('a reader who looked back stays there, and comes back by one button', async () => {
  await cell.press('Home');
  const there = await cell.activeSpan();
  await run.calls('bash', 400, 1200);
  await expect.poll(() => cell.clock(), soon).toBe('0 ms / 1.100 s');
  expect(await cell.activeSpan()).toBe(there);
  await page.getByRole('button', { name: 'Follow the end' }).click();
  expect(await cell.positionMs()).toBe(1100);
  await run.calls('bash', 1200, 1500);
  await expect.poll(() => cell.positionMs(), soon).toBe(1400);
});

test('its terminal grows with it', async () => {
  await run.prints(150, 'reading the code\r\n');
  await expect.poll(() => cell.terminalText(), soon).toContain('reading the code');
  await run.prints(700, 'now the tests\r\n');
  await expect.poll(() => cell.terminalText(), soon).toContain('now the tests');
});

test('of its terminal only what is new is fetched, and what cannot follow is fetched whole', async () => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.endsWith('/terminal')) asked.push(search.slice(0, 7));
  });
  await run.prints(150, 'one\r\n');
  await expect.poll(() => cell.terminalText(), soon).toContain('one');
  for (const [at, word] of [
    [500, 'two'],
    [600, 'three'],
    [700, 'four'],
  ] as const) {
    await run.prints(at, `${word}\r\n`);
    await expect.poll(() => cell.terminalText(), soon).toContain(word);
  }
  expect(await cell.terminalText()).toMatch(/one\s+two\s+three\s+four/);
  expect(asked.slice(0, 4)).toEqual(['', '?after=', '?after=', '?after=']);
  // It lies before what was read: the page must begin anew.
  await run.prints(400, 'between\r\n');
  await expect.poll(() => cell.terminalText(), soon).toMatch(/one\s+between\s+two\s+three\s+four/);
  expect(page.workers().length).toBe(1);
});

test('it says when the run ended, and keeps the moment although the clock began earlier than it seemed', async () => {
  await run.calls('edit', 500, 900);
  await expect.poll(() => cell.clock(), soon).toMatch(/800 ms$/);
  await page.keyboard.press('Home');
  await cell.press('.', '.');
  expect(await cell.positionMs()).toBe(200);
  const there = await cell.activeSpan();
  // The run's own span began 100 ms before the first call and arrives last.
  await run.ends(1000);
  await expect.poll(() => cell.positionMs(), soon).toBe(300);
  expect(await cell.activeSpan()).toBe(there.replace(' 0 ms', ' 100 ms'));
  await cell.says(/^ended just now$/);
  expect(await page.getByRole('button', { name: /follow/i }).count()).toBe(0);
});

test('it says when the run was interrupted', async () => {
  nowNs += 31_000n * MS;
  await page.reload();
  await cell.says(/^Interrupted$/);
  const head = page.getByRole('region', { name: 'Cell' });
  await expect.poll(() => head.innerText(), soon).toContain('fell silent');
});

test('scores that come after the end become the headline without a reload', async () => {
  await run.ends(900);
  await cell.says(/^ended just now$/);
  const scores = [{ axis: 'pass_rate', values: { pass: 1, exit_code: 0 } }];
  await fetch(`${playhead.url}/api/cells/${encodeURIComponent(run.id)}/scores`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scores }),
  });
  await cell.says(/^Passed/);
});
