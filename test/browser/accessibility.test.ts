// axe-core on every page and every tab, in both themes, wide and narrow: no serious and no critical issue.
// Contrast is part of it; what axe cannot judge (the canvases) has tests of its own.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { expectNoSeriousIssue, looks, seriousIssues } from '../support/browser/axe.ts';
import { browserTest, soon, testPlayhead } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { SearchPage } from '../support/browser/search-page.ts';
import { visit } from '../support/browser/visit.ts';
import { LiveRun } from '../support/live-run.ts';
import { builtAtNs } from '../support/otlp/otlp-builders.ts';

const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122&t=3310';
const opencodePath =
  '/cell/opencode/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122&t=7800';
const seedPath =
  '/cell/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling?sweep=expansion-20260616';
const tabs = [/transcript/i, /model calls/i, /spans/i, /scores/i, /details/i];
const onDesk = looks.filter(({ width }) => width === 1440);

const { browser, playhead } = browserTest({ demo: true, expects: [/status of 404/] });
const empty = testPlayhead({ demo: false });
/** Its clock is the test's, so that a run is under way for as long as it takes to look at it. */
const live = testPlayhead({ demo: false, now: () => nowNs });
let nowNs = builtAtNs;
let page: Page;
let cell: CellPage;
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
});

test('the check sees what it is there for: pale ink, a button without a name', async () => {
  page = await browser.newPage();
  cell = new CellPage(page);
  await visit(page, `${playhead.url}${seedPath}`);
  await settled();
  await page.evaluate(() => {
    document.documentElement.style.setProperty('--ink-2', '#d0d0d0');
    document.querySelector('main')?.append(document.createElement('button'));
  });
  const issues = (await seriousIssues(page)).join('\n');
  expect(issues).toContain('color-contrast');
  expect(issues).toContain('button-name');
});

test.each([
  ['filled', () => playhead.url],
  ['filtered to nothing', () => `${playhead.url}/?q=nothing+fits+this`],
  ['empty', () => empty.url],
] as const)('the list, %s', async (_, url) => {
  await visit(page, url());
  await page
    .getByText(/\d+ sweeps?, [\d,]+ runs?|No run fits|Nothing recorded yet/)
    .first()
    .waitFor();
  await expectNoSeriousIssue(page);
});

test.each([
  ['a terminal', piPath, looks],
  ['a terminal and a long call', opencodePath, onDesk],
  ['little of what is recorded elsewhere', seedPath, looks],
] as const)('a cell with %s, on every tab', async (_, path, inLooks) => {
  await visit(page, `${playhead.url}${path}&tab=transcript`);
  await settled();
  for (const tab of tabs) {
    await cell.openTab(tab);
    await settled();
    await cell.unfoldAll();
    await expectNoSeriousIssue(page, inLooks);
  }
});

test.each([
  ['a terminal', piPath],
  ['a summary', seedPath],
  ['nothing', '/cell/nobody/no/model/f/t'],
])('the player for frames, with %s', async (_, path) => {
  await visit(page, `${playhead.url}/embed${path}`);
  await page.getByRole('link', { name: 'Open in Playhead' }).waitFor();
  await expectNoSeriousIssue(page);
});

test.each([
  ['nothing sought', ''],
  ['hits', '?q=test+result'],
  ['no hit', '?q=zz+nowhere&agent=pi'],
])('the search across runs: %s', async (_, query) => {
  const search = new SearchPage(page);
  await search.open(playhead.url, query);
  if (query !== '') await search.done();
  await expectNoSeriousIssue(page);
});

test('the logs of a run', async () => {
  const run = await aRunUnderWay();
  await run.logs(200, 'reading the configuration');
  await run.ends(900);
  await visit(page, `${live.url}${run.path}&tab=logs`);
  await settled();
  await page.getByText('reading the configuration').waitFor();
  await expectNoSeriousIssue(page);
});

test('a run under way, and the same when it ended', async () => {
  const run = await aRunUnderWay();
  await visit(page, `${live.url}${run.path}`);
  await settled();
  await cell.says(/^Running$/);
  await expectNoSeriousIssue(page);
  await run.ends(900);
  await cell.says(/^ended just now$/);
  await expectNoSeriousIssue(page);
});

test('a run that was interrupted', async () => {
  const run = await aRunUnderWay();
  nowNs += 31_000_000_000n;
  await visit(page, `${live.url}${run.path}`);
  await settled();
  await cell.says(/^Interrupted$/);
  await expectNoSeriousIssue(page);
});

test('the results of a search', async () => {
  await visit(page, `${playhead.url}${piPath}`);
  await settled();
  await cell.search('unwrap');
  await cell.press('Enter');
  await expectNoSeriousIssue(page);
});

test('a model call, a tool call and a phase laid open', async () => {
  for (const t of [0, 2500, 3310]) {
    await visit(page, `${playhead.url}${piPath}&t=${t}`);
    await settled();
    await cell.press('Enter');
    await cell
      .span()
      .getByText(/^Attributes/)
      .click();
    await expectNoSeriousIssue(page);
    await visit(page, `${playhead.url}/`);
  }
});

test('messages, a diff side by side, and the sheet of keys', async () => {
  await visit(page, `${playhead.url}${piPath}`);
  await settled();
  await cell.openTab(/model calls/i);
  await page.getByRole('button', { name: 'Messages of call 3' }).click();
  await expectNoSeriousIssue(page);
  await cell.openChanges();
  await expectNoSeriousIssue(page, onDesk);
  await page.getByRole('button', { name: 'Split' }).click();
  await page.getByRole('button', { name: 'Each edit' }).click();
  await expectNoSeriousIssue(page);
  await page.getByRole('button', { name: 'Keys and help' }).click();
  await page.getByRole('dialog').waitFor();
  await expectNoSeriousIssue(page);
});

test.each(['/cell/a/b', '/cell?id=no/such/cell'])('what is not there: %s', async (path) => {
  await visit(page, `${playhead.url}${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expectNoSeriousIssue(page);
});

async function aRunUnderWay(): Promise<LiveRun> {
  nowNs = builtAtNs;
  const run = new LiveRun(live.url);
  await run.says('started');
  await run.calls('read', 100, 400);
  await run.prints(300, 'reading the code\r\n');
  return run;
}

async function settled(): Promise<void> {
  await cell.playhead().waitFor();
  await page.getByRole('tabpanel').waitFor();
  await expect.poll(() => page.getByText(/^(Loading|Reading)/).count(), soon).toBe(0);
  await cell.drawn();
}
