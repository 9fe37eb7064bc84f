// A run of forty minutes with three subagents, as its reader meets it: who speaks, chapters, what it cost until now, and
// Smart speed.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import { madeFiles } from '../../../bin/demo.ts';
import { browserTest, soon } from '../../support/browser/browser-test.ts';
import { CellPage } from '../../support/browser/cell-page.ts';

const path = '/cell/example-agent/example/long-context/made/rename-then-alter?sweep=made-example';

const { browser, playhead } = browserTest({
  demo: false,
  async prepare(url) {
    const { problems } = await importFiles([madeFiles()[0] ?? ''], { endpoint: url });
    expect(problems).toEqual([]);
  },
});
let page: Page;
let cell: CellPage;
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
});

test('its transcript is turns; subagents are cards that open, and one actor can be read alone', async () => {
  await cell.open(playhead.url, `${path}&t=760000`);
  const who = page.getByRole('group', { name: 'Who speaks' });
  await expect
    .poll(() => who.getByRole('button').allInnerTexts(), soon)
    .toEqual([
      expect.stringMatching(/^All\s+145$/),
      expect.stringMatching(/^main\s+98$/),
      expect.stringMatching(/^Explore backends\s+14$/),
      expect.stringMatching(/^MySQL schema editor\s+21$/),
      expect.stringMatching(/^Docs and release note\s+12$/),
    ]);
  await expect.poll(() => cell.panel(), soon).toContain('18 calls');
  await who.getByRole('button', { name: /MySQL/ }).click();
  await expect
    .poll(() => cell.panel(), soon)
    .toContain('MySQL has CHANGE, which renames and alters at once.');
  expect(await cell.panel()).not.toContain('14 calls');
});

test('its chapters lead through it, and context and cost stand under the playhead', async () => {
  await cell.open(playhead.url, `${path}&t=0`);
  const chapters = page.getByRole('navigation', { name: 'Chapters' });
  await chapters.getByRole('button', { name: /^3 subagents/ }).click();
  await expect.poll(() => cell.positionMs(), soon).toBeGreaterThan(600_000);
  await page.getByText(/79\.5k tokens · \$\d/).waitFor();
});

test('smart speed says how long the run takes, and any other speed ends it', async () => {
  await cell.open(playhead.url, `${path}&t=0`);
  const smart = page.getByRole('button', { name: /^Smart/ });
  await smart.click();
  expect(await smart.innerText()).toMatch(/≈ [12]:\d\d$/);
  await expect.poll(() => smart.getAttribute('aria-pressed'), soon).toBe('true');
  await expect.poll(() => new URL(page.url()).searchParams.get('speed'), soon).toBe('smart');
  await page.getByRole('button', { name: '64× speed' }).click();
  await expect.poll(() => smart.getAttribute('aria-pressed'), soon).toBe('false');
});

test('holds no more memory the longer it is scrubbed', async () => {
  await cell.open(playhead.url, `${path}&t=760000&tab=transcript`);
  await expect.poll(() => cell.panel(), soon).toContain('18 calls');
  expect(await grownMb(12)).toBeLessThan(2);
});

test('nor does a frame of it', async () => {
  await cell.open(playhead.url, `/embed${path}&t=760000`);
  await expect.poll(() => page.locator('.terminal-screen').count(), soon).toBe(1);
  expect(await grownMb(24)).toBeLessThan(2);
});

/** What is held after it was scrubbed to and fro so often, over what was held once that had begun. */
async function grownMb(times: number): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  const heldMb = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  const scrub = async (often: number) => {
    for (let time = 0; time < 2 * often; time++) await cell.drag(time % 2, (time + 1) % 2);
  };
  await scrub(4);
  const before = await heldMb();
  await scrub(times);
  return (await heldMb()) - before;
}
