// The dock as a hand and a keyboard drive it, in a real Chromium: every key and every gesture, what loops,
// what is in sight, and that all of it stands in the URL and survives a reload.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { allIssues, looks, overLooks } from '../support/browser/axe.ts';
import { browserTest } from '../support/browser/browser-test.ts';
import { DockPointer } from '../support/browser/dock-pointer.ts';
import { oddCellPath, sendOddCell } from '../support/odd-cell.ts';

const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';
const seedPath =
  '/cell/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling?sweep=expansion-20260616';
/** What the pi cell lasts. */
const PI_MS = 4436;

const { browser, playhead } = browserTest({ demo: true, prepare: sendOddCell });
let page: Page;
let dock: DockPointer;
beforeEach(() => openPage());

async function openPage(options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.page(options);
  dock = new DockPointer(page);
}

const open = (path: string) => dock.cell.open(playhead.url, path);
const position = () => dock.cell.positionMs();

describe('keys', () => {
  test('the digits jump to tenths, Home and End to the ends', async () => {
    await open(`${piPath}&t=0`);
    for (const digit of [5, 9, 0, 3]) {
      await dock.cell.press(String(digit));
      expect(await position()).toBeCloseTo((digit / 10) * PI_MS, -1);
    }
    await dock.cell.press('End');
    expect(await position()).toBe(PI_MS);
    await dock.cell.press('Home');
    expect(await position()).toBe(0);
  });

  test('square brackets jump between the named moments', async () => {
    await open(`${piPath}&t=0`);
    await expect.poll(() => dock.cell.press(']').then(position)).toBe(1299);
    await dock.cell.press(']');
    const verdict = await position();
    expect(verdict).toBeGreaterThan(4000);
    await dock.cell.press('[');
    expect(await position()).toBe(1299);
    await dock.cell.press('[', '[');
    expect(await position()).toBe(0);
  });

  test('n and N walk the errors, forward and back', async () => {
    await open(`${oddCellPath}&t=0`);
    const ends = [9000, 9100];
    for (const end of ends) {
      await dock.cell.press('n');
      expect(await position()).toBe(end);
    }
    await dock.cell.press('N');
    expect(await position()).toBe(9000);
    expect(await dock.cell.activeSpan()).toContain('inner');
  });

  test('< and > change the speed, s and S as well, and playing goes on', async () => {
    await open(`${piPath}&t=0`);
    await dock.cell.press('>');
    expect(await dock.speed()).toBe('2×');
    await dock.cell.press('s', 's', 's', 's');
    expect(await dock.speed()).toBe('32×');
    await dock.cell.press('S', '<', '<', '<', '<', '<', '<');
    expect(await dock.speed()).toBe('¼×');
    await dock.cell.press('Space', '>');
    expect(await dock.cell.isPlaying()).toBe(true);
    expect(await dock.speed()).toBe('½×');
  });

  test('shift with comma and full stop steps through the terminal’s screens', async () => {
    await open(`${piPath}&t=2000`);
    await expect.poll(() => dock.cell.terminalText()).toContain('read src/lib.rs');
    await dock.cell.press('Shift+Period');
    const next = await position();
    expect(next).toBeGreaterThan(2000);
    await dock.cell.press('Shift+Period');
    expect(await position()).toBeGreaterThan(next);
    await dock.cell.press('Shift+Comma');
    expect(await position()).toBe(next);
    expect(await dock.speed()).toBe('1×');
  });

  test('plus and minus zoom at the playhead, f shows the whole run again', async () => {
    await open(`${piPath}&t=2218`);
    await dock.cell.press('+', '+');
    const widthMs = () => {
      const shown = dock.view();
      return shown && shown.toMs - shown.fromMs;
    };
    await expect.poll(widthMs).toBeCloseTo(PI_MS / 1.6 ** 2, -1);
    const view = dock.view();
    expect(view && (view.fromMs + view.toMs) / 2).toBeCloseTo(2218, -1);
    await dock.cell.press('-');
    await expect
      .poll(() => (dock.view()?.toMs ?? 0) - (dock.view()?.fromMs ?? 0))
      .toBeCloseTo(PI_MS / 1.6, -1);
    await dock.cell.press('f');
    await expect.poll(() => dock.view()).toBeNull();
  });

  test('i and o set a window at the playhead, f fits it, Escape clears it', async () => {
    await open(`${piPath}&t=1000`);
    await dock.cell.press('i', '5', 'o');
    expect(await dock.loop()).toBe('1.000 s – 2.218 s');
    await dock.cell.press('f');
    await expect.poll(() => dock.param('view')).toBe('1000-2218');
    await dock.cell.press('f');
    await expect.poll(() => dock.view()).toBeNull();
    await dock.cell.press('Escape');
    expect(await dock.loop()).toBeNull();
  });

  test('the slider’s own keys step when it has the focus', async () => {
    await open(`${piPath}&t=0`);
    await dock.cell.playhead().focus();
    await dock.cell.press('ArrowUp', 'ArrowUp', 'ArrowDown');
    expect(await position()).toBe(100);
    await dock.cell.press('PageUp');
    expect(await position()).toBeCloseTo(100 + PI_MS / 10, 0);
    expect(await dock.cell.playhead().getAttribute('aria-valuetext')).toMatch(/^544 ms of 4\.436 s, /);
  });

  test('none acts while someone types', async () => {
    await open(`${piPath}&t=2000`);
    await page.getByRole('searchbox').first().click();
    await page.keyboard.type('e5.,s<>+-fi][c ');
    await dock.cell.drawn();
    expect(await position()).toBe(2000);
    expect(await dock.speed()).toBe('1×');
    expect(await dock.loop()).toBeNull();
    expect(await dock.cell.isPlaying()).toBe(false);
  });

  test('the help sheet names the keys and draws the signs', async () => {
    await open(`${piPath}&t=0`);
    await dock.cell.press('?');
    const sheet = page.getByRole('dialog');
    for (const words of ['previous, next marker', 'parent never arrived', 'took no time'])
      await sheet.getByText(words).waitFor();
    await dock.cell.press('5');
    expect(await position()).toBe(0);
  });
});

describe('the drag surface on the ruler', () => {
  test('a click seeks and a drag chooses a window that stays', async () => {
    await open(`${piPath}&t=0`);
    await dock.clickRuler(0.5);
    expect(await position()).toBeCloseTo(PI_MS / 2, -1.5);
    await dock.dragRuler(0.2, 0.4);
    expect(await dock.loop()).toMatch(/^88\d ms – 1\.77\d s$/);
    expect(await position()).toBeCloseTo(PI_MS / 2, -1.5);
  });

  test('an edge resizes it, its inside moves it, a double-click clears it', async () => {
    await open(`${piPath}&loop=1000-2000`);
    await dock.dragRuler(2000 / PI_MS, 3000 / PI_MS);
    expect(await dock.loop()).toMatch(/^1\.000 s – (2\.99|3\.00)\d s$/);
    await dock.dragRuler(1500 / PI_MS, 2500 / PI_MS);
    expect(await dock.loop()).toMatch(/^(1\.99|2\.00)\d s – (3\.99|4\.00)\d s$/);
    await dock.doubleClickRuler(0.7);
    expect(await dock.loop()).toBeNull();
  });

  test('the playhead’s flag scrubs and chooses nothing', async () => {
    await open(`${piPath}&t=2218`);
    await dock.dragRuler(0.5, 0.75);
    expect(await position()).toBeCloseTo(PI_MS * 0.75, -2);
    expect(await dock.loop()).toBeNull();
  });

  test('playing goes round the window', async () => {
    // The slider tells its moment every 400 ms while playing: a loop as long would look as if it stood still.
    await open(`${piPath}&loop=1000-1270&t=1200`);
    await dock.cell.press('Space');
    let last = 0;
    await expect
      .poll(
        async () => {
          const now = await position();
          const wrapped = now < last;
          last = now;
          return wrapped;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    expect(await dock.cell.isPlaying()).toBe(true);
    expect(last).toBeGreaterThanOrEqual(1000);
    expect(last).toBeLessThan(1270);
    await page.getByRole('button', { name: 'End the loop' }).click();
    expect(await dock.loop()).toBeNull();
  });
});

describe('what is in sight', () => {
  test('ctrl and wheel zoom at the pointer, shift and wheel pan', async () => {
    await open(`${piPath}&t=0`);
    await dock.hover(0.25);
    await dock.wheel(-400, 'Control');
    await expect.poll(() => dock.view()).not.toBeNull();
    const zoomed = dock.view() ?? { fromMs: 0, toMs: 0 };
    const widthMs = zoomed.toMs - zoomed.fromMs;
    expect(widthMs).toBeLessThan(PI_MS / 2);
    expect(zoomed.fromMs + 0.25 * widthMs).toBeCloseTo(PI_MS / 4, -1);
    await dock.wheel(200, 'Shift');
    await expect.poll(() => dock.view()?.fromMs).toBeGreaterThan(zoomed.fromMs);
    expect((dock.view()?.toMs ?? 0) - (dock.view()?.fromMs ?? 0)).toBeCloseTo(widthMs, 0);
  });

  test('dragging over the strip looks there, dragging its frame pans, a double-click shows all', async () => {
    await open(`${piPath}&t=0`);
    await dock.dragStrip(0.5, 0.75);
    await expect.poll(() => dock.view()?.toMs).toBeCloseTo(PI_MS * 0.75, -1.5);
    expect(dock.view()?.fromMs).toBeCloseTo(PI_MS / 2, -1.5);
    expect(await position()).toBe(0);
    await dock.dragStrip(0.6, 0.3);
    await expect.poll(() => dock.view()?.fromMs).toBeCloseTo(PI_MS * 0.2, -1.5);
    await dock.doubleClickStrip(0.9);
    await expect.poll(() => dock.view()).toBeNull();
  });

  test('a track opens what lies below its spans, by depth', async () => {
    await open(`${oddCellPath}&t=0`);
    const before = await dock.height();
    await dock.trackButton('Tools').click();
    expect(await dock.trackButton('Tools').getAttribute('aria-expanded')).toBe('true');
    expect(await dock.height()).toBeGreaterThan(before);
    await dock.trackButton('Tools').click();
    expect(await dock.height()).toBe(before);
  });

  test('the pointer previews the span and the terminal of its moment and moves nothing', async () => {
    await open(`${piPath}&t=100`);
    await expect.poll(() => dock.cell.terminalText()).not.toContain('Reading the recording');
    await expect.poll(() => dock.hover(0.55).then(() => dock.preview().count())).toBe(1);
    expect(await dock.preview().innerText()).toMatch(/2\.4\d\d s\s*execute_tool bash/);
    expect(await position()).toBe(100);
    await page.mouse.move(700, 300);
    await dock.cell.drawn();
    expect(await dock.preview().count()).toBe(0);
  });
});

describe('idle time', () => {
  test('is offered where it pays, off at first, and passes in a moment while times stay the run’s', async () => {
    await open(`${seedPath}&t=0`);
    await dock.idleButton().waitFor();
    expect(await dock.idleText()).toMatch(/^13\.2 s, 9\d % idle · compress$/);
    expect(await dock.idleButton().getAttribute('aria-pressed')).toBe('false');
    await dock.cell.press('c', 'Space');
    expect(await dock.idleButton().getAttribute('aria-pressed')).toBe('true');
    await expect.poll(position, { timeout: 5000 }).toBeGreaterThan(13_000);
    await dock.cell.press('5');
    expect(await position()).toBeCloseTo(13_173 / 2, -1);
  });

  test('is not offered where there is none', async () => {
    await open(`${piPath}&t=4000`);
    await expect.poll(() => dock.cell.terminalText()).toContain('scripted-model');
    await expect.poll(() => dock.stripIsDrawn()).toBe(true);
    expect(await dock.idleButton().count()).toBe(0);
  });
});

describe('the whole state', () => {
  test('is in the URL and survives a reload', async () => {
    await open(`${oddCellPath}&t=0`);
    await dock.idleButton().waitFor();
    await dock.trackButton('Tools').click();
    await dock.dragStrip(0.2, 0.8);
    await dock.dragRuler(0.25, 0.5);
    await dock.cell.press('>', 'c', '6');
    await expect.poll(() => dock.param('idle')).toBe('short');
    const url = page.url();
    const [loop, height, at] = [await dock.loop(), await dock.height(), await position()];
    for (const name of ['speed', 'loop', 'view', 'open', 't']) expect(dock.param(name)).not.toBeNull();
    await page.reload();
    await dock.cell.playhead().waitFor();
    await dock.idleButton().waitFor();
    expect(await dock.loop()).toBe(loop);
    expect(await dock.speed()).toBe('2×');
    expect(await dock.height()).toBe(height);
    expect(await position()).toBe(at);
    expect(await dock.idleButton().getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => page.url()).toBe(url);
  });

  test('is the next page’s own where one that plays is left', async () => {
    for (const path of [seedPath, piPath]) {
      await open(path);
      await dock.cell.press('Space', '>', '>');
      expect(await dock.cell.isPlaying()).toBe(true);
      await page.evaluate((to) => {
        history.pushState(null, '', to);
        dispatchEvent(new PopStateEvent('popstate'));
      }, `${piPath}&t=2000`);
      await expect.poll(() => dock.cell.terminalText()).toContain('read src/lib.rs');
      expect(await position()).toBe(2000);
      expect(await dock.speed()).toBe('1×');
    }
  });

  test('what a URL says wrongly is passed over', async () => {
    await open(`${piPath}&speed=fast&loop=9-3&view=x&open=nothing,<b>&idle=1`);
    expect(await dock.speed()).toBe('1×');
    expect(await dock.loop()).toBeNull();
    expect(dock.cell.page.url()).toContain('sweep=demo-20261122');
  });
});

describe('for everyone', () => {
  test('holds AA with every part of the dock in use, light and dark', async () => {
    await open(`${oddCellPath}&t=0&open=tool&loop=2000-6000&view=1000-9000&speed=4`);
    await dock.idleButton().waitFor();
    const ofDock = async () => (await allIssues(page, '[aria-label=Replay]')).map(({ text }) => text);
    const onDesk = looks.filter(({ width }) => width === 1440);
    expect(await overLooks(page, ofDock, onDesk)).toEqual([]);
  });

  test('on a phone a finger scrubs, and the speed steps slower and faster', async () => {
    await openPage({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await open(`${piPath}&t=0`);
    await dock.cell.drag(0.2, 0.6);
    expect(await position()).toBeCloseTo(PI_MS * 0.6, -2);
    await page.getByRole('button', { name: 'Faster' }).click();
    expect(await dock.speed()).toBe('2×');
    await page.getByRole('button', { name: 'Slower' }).click();
    expect(await dock.speed()).toBe('1×');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
