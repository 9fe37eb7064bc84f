// Two sweeps on one page: the verdict with its command, flips, the tasks that changed, and two runs of one to play.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { expectNoSeriousIssue } from '../../support/browser/axe.ts';
import { browserTest } from '../../support/browser/browser-test.ts';
import { visit } from '../../support/browser/visit.ts';

const { browser, playhead } = browserTest({
  demo: false,
  expects: [/404/],
  async prepare(url) {
    for (let task = 0; task < 8; task++)
      for (let attempt = 1; attempt <= 3; attempt++) {
        const run = attempt > 1 ? `#run${attempt}` : '';
        await put(url, `night-20261121/pi/v/m/f/task-${task}${run}`, task === 7 ? 0 : 1);
        await put(url, `night-20261122/pi/v/m/f/task-${task}${run}`, task === 7 ? 1 : 0);
      }
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

const open = async () => {
  await visit(page, `${playhead.url}/sweeps/night-20261122?against=night-20261121`);
  await page.getByRole('region', { name: 'Flips' }).waitFor();
};
const pairs = () => page.getByRole('region', { name: 'Tasks that changed' }).getByRole('listitem');

test('says the verdict, the command that gives it and how that ends', async () => {
  await open();
  await page.getByText(/^Worse$/).waitFor();
  await page.getByText('playhead check night-20261122 --against night-20261121').waitFor();
  await page.getByText('exits with 1').waitFor();
  const lost = page.getByRole('region', { name: 'Flips' }).getByRole('cell', { name: /got lost/ });
  expect(await lost.innerText()).toMatch(/^7\s/);
});

test('lists the tasks that changed, and those that were won alone', async () => {
  await open();
  await page.getByRole('button', { name: /^All/ }).click();
  await expect.poll(() => pairs().count()).toBe(8);
  await page.getByRole('button', { name: 'were won' }).click();
  await expect.poll(() => pairs().count()).toBe(1);
  expect(await pairs().first().innerText()).toContain('f/task-7');
});

test('plays a run of before beside one of after', async () => {
  await open();
  await page.getByRole('button', { name: /^All/ }).click();
  await page.getByRole('button', { name: /^Both runs of f\/task-7/ }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/compare');
  const { searchParams } = new URL(page.url());
  expect(searchParams.get('a')).toMatch(/^night-20261121\/pi\/v\/m\/f\/task-7/);
  expect(searchParams.get('b')).toMatch(/^night-20261122\/pi\/v\/m\/f\/task-7/);
});

test('swaps the two, and the back button swaps them again', async () => {
  await open();
  await page.getByRole('button', { name: 'Swap' }).click();
  await page.getByText(/^Better$/).waitFor();
  expect(new URL(page.url()).pathname).toBe('/sweeps/night-20261121');
  await page.goBack();
  await page.getByText(/^Worse$/).waitFor();
});

test('a sweep that is not there is said to be missing', async () => {
  await visit(page, `${playhead.url}/sweeps/night-20261122?against=nobody`);
  await page.getByRole('heading', { name: 'There is no such sweep' }).waitFor();
});

test.each([320, 390, 1280])('at %i pixels the page stays in the window', async (width) => {
  await page.setViewportSize({ width, height: 800 });
  await open();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('axe finds nothing serious, in both themes, wide and narrow', async () => {
  await open();
  await expectNoSeriousIssue(page);
});
