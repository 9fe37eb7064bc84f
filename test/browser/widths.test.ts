// No page is wider than its window, and no number is cut, from a phone to a large screen and at twice the size of type.
import { expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { madeFiles } from '../../bin/demo.ts';
import { cellHref, compareHref, searchHref, sweepHref } from '../../viewer/state/page/address.ts';
import { browserTest } from '../support/browser/browser-test.ts';
import { visit } from '../support/browser/visit.ts';
import { longRunId } from '../support/long-run/record.ts';

const { browser, playhead } = browserTest({
  demo: false,
  prepare: async (url) => {
    const { problems } = await importFiles(madeFiles(), { endpoint: url });
    if (problems.length > 0) throw new Error(problems.join('\n'));
  },
});

const failed = longRunId(1);
const at = { t: 2_304_000 };
const pages = [
  ['the front page', '/'],
  ['a failed run', cellHref(failed)],
  ['a passed run', cellHref(longRunId(2))],
  ['model calls', cellHref(failed, { ...at, tab: 'model-calls' })],
  ['changes', `${cellHref(failed, at)}&stage=changes`],
  ['spans', cellHref(failed, { ...at, tab: 'spans' })],
  ['scores', cellHref(failed, { ...at, tab: 'scores' })],
  ['details', cellHref(failed, { ...at, tab: 'details' })],
  ['a sweep', sweepHref(failed.slice(0, failed.indexOf('/')))],
  ['a comparison', compareHref([failed, longRunId(2)])],
  ['a search', searchHref('rename')],
] as const;

/** 720 × 450 is 1440 × 900 at twice the size. */
const windows = [
  [1920, 1080],
  [1440, 900],
  [1280, 720],
  [768, 1024],
  [720, 450],
  [390, 844],
] as const;

test.each(pages)('%s', async (_, path) => {
  const page = await browser.page();
  await visit(page, `${playhead.url}${path}`);
  await page.locator('main:not([aria-busy="true"])').first().waitFor();
  for (const [width, height] of windows) {
    await page.setViewportSize({ width, height });
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const found = await page.evaluate(() => {
      const numbers = '.number, time, .headline-value, .span-numbers b, .call-time, .counts, .tab-count';
      const cut = [...document.querySelectorAll<HTMLElement>(numbers)].filter(
        (element) =>
          element.clientWidth > 0 &&
          element.scrollWidth > element.clientWidth + 1 &&
          getComputedStyle(element).overflowX !== 'visible',
      );
      return {
        tooWidePx: document.documentElement.scrollWidth - innerWidth,
        cut: cut.map((element) => element.innerText),
      };
    });
    expect(found, `${width} × ${height}`).toEqual({ tooWidePx: 0, cut: [] });
  }
});
