// The replay as a person drives it, in a real Chromium over the example cells: keyboard and pointer
// move one clock, and the clock, the active span and the terminal say the same moment.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { browserTest } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { visit } from '../support/browser/visit.ts';

const seedPath =
  '/cell/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling?sweep=expansion-20260616';
const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';
const opencodePath = '/cell/opencode/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';

const { browser, playhead } = browserTest({ demo: true });
let page: Page;
let cell: CellPage;
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
});

describe('the list of cells', () => {
  test('shows the three examples with their outcomes and opens one by a click', async () => {
    await visit(page, playhead.url);
    const name = /rust-error-handling/;
    // Each is a picture above and a row below.
    for (const part of ['Latest runs', 'Runs'])
      await expect
        .poll(() => page.getByRole('region', { name: part, exact: true }).getByRole('link', { name }).count())
        .toBe(3);
    const rows = page.getByRole('region', { name: 'Runs', exact: true });
    await rows.getByRole('link', { name: /^pi\b.*rust-error-handling/ }).click();
    await cell.playhead().waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(
      /^pi\s*×[\s\S]*local\/scripted-model$/,
    );
  });
});

describe('the clock', () => {
  test('stands at 0 ms of 13.17 s on the seed page’s cell', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    expect(await cell.clock()).toBe('0 ms / 13.17 s');
    expect(await cell.activeSpan()).toContain('prepare:polyglot/rust-error-handling');
    expect(await cell.activeSpan()).toContain('task_setup');
    expect(await cell.spanDetails()).toContain('factory');
  });

  test('moves 100 ms by comma and full stop, and not past either end', async () => {
    await cell.open(playhead.url, `${piPath}&t=0`);
    await cell.press('.', '.', '.');
    expect(await cell.positionMs()).toBe(300);
    await cell.press(',');
    expect(await cell.positionMs()).toBe(200);
    await cell.press('Home', ',');
    expect(await cell.positionMs()).toBe(0);
    await cell.press('End', '.');
    expect(await cell.clock()).toMatch(/^(\S+ s) \/ \1$/);
  });

  test('steps through every span by the arrow keys, those of equal start too', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    const visited = [await cell.activeSpan()];
    for (let step = 0; step < 4; step++) {
      await cell.press('ArrowRight');
      visited.push(await cell.activeSpan());
    }
    const names = [
      'prepare:polyglot',
      'applied_plugins',
      'openhands:run',
      'openhands:polyglot',
      'cleanup:openhands',
    ];
    for (const name of names) expect(visited.some((text) => text.includes(name))).toBe(true);
    await cell.press('ArrowLeft');
    expect(await cell.activeSpan()).toBe(visited[3]);
  });

  test('plays and pauses by the space key and by the button', async () => {
    await cell.open(playhead.url, `${piPath}&t=0`);
    await cell.press('Space');
    await expect.poll(() => cell.positionMs()).toBeGreaterThan(150);
    expect(await cell.isPlaying()).toBe(true);
    await cell.press('Space');
    expect(await cell.isPlaying()).toBe(false);
    const held = await cell.positionMs();
    await cell.drawn();
    expect(await cell.positionMs()).toBe(held);
    await cell.togglePlay();
    await expect.poll(() => cell.positionMs()).toBeGreaterThan(held);
  });

  test('follows the pointer: a click seeks, a drag scrubs', async () => {
    await cell.open(playhead.url, `${piPath}&t=0`);
    await cell.seekByPointer(0.5);
    const middle = await cell.positionMs();
    expect(middle).toBeGreaterThan(2100);
    expect(middle).toBeLessThan(2350);
    await cell.drag(0.5, 0.75);
    expect(await cell.positionMs()).toBeGreaterThan(middle + 900);
  });

  test('is in the URL and survives a reload', async () => {
    await cell.open(playhead.url, `${piPath}&t=3310`);
    expect(await cell.positionMs()).toBe(3310);
    expect(await cell.activeSpan()).toContain('edit');
    await cell.press('.');
    await expect.poll(() => new URL(page.url()).searchParams.get('t')).toBe('3410');
    await page.reload();
    await cell.playhead().waitFor();
    expect(await cell.positionMs()).toBe(3410);
  });
});

describe('one playhead over spans and terminal', () => {
  test('scrubbing the pi cell moves its full-screen terminal and its spans together', async () => {
    await cell.open(playhead.url, `${piPath}&t=0`);
    expect(await cell.terminalText()).not.toContain('unwrap_or');
    await cell.press('End');
    await expect.poll(() => cell.terminalText()).toContain('The unwrap is gone.');
    const atEnd = await cell.activeSpan();
    await cell.seekByPointer(0.45);
    await expect.poll(() => cell.terminalText()).not.toContain('The unwrap is gone.');
    expect(await cell.activeSpan()).not.toBe(atEnd);
  });

  test('the opencode cell ends with its last message on the terminal', async () => {
    await cell.open(playhead.url, `${opencodePath}&t=0`);
    await cell.press('End');
    await expect.poll(() => cell.terminalText()).toContain('All tests pass.');
  });

  test('a cell without a recording says so and shows a summary of its spans', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    expect(await cell.terminalText()).toMatch(/not recorded|no terminal/i);
  });
});

describe('what was never recorded', () => {
  test('is a word on the seed page’s cell, and its digest carries sha256 once', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    const text = await page.locator('body').innerText();
    expect(text).toContain('not recorded');
    expect(text).toContain('not applicable');
    await cell.openTab(/details/i);
    const panel = page.getByRole('tabpanel');
    const digest = 'sha256:7fcaf222644a5cb0afffe018f038d270130b5af3b8af366cd960f2d596a4342c';
    await expect.poll(() => panel.innerText()).toContain(digest);
    expect(await panel.innerText()).not.toContain('sha256:sha256:');
    await cell.openTab(/model calls/i);
    const words = 'Per-call token capture is not available for this run.';
    await expect.poll(() => panel.innerText()).toContain(words);
  });
});
