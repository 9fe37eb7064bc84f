// Markers that a recording brought along, asciicast v2 and v3: the brackets visit them, their names stand as
// text beside the clock and over the ruler, whatever the names hold.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { hostileSequences, hostileTexts } from '../support/hostile-corpus.ts';

const { browser, playhead } = browserTest({ demo: false });
let page: Page;
let cell: CellPage;
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
});

/** Puts a recording to a cell of its own and opens the cell. */
async function openRecording(name: string, lines: readonly unknown[]): Promise<void> {
  const id = `casts/pi/model/family/${name}`;
  const answer = await fetch(`${playhead.url}/api/cells/${encodeURIComponent(id)}/terminal`, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-asciicast' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  if (!answer.ok) throw new Error(await answer.text());
  await cell.open(playhead.url, `/cell/pi/model/family/${name}?sweep=casts`);
}

const markerName = async () => {
  const shown = page.getByRole('status', { name: 'Marker' });
  return (await shown.count()) === 0 ? null : shown.innerText();
};

const byVersion = {
  v2: [
    { version: 2, width: 80, height: 24, timestamp: 1_781_000_000 },
    [0, 'o', 'reading\r\n'],
    [1.5, 'm', 'build begins'],
    [2, 'o', 'built\r\n'],
    [3.25, 'm', 'last word'],
  ],
  v3: [
    { version: 3, term: { cols: 80, rows: 24 }, timestamp: 1_781_000_000 },
    [0, 'o', 'reading\r\n'],
    [1.5, 'm', 'build begins'],
    [0.5, 'o', 'built\r\n'],
    [1.25, 'm', 'last word'],
  ],
};

for (const [version, lines] of Object.entries(byVersion))
  test(`the brackets visit the markers of asciicast ${version}, that after the last output too`, async () => {
    await openRecording(version, lines);
    await expect.poll(() => cell.press(']').then(() => cell.positionMs()), soon).toBe(1500);
    expect(await markerName()).toBe('build begins');
    await cell.press(']');
    expect(await cell.positionMs()).toBe(3250);
    expect(await markerName()).toBe('last word');
    await cell.press('.', ',', '[');
    expect(await cell.positionMs()).toBe(1500);
    await cell.press('.');
    expect(await markerName()).toBeNull();
  });

test('a marker is named where the pointer meets it on the ruler, and a click there goes to it', async () => {
  await openRecording('pointed', byVersion.v3);
  await expect.poll(() => cell.press(']').then(() => cell.positionMs()), soon).toBe(1500);
  await cell.press('Home');
  const box = await cell.scrubBox();
  const x = box.x + (box.width * 1500) / 3250 + 3;
  await page.mouse.move(x, box.y + 20);
  await page.getByText('build begins').waitFor();
  await page.mouse.click(x, box.y + 20);
  expect(await cell.positionMs()).toBe(1500);
});

test('names that are attacks are shown as text', async () => {
  const names = [...hostileTexts, ...hostileSequences].map((text) => text.slice(0, 300));
  page = await browser.newPage();
  cell = new CellPage(page);
  await page.addInitScript(() => {
    const found = { hits: 0 };
    Object.defineProperty(globalThis, 'found', { value: found });
    Object.defineProperty(globalThis, 'hit', { value: () => found.hits++ });
  });
  await openRecording('hostile', [
    { version: 3, term: { cols: 80, rows: 24 } },
    [0, 'o', 'begins'],
    ...names.map((name) => [1, 'm', name]),
    [1, 'o', 'ends'],
  ]);
  await expect.poll(() => cell.press(']').then(() => cell.positionMs()), soon).toBe(1000);
  const title = await page.title();
  expect(await markerName()).toContain('<script>hit()</script>');
  for (let at = 1; at < names.length; at++) {
    await page.keyboard.press(']');
    if (at % 10 !== 0) continue;
    await cell.drawn();
    expect(await cell.positionMs()).toBe((at + 1) * 1000);
    expect((await markerName())?.length).toBeGreaterThan(0);
  }
  expect(await page.evaluate(() => (globalThis as unknown as { found: { hits: number } }).found.hits)).toBe(
    0,
  );
  expect(await page.title()).toBe(title);
});
