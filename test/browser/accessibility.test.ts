// axe-core on every page and every tab, in both themes, wide and narrow: no serious and no critical issue.
// Contrast is part of it; what axe cannot judge (the canvases) has tests of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CellPage } from '../support/browser/cell-page.ts';
import { launchChromium } from '../support/browser/chromium.ts';
import { SearchPage } from '../support/browser/search-page.ts';
import { LiveRun } from '../support/live-run.ts';
import { builtAtNs } from '../support/otlp/otlp-builders.ts';
import { startPlayhead } from '../support/playhead.ts';

const axe = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122&t=3310';
const opencodePath =
  '/cell/opencode/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122&t=7800';
const seedPath =
  '/cell/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling?sweep=expansion-20260616';
const tabs = ['transcript', 'changes', 'model-calls', 'spans', 'scores', 'details'];

let playhead: Awaited<ReturnType<typeof startPlayhead>>;
let empty: Awaited<ReturnType<typeof startPlayhead>>;
/** Its clock is the test's, so that a run is under way for as long as it takes to look at it. */
let live: Awaited<ReturnType<typeof startPlayhead>>;
let nowNs = builtAtNs;
let browser: Browser;

beforeAll(async () => {
  playhead = await startPlayhead({ demo: true });
  empty = await startPlayhead({ demo: false });
  live = await startPlayhead({ demo: false, now: () => nowNs });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await playhead?.stop();
  await empty?.stop();
  await live?.stop();
});

test('the check sees what it is there for: pale ink, a button without a name', async () => {
  const page = await browser.newPage();
  await page.goto(`${playhead.url}${seedPath}`);
  await settled(page);
  await page.evaluate(() => {
    document.documentElement.style.setProperty('--ink-2', '#d0d0d0');
    document.querySelector('main')?.append(document.createElement('button'));
  });
  const issues = (await seriousIssues(page)).join('\n');
  expect(issues).toContain('color-contrast');
  expect(issues).toContain('button-name');
  await page.close();
});

describe.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const)('%s, %i pixels', (colorScheme, width) => {
  const open = async (url: string) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.goto(url);
    return page;
  };

  test('the list: filled, filtered to nothing, empty', async () => {
    for (const url of [playhead.url, `${playhead.url}/?q=nothing+fits+this`, empty.url]) {
      const page = await open(url);
      await page
        .getByText(/cells in \d+ sweeps|No cell fits|Nothing recorded yet/)
        .first()
        .waitFor();
      await expectNoSeriousIssue(page);
    }
  });

  test.each(tabs)('a cell with a terminal, %s', async (tab) => {
    for (const path of width > 1000 ? [piPath, opencodePath] : [piPath]) {
      const page = await open(`${playhead.url}${path}&tab=${tab}`);
      await settled(page);
      await new CellPage(page).unfoldAll();
      await expectNoSeriousIssue(page);
    }
  });

  test.each(tabs)('a cell of which little was recorded, %s', async (tab) => {
    const page = await open(`${playhead.url}${seedPath}&tab=${tab}`);
    await settled(page);
    await expectNoSeriousIssue(page);
  });

  test('the player for frames: with a terminal, with a summary, with nothing', async () => {
    for (const path of [piPath, seedPath, '/cell/nobody/no/model/f/t']) {
      const page = await open(`${playhead.url}/embed${path}`);
      await page.getByRole('link', { name: 'Open in Playhead' }).waitFor();
      await expectNoSeriousIssue(page);
    }
  });

  test('the search across runs: nothing sought, hits, no hit', async () => {
    for (const query of ['', '?q=test+result', '?q=zz+nowhere&agent=pi']) {
      const page = await open(`${playhead.url}/search${query}`);
      const search = new SearchPage(page);
      await search.field().waitFor();
      if (query !== '') await search.done();
      await expectNoSeriousIssue(page);
    }
  });

  test('the logs of a run', async () => {
    const run = await aRunUnderWay();
    await run.logs(200, 'reading the configuration');
    await run.ends(900);
    const page = await open(`${live.url}${run.path}&tab=logs`);
    await settled(page);
    await page.getByText('reading the configuration').waitFor();
    await expectNoSeriousIssue(page);
  });

  test('a run under way, the same when it ended, and one that was interrupted', async () => {
    const run = await aRunUnderWay();
    const page = await open(`${live.url}${run.path}`);
    const cell = new CellPage(page);
    await settled(page);
    await cell.says(/^Running$/);
    await expectNoSeriousIssue(page, { keep: true });
    await run.ends(900);
    await cell.says(/^ended just now$/);
    await expectNoSeriousIssue(page, { keep: true });
    const other = await aRunUnderWay();
    nowNs += 31_000_000_000n;
    await page.goto(`${live.url}${other.path}`);
    await settled(page);
    await cell.says(/^Interrupted$/);
    await expectNoSeriousIssue(page);
  });

  test('the results of a search, the sheet of keys, messages and a diff side by side', async () => {
    const page = await open(`${playhead.url}${piPath}`);
    const cell = new CellPage(page);
    await settled(page);
    await cell.search('unwrap');
    await cell.press('Enter');
    await expectNoSeriousIssue(page, { keep: true });
    await cell.press('Escape');
    await cell.openTab(/model calls/i);
    await page.getByRole('button', { name: 'Messages of call 3' }).click();
    await expectNoSeriousIssue(page, { keep: true });
    await cell.openTab(/changes/i);
    await page.getByRole('button', { name: 'Side by side' }).click();
    await expectNoSeriousIssue(page, { keep: true });
    await page.getByRole('button', { name: 'Keys and help' }).click();
    await page.getByRole('dialog').waitFor();
    await expectNoSeriousIssue(page);
  });

  test('what is not there: a page, a cell', async () => {
    for (const path of ['/cell/a/b', '/cell?id=no/such/cell']) {
      const page = await open(`${playhead.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectNoSeriousIssue(page);
    }
  });
});

async function aRunUnderWay(): Promise<LiveRun> {
  nowNs = builtAtNs;
  const run = new LiveRun(live.url);
  await run.says('started');
  await run.calls('read', 100, 400);
  await run.prints(300, 'reading the code\r\n');
  return run;
}

async function settled(page: Page): Promise<void> {
  const cell = new CellPage(page);
  await cell.playhead().waitFor();
  await page.getByRole('tabpanel').waitFor();
  await expect.poll(() => page.getByText(/^(Loading|Reading)/).count(), { timeout: 15_000 }).toBe(0);
  await cell.drawn();
}

async function expectNoSeriousIssue(page: Page, { keep = false } = {}): Promise<void> {
  expect(await seriousIssues(page)).toEqual([]);
  if (!keep) await page.close();
}

async function seriousIssues(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResult> } }).axe;
    const { violations } = await runner.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
      );
  });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
  }[];
}
