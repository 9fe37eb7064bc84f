// The front page: sums that are the collector's, a filter that asks it, pictures that scrub, what changes while one
// looks, and no width at which it leaves the screen.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { outcomeWord } from '../../shared/outcome-words.ts';
import type { SweepsPage } from '../../shared/wire.ts';
import { expectNoSeriousIssue } from '../support/browser/axe.ts';
import { browserTest } from '../support/browser/browser-test.ts';
import { visit } from '../support/browser/visit.ts';

const longName = `sweep-${'x'.repeat(100)}`;

const { browser, playhead } = browserTest({
  demo: true,
  async prepare(url) {
    await put(url, `${longName}/${'a'.repeat(90)}/${'m'.repeat(110)}/polyglot/${'t'.repeat(90)}`, 0);
    await put(url, 'nightly-20261121/pi/m/polyglot/rust', 1);
    await put(url, 'nightly-20261122/pi/m/polyglot/rust', 0);
  },
});
let page: Page;
beforeEach(async () => {
  page = await browser.page();
});

async function put(url: string, id: string, pass: number): Promise<void> {
  const response = await fetch(`${url}/api/cells/${encodeURIComponent(id)}/scores`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scores: [{ axis: 'pass_rate', values: { pass } }] }),
  });
  expect([200, 201]).toContain(response.status);
}

const cards = () => page.getByRole('region', { name: /^Sweep / });
const count = () => page.getByRole('status').first().innerText();

test('counts are the collector’s sums, and the filter asks it', async () => {
  await visit(page, playhead.url);
  const sums = (await (await fetch(`${playhead.url}/api/sweeps`)).json()) as SweepsPage;
  const { totals } = sums;
  await expect.poll(count).toBe(`${totals?.sweeps} sweeps, ${totals?.cells} runs`);
  for (const { outcome, count: of } of totals?.outcomes ?? [])
    await page.getByRole('button', { name: `${outcomeWord(outcome)} ${of}`, exact: true }).waitFor();
  await page.getByRole('searchbox', { name: 'Filter runs' }).fill('nightly failed');
  await expect.poll(count).toBe('1 sweep, 1 run fit');
  expect(await cards().count()).toBe(1);
  await cards()
    .getByRole('link', { name: /^pi with m\b.*polyglot\/rust/ })
    .waitFor();
  const ways = cards().getByRole('link', { name: /the matrix/ });
  expect(await ways.getAttribute('href')).toBe('/sweeps/nightly-20261122?view=list&q=nightly+failed');
  await page.getByRole('searchbox', { name: 'Filter runs' }).fill('nothing-has-this-name');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(count).toBe(`${totals?.sweeps} sweeps, ${totals?.cells} runs`);
});

test('a sweep stands against the one before it of its stem', async () => {
  await visit(page, playhead.url);
  const card = page.getByRole('region', { name: 'Sweep nightly-20261122' });
  await card.getByText('−100.0 points').waitFor();
  await card.getByRole('img', { name: /nightly-20261121 100.0 %, nightly-20261122 0.0 %/ }).waitFor();
});

test('a picture scrubs by pointer and by arrows, and opens at the moment that it shows', async () => {
  await visit(page, playhead.url);
  const picture = page.getByRole('link', { name: /^pi with local\/scripted-model.*: Failed/ });
  await picture.locator('canvas').waitFor();
  expect(await picture.getAttribute('href')).not.toContain('t=');
  const box = await picture.boundingBox();
  await picture.hover({ position: { x: (box?.width ?? 0) / 2, y: 40 } });
  await expect.poll(() => picture.getAttribute('href')).toMatch(/[?&]t=\d{3,}/);
  await page.mouse.move(1, 1);
  await expect.poll(() => picture.getAttribute('href')).not.toContain('t=');
  await picture.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => picture.getAttribute('href')).toMatch(/[?&]t=\d{3,}/);
});

test('what comes while one looks appears, and sums with it', async () => {
  await visit(page, playhead.url);
  await cards().first().waitFor();
  await put(playhead.url, 'fresh-1/pi/m/polyglot/rust', 1);
  await page.getByRole('region', { name: 'Sweep fresh-1' }).getByText('1 passed').waitFor();
});

test.each([320, 390, 768, 1024, 1280, 1920])('at %i pixels nothing leaves the screen', async (width) => {
  await page.setViewportSize({ width, height: 800 });
  await visit(page, playhead.url);
  await cards().first().waitFor();
  await page.locator('a.poster-picture').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('axe finds nothing serious, in both themes, wide and narrow', async () => {
  await visit(page, playhead.url);
  await cards().first().waitFor();
  await page.locator('a.poster-picture canvas').first().waitFor();
  await expectNoSeriousIssue(page);
});

test('older sweeps that were asked for stay when something new comes', async () => {
  const names = Array.from({ length: 24 }, (_, no) => `many-${no + 10}`);
  for (const name of names) await put(playhead.url, `${name}/pi/m/polyglot/rust`, 1);
  await visit(page, playhead.url);
  await expect.poll(() => cards().count()).toBe(20);
  await page.getByRole('button', { name: 'Show older sweeps' }).click();
  await expect.poll(() => cards().count()).toBeGreaterThan(24);
  const before = await cards().count();
  await put(playhead.url, 'newest/pi/m/polyglot/rust', 1);
  await page.getByRole('region', { name: 'Sweep newest' }).waitFor();
  expect(await cards().count()).toBe(before + 1);
});
