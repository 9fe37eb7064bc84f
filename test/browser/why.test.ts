// What a run opens on where its address names no moment: a failed one on the reasons, a passed one on its end.
import { beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { madeFiles } from '../../bin/demo.ts';
import { cellHref, compareHref } from '../../viewer/state/page/address.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellDetails } from '../support/browser/cell-details.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { visit } from '../support/browser/visit.ts';
import { longRunId } from '../support/long-run/record.ts';

const { browser, playhead } = browserTest({
  demo: false,
  prepare: async (url) => {
    const { problems } = await importFiles(madeFiles(), { endpoint: url });
    if (problems.length > 0) throw new Error(problems.join('\n'));
  },
});

const failed = cellHref(longRunId(1));
const passed = cellHref(longRunId(2));
let cell: CellPage;

beforeEach(async () => {
  cell = new CellPage(await browser.page());
});

const why = () => cell.page.getByRole('region', { name: 'Why it failed' });
const text = async () => (await why().innerText()).replace(/\s+/g, ' ');

test('a failed run opens before its verifier, on the tests that failed and the edit that did it', async () => {
  await cell.open(playhead.url, failed);
  await expect.poll(text, soon).toContain('mapping[old_field.column]');
  const shown = await text();
  for (const said of [
    '3 of 214 tests failed',
    'exit code 1',
    'test_rename_then_alter_m2m_through',
    'test_schema.py:127',
    "AssertionError: 'IntegerField' != 'BigIntegerField'",
    'Last edit of the code they test',
    '38 m 23',
    'harbor/schema/sqlite.py',
    "The failure's output names sqlite.py, line 206.",
    'Compare with run 2',
  ])
    expect(shown).toContain(said);
  expect(await cell.isPlaying()).toBe(false);
  expect(await cell.positionMs()).toBe(2_375_500);
  await expect.poll(() => cell.terminalText(), soon).toContain('CHANGE keeps name and type');
  // What it opens on by itself needs no moment in its address.
  expect(new URL(cell.page.url()).searchParams.get('t')).toBeNull();
});

test('Escape leaves the picture, e brings the reasons back, and they show all that was printed', async () => {
  await cell.open(playhead.url, failed);
  await expect.poll(text, soon).toContain('3 of 214');
  await cell.press('Escape');
  expect(await why().count()).toBe(0);
  expect(await cell.positionMs()).toBe(2_375_500);
  await cell.press('Home');
  await cell.press('e');
  await why().getByRole('button', { name: 'Whole output' }).click();
  await expect.poll(text, soon).toContain('Ran 214 tests in 21.184s');
});

test('its last 30 s play from there, and the edit is one click away', async () => {
  await cell.open(playhead.url, failed);
  await why().getByRole('button', { name: 'Play the last 30 s' }).click();
  await expect.poll(() => cell.isPlaying(), soon).toBe(true);
  expect(await why().count()).toBe(0);
  expect(await cell.positionMs()).toBeLessThan(2_350_000);
  await cell.togglePlay();
  await cell.press('e');
  await why()
    .getByRole('button', { name: /38 m 23/ })
    .click();
  await expect.poll(() => cell.activeSpan(), soon).toContain('execute_tool Edit');
  expect(await why().count()).toBe(0);
});

test('a passed run opens on its end, and its button plays it from the start', async () => {
  await cell.open(playhead.url, passed);
  await expect.poll(() => cell.positionMs(), soon).toBe(2_402_000);
  await cell.page.getByRole('button', { name: 'Play from the start' }).click();
  await expect.poll(() => cell.isPlaying(), soon).toBe(true);
  expect(await cell.positionMs()).toBeLessThan(60_000);
});

test('who went to the start is there after a reload, and in the address of a player', async () => {
  await cell.open(playhead.url, passed);
  await cell.press('Home');
  await expect.poll(() => new URL(cell.page.url()).searchParams.get('t'), soon).toBe('0');
  await cell.page.reload();
  await cell.playhead().waitFor();
  await expect.poll(() => cell.clock(), soon).toContain('40 m');
  expect(await cell.positionMs()).toBe(0);
  await cell.openTab(/details/i);
  const player = new CellDetails(cell.page).snippet(/^Player$/);
  await expect.poll(() => player.innerText(), soon).toContain('&amp;t=0"');
});

test('a comparison’s link to a run that it shows at its start leads to the start', async () => {
  await visit(cell.page, `${playhead.url}${compareHref([longRunId(1), longRunId(2)])}&clock=time&t=0`);
  const link = cell.page.getByTitle(longRunId(2), { exact: true }).first();
  await expect.poll(() => link.getAttribute('href'), soon).toBe(cellHref(longRunId(2), { t: 0 }));
});

test('on a phone the reasons are the first tab, and nothing is wider than the screen', async () => {
  cell = new CellPage(await browser.page({ viewport: { width: 390, height: 844 } }));
  await cell.open(playhead.url, failed);
  await expect.poll(text, soon).toContain('harbor/schema/sqlite.py');
  expect(await cell.page.getByRole('tab', { name: 'Why', selected: true }).count()).toBe(1);
  expect(await cell.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('in another page’s frame the reasons are shown as well, and its link leads to what it shows', async () => {
  await cell.page.goto(`${playhead.url}/embed${failed}`);
  await expect.poll(text, soon).toContain('test_rename_then_alter_unique');
  const link = cell.page.getByRole('link', { name: 'Open in Playhead' });
  await link.focus();
  expect(await link.getAttribute('href')).toBe(failed);
  await link.blur();
  await cell.press('Escape');
  expect(await why().count()).toBe(0);
  await link.focus();
  expect(await link.getAttribute('href')).toBe(cellHref(longRunId(1), { t: 2_375_500 }));
  await link.blur();
  await cell.press('Home');
  await link.focus();
  expect(await link.getAttribute('href')).toBe(cellHref(longRunId(1), { t: 0 }));
});
