// Search inside a run, by keyboard and by pointer: a hit seeks, is marked where it stands, and is in the URL.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';

const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';

const { browser, playhead } = browserTest({ demo: true });
let page: Page;
let cell: CellPage;
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
  await cell.open(playhead.url, `${piPath}&t=0`);
  // Search begins with what is here and goes on as more arrives: the terminal comes last.
  await expect.poll(() => cell.terminalText(), soon).not.toContain('Reading the recording');
});

test('the slash goes to the field, and no key of the replay works while one types', async () => {
  await cell.press('/');
  await page.keyboard.type('e 0f .');
  expect(await cell.searchField().inputValue()).toBe('e 0f .');
  expect(await cell.positionMs()).toBe(0);
  expect(await cell.isPlaying()).toBe(false);
});

test('Enter seeks to the next hit and Shift+Enter back; the terminal then shows what was sought', async () => {
  const hits = await cell.search('unwrap_or');
  expect(hits.length).toBeGreaterThan(3);
  await cell.press('Enter');
  const first = await cell.positionMs();
  await cell.press('Enter');
  const second = await cell.positionMs();
  expect(second).toBeGreaterThan(first);
  expect(await cell.terminalText()).toContain('unwrap_or');
  await cell.press('Shift+Enter');
  expect(await cell.positionMs()).toBe(first);
});

test('hits come from spans, terminal, transcript and changes, and can be held to one of them', async () => {
  const places = (await cell.search('unwrap')).map(
    (hit) => /(Spans|Terminal|Transcript|Changes) ·/.exec(hit)?.[1],
  );
  expect(new Set(places)).toEqual(new Set(['Spans', 'Terminal', 'Transcript', 'Changes']));
  await page.getByRole('button', { name: /^Terminal \d+$/ }).click();
  for (const hit of await cell.hits()) expect(hit).toContain('Terminal ·');
});

test('a click on a hit of the changes opens them at that moment', async () => {
  await cell.search('unwrap_or');
  await page.getByRole('option', { name: /Changes ·/ }).click();
  expect(await cell.positionMs()).toBeGreaterThan(3300);
  await cell.changes().waitFor();
});

test('the terminal’s own button asks in the terminal alone', async () => {
  await page.getByRole('button', { name: 'Find' }).click();
  for (const hit of await cell.search('pi')) expect(hit).toContain('Terminal ·');
});

test('what was sought is in the URL and survives a reload; clearing takes it away', async () => {
  await cell.search('unwrap_or');
  await cell.press('Enter', 'Enter');
  const there = await cell.positionMs();
  await expect.poll(() => Math.round(Number(new URL(page.url()).searchParams.get('t')))).toBe(there);
  await page.reload();
  await cell.playhead().waitFor();
  expect(await cell.searchField().inputValue()).toBe('unwrap_or');
  expect(await cell.positionMs()).toBe(there);
  await page.getByRole('button', { name: 'Clear the search' }).click();
  expect(new URL(page.url()).searchParams.get('find')).toBeNull();
});

test('what is nowhere is said to be nowhere', async () => {
  expect(await cell.search('no such text anywhere')).toEqual([]);
  await page.getByText('Nothing in this run fits.').waitFor();
});

test('keys of an input method stay with it: the field keeps the focus, and nothing is sought or closed', async () => {
  await cell.search('unwrap_or');
  const before = await cell.positionMs();
  const composed = (key: string, more: object) =>
    cell.searchField().evaluate(
      (field, init) => {
        const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
        field.dispatchEvent(event);
        return { prevented: event.defaultPrevented, focused: document.activeElement === field };
      },
      { key, ...more },
    );
  for (const key of ['Escape', 'Enter', 'ArrowDown'])
    for (const more of [{ isComposing: true, keyCode: 229 }, { isComposing: true }, { keyCode: 229 }])
      expect(await composed(key, more)).toEqual({ prevented: false, focused: true });
  expect(await cell.positionMs()).toBe(before);
  expect(await cell.hits()).not.toEqual([]);
});
