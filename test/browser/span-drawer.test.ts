// A span laid open over the column that is read: what it came to first, its neighbours, and the ways in and out.
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
const said = async () => (await cell.span().innerText()).replace(/\s+/g, ' ');
const query = (name: string) => new URL(cell.page.url()).searchParams.get(name);

beforeEach(async () => {
  cell = new CellPage(await browser.page());
});

test('a model call shows its numbers, its thought in a line, its answer and the tools it asked for', async () => {
  await open(760_000);
  await cell.press('Enter');
  await expect.poll(said, soon).toContain('Asked for 1 tool Read docs/release-notes.md');
  expect(await said()).toMatch(/^Model call #50 12 m 33\.0 s/);
  for (const words of ['In 14.4k 93 % cached', 'Out 579', 'Time 8.5 s 2.4 s waiting', 'Cost $0.026'])
    expect(await said()).toContain(words);
  expect(await said()).toContain('Thought: Where is the name read');
  // Keys and values are there for whoever wants them, and folded.
  expect(await said()).not.toContain('gen_ai.operation.name');
  expect(await cell.spanDetails()).toContain('gen_ai.operation.name');
});

test('all that unfolds in it scrolls within it: the page stays as long as its window', async () => {
  await open(760_000);
  await cell.press('Enter');
  await expect.poll(said, soon).toContain('Asked for 1 tool');
  const longer = await cell.span().evaluate((drawer) => {
    for (const one of drawer.querySelectorAll('details')) one.open = true;
    const found = [];
    for (let above = drawer.parentElement; above; above = above.parentElement)
      if (above.scrollHeight > above.clientHeight + 1) found.push(above.className);
    return found;
  });
  expect(longer).toEqual([]);
});

test('a tool call shows its arguments, the change it made and the end of its output; a phase what it holds', async () => {
  await open(2_303_400);
  await cell.press('Enter');
  await expect.poll(said, soon).toContain('file_path harbor/schema/sqlite.py');
  expect(await said()).toContain('mapping[old_field.column]');
  expect(await said()).toContain('was written: 1 added, 1 removed');
  await cell.press('End');
  await cell.press('Home', 'Enter');
  await expect.poll(said, soon).toContain('Spans within');
});

test('[ and ] go to the neighbours of its kind and take the playhead along; Escape closes', async () => {
  await open(760_000);
  await cell.press('Enter', ']');
  await expect.poll(said, soon).toContain('Model call #51');
  await expect.poll(() => cell.activeSpan(), soon).toContain('model_call');
  await cell.press('[', '[');
  await expect.poll(said, soon).toContain('Model call #49');
  await cell.press('Escape');
  await expect.poll(() => cell.span().count(), soon).toBe(0);
});

test('it stays while time moves on, goes along when another span is chosen, and is in the address', async () => {
  await open(760_000);
  await cell.press('Enter');
  await expect.poll(said, soon).toContain('Model call #50');
  await cell.press('.', '.');
  expect(await said()).toContain('Model call #50');
  await expect.poll(() => query('drawer'), soon).not.toBeNull();
  await expect.poll(() => query('t'), soon).toBe('760200');
  await cell.page.reload();
  await cell.playhead().waitFor();
  await expect.poll(() => cell.span().getByRole('heading').first().innerText(), soon).toBe('Model call #50');
  await cell.press('ArrowRight');
  await expect.poll(said, soon).not.toContain('Model call #50');
});

test('who opened it by its line is back on that line when it closes', async () => {
  await open(760_000);
  const line = cell.activeSpanLine().getByRole('button');
  await line.focus();
  await line.press('Enter');
  await cell.span().waitFor();
  await cell.press('Escape');
  await expect.poll(() => line.evaluate((element) => element === document.activeElement), soon).toBe(true);
});

test('Enter on a row of the model calls opens that call', async () => {
  await open(760_000);
  await cell.openTab(/model calls/i);
  const fold = cell.page.getByRole('button', { name: 'Messages of call 50' });
  const row = cell.page.getByRole('row').filter({ has: fold });
  await row.focus();
  await row.press('Enter');
  await expect.poll(said, soon).toContain('Model call #50');
});
