// The changes on the stage of a long run: a tree of files, one file as it is at the playhead, and edits to go to.
import { beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { madeFiles } from '../../bin/demo.ts';
import { cellHref } from '../../viewer/state/page/address.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { longRunId } from '../support/long-run/record.ts';

const { browser, playhead } = browserTest({
  demo: false,
  prepare: async (url) => {
    const { problems } = await importFiles(madeFiles(), { endpoint: url });
    if (problems.length > 0) throw new Error(problems.join('\n'));
  },
});

let cell: CellPage;
const open = (t: number) => cell.open(playhead.url, cellHref(longRunId(1), { t }));
const query = (name: string) => new URL(cell.page.url()).searchParams.get(name);
const file = (name: string) =>
  cell.page.getByRole('navigation', { name: 'Changed files' }).getByRole('button', { name, exact: false });

beforeEach(async () => {
  cell = new CellPage(await browser.page());
});

test('it goes to the file of each edit, and shows all edits of it until then as one diff', async () => {
  await open(2_304_000);
  await cell.press('v');
  await expect.poll(() => cell.changesText(), soon).toContain('58 of 60 edits so far');
  await expect.poll(() => cell.changesText(), soon).toContain('edit 1 of 1, 38 m 23');
  const shown = await cell.changesText();
  expect(shown).toContain('mapping[old_field.column]');
  expect(shown).toContain('not asked for by the task, 2 of 24');
  await expect.poll(() => query('stage'), soon).toBe('changes');
  // The first leads to the moment of the edit that was last.
  await cell.press('{', '{');
  await expect.poll(() => cell.changesText(), soon).toContain('57 of 60 edits so far');
  await cell.press('}', '}');
  await expect.poll(() => cell.changesText(), soon).toContain('59 of 60 edits so far');
});

test('a picked file stays until the next edit, and before its first edit it is as it was', async () => {
  await open(2_304_000);
  await cell.openChanges();
  await file('autodetector.py').first().click();
  await expect.poll(() => cell.changesText(), soon).toContain('harbor/migrations/autodetector.py');
  await cell.press('Home');
  await file('autodetector.py').first().click();
  await expect.poll(() => cell.changesText(), soon).toContain('as the run found it');
  await cell.press('}');
  await expect.poll(() => cell.changesText(), soon).toContain('1 of 60 edits so far');
});

test('the tree is one Tab stop with arrows, and Enter opens a file', async () => {
  await open(2_304_000);
  await cell.openChanges();
  const first = file('sqlite.py').first();
  await first.focus();
  await first.press('ArrowUp');
  await cell.page.keyboard.press('Enter');
  await expect.poll(() => cell.changesText(), soon).not.toContain('38 m 23.5 s');
});

test('on a phone they are a tab', async () => {
  cell = new CellPage(await browser.page({ viewport: { width: 390, height: 844 } }));
  await open(2_304_000);
  await cell.openTab(/changes/i);
  await expect.poll(() => cell.panel(), soon).toContain('58 of 60 changes so far');
});
