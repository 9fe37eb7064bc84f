// Going anywhere by one field, and the link to where one is, in a real Chromium over the demo's cells.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { madeFiles } from '../../bin/demo.ts';
import { cellHref } from '../../viewer/state/page/address.ts';
import { expectNoSeriousIssue } from '../support/browser/axe.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { visit } from '../support/browser/visit.ts';
import { longRunId } from '../support/long-run/record.ts';

const { browser, playhead } = browserTest({
  demo: true,
  async prepare(url) {
    await importFiles(madeFiles(), { endpoint: url, token: undefined });
  },
});
let page: Page;
beforeEach(async () => {
  page = await browser.page();
});

const field = () => page.getByRole('combobox', { name: 'Run, turn, time, file or command' });
const options = () => page.getByRole('option');
const moment = () => new URL(page.url()).searchParams.get('t');

async function openRun(): Promise<void> {
  await visit(page, `${playhead.url}${cellHref(longRunId(1), { t: 60_000 })}`);
  await page.getByRole('slider', { name: /./ }).first().waitFor();
}

describe('the palette of a run', () => {
  test('goes to a turn by its number, to a time, and so far back', async () => {
    await openRun();
    // What answers Ctrl K comes after the first paint.
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+k');
        return field().isVisible();
      }, soon)
      .toBe(true);
    await field().fill('12:40');
    await expect.poll(() => options().allInnerTexts()).toHaveLength(1);
    await page.keyboard.press('Enter');
    await expect.poll(moment, soon).toBe('760000');
    await page.keyboard.press('g');
    await field().fill('-2m');
    await page.keyboard.press('Enter');
    await expect.poll(moment, soon).toBe('640000');
    await page.keyboard.press('g');
    await field().fill('#2');
    await expect.poll(() => options().first().innerText(), soon).toContain('Turn 2');
    await page.keyboard.press('Enter');
    await expect.poll(moment, soon).not.toBe('640000');
  });

  test('finds files and runs, runs commands, and is closed by Escape', async () => {
    await openRun();
    await expect
      .poll(async () => {
        await page.keyboard.press('g');
        return field().isVisible();
      }, soon)
      .toBe(true);
    await field().fill('schema sqlite');
    await expect
      .poll(() => options().allInnerTexts(), soon)
      .toEqual(expect.arrayContaining([expect.stringContaining('harbor/schema/sqlite.py')]));
    await field().fill('rust-error');
    await expect
      .poll(() => options().allInnerTexts(), soon)
      .toEqual(expect.arrayContaining([expect.stringContaining('opencode × local/scripted-model')]));
    await expectNoSeriousIssue(page, [{ theme: 'light', width: 1440 }]);
    await page.keyboard.press('Escape');
    await expect.poll(() => field().count()).toBe(0);
    await page.keyboard.press('g');
    await field().fill('>all keys');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Keys and signs' }).waitFor();
    await page.getByRole('searchbox', { name: 'Find a key' }).fill('swap');
    await expect.poll(() => page.getByRole('dialog').getByText('swap sides').isVisible()).toBe(true);
    expect(await page.getByRole('dialog').getByText('zoom in, out').count()).toBe(0);
  });
});

test('y gives the link to what is seen, as text too, where the browser has no clipboard as on plain http', async () => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
  });
  await openRun();
  const link = page.getByRole('textbox', { name: 'Link to what you see' });
  await expect
    .poll(async () => {
      await page.keyboard.press('y');
      return link.isVisible();
    }, soon)
    .toBe(true);
  expect(await link.inputValue()).toContain('t=60000');
  await page.keyboard.press('Shift+Y');
  await expect.poll(() => link.inputValue()).toMatch(/^\[.*\]\(http:\/\/.*t=60000.*\)$/);
  expect(await page.getByRole('complementary', { name: 'Link' }).innerText()).toContain('Copied');
});
