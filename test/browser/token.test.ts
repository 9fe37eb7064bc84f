// A collector that asks for its token, in a browser: the page says so, takes the token once, and reads and
// follows runs from then on.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { browserTest } from '../support/browser/browser-test.ts';

const TOKEN = 'a-token/of+sixteen';
const { browser, playhead } = browserTest({
  demo: true,
  token: TOKEN,
  // The browser itself reports every answer that asks for the token.
  expects: [/status of 401/],
});
let page: Page;
beforeEach(async () => {
  page = await browser.newPage();
});

const heading = () => page.getByRole('heading', { name: 'This collector asks for its token' });
const firstCell = () => page.locator('a[href^="/cell/"]').first();

test('the list asks for the token, says when it was the wrong one, and opens by the right one', async () => {
  await page.goto(playhead.url);
  await heading().waitFor();
  await page.getByLabel('Token').fill('not-the-token-of-it');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('does not know the token').waitFor();
  await page.getByLabel('Token').fill(` ${TOKEN} `);
  await page.getByRole('button', { name: 'Open' }).click();
  await firstCell().waitFor();
  expect(page.url()).toBe(`${playhead.url}/`);
  await page.reload();
  await firstCell().waitFor();
});

test('the address with the token opens a page at its moment, and neither history nor scripts keep it', async () => {
  await page.goto(`${playhead.url}/?token=${encodeURIComponent(TOKEN)}`);
  const href = (await firstCell().getAttribute('href')) ?? '';
  const other = await page.context().newPage();
  await other.goto(`${playhead.url}${href}${href.includes('?') ? '&' : '?'}t=1`);
  await other.getByRole('tab').first().waitFor();
  await page.goto(`${playhead.url}${href}`);
  await page.goBack();
  expect(page.url()).not.toContain('token');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/', expires: -1 });
});

test('a stream of events comes through by the cookie alone', async () => {
  await page.goto(`${playhead.url}/?token=${encodeURIComponent(TOKEN)}`);
  await firstCell().waitFor();
  const opened = await page.evaluate(async () => {
    const { cells } = await (await fetch('/api/cells')).json();
    const source = new EventSource(`/api/cells/${encodeURIComponent(cells[0].id)}/live`);
    const state = await new Promise((resolve) => {
      source.addEventListener('open', () => resolve('open'));
      source.addEventListener('error', () => resolve('error'));
    });
    source.close();
    return state;
  });
  expect(opened).toBe('open');
});

test('a replay in a frame says so and has no field: nobody can see whose frame it is', async () => {
  await page.goto(`${playhead.url}/livez`);
  await page.evaluate((url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
  }, `${playhead.url}/embed/cell/a/m/f/t`);
  const frame = page.frameLocator('iframe');
  await frame.getByText('This collector asks for its token').waitFor();
  expect(await frame.getByRole('textbox').count()).toBe(0);
  expect(await frame.getByRole('button').count()).toBe(0);
});
