// The hand on the tracks and beside the keyboard's plain presses, in a real Chromium: a window by shift, a
// pan by the middle button, zoom by wheel and by two fingers, and keys that are nobody's while one types.
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { spanKey } from '../../shared/conventions.ts';
import { browserTest } from '../support/browser/browser-test.ts';
import { DockPointer } from '../support/browser/dock-pointer.ts';
import { aBatch, aSpan, builtAtNs } from '../support/otlp/otlp-builders.ts';
import { tracesJson } from '../support/otlp/otlp-encode.ts';

const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';
/** What the pi cell lasts. */
const PI_MS = 4436;

const { browser, playhead } = browserTest({ demo: true });
let page: Page;
let dock: DockPointer;
beforeEach(() => openPage());

async function openPage(options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.page(options);
  dock = new DockPointer(page);
}

const open = (path: string) => dock.cell.open(playhead.url, path);
const position = () => dock.cell.positionMs();
/** What is in sight, as the URL has it. */
const seen = async () => {
  await expect.poll(() => dock.view()).not.toBeNull();
  const { fromMs, toMs } = dock.view() ?? { fromMs: 0, toMs: 0 };
  return { fromMs, toMs, widthMs: toMs - fromMs };
};

describe('with shift held, the tracks are the drag surface too', () => {
  test('a drag chooses a window and leaves the playhead where it was', async () => {
    await open(`${piPath}&t=1000`);
    await dock.dragTracks(0.5, 0.75, { held: 'Shift' });
    expect(await dock.loop()).toMatch(/^2\.2[12]\d s – 3\.3[23]\d s$/);
    expect(await position()).toBe(1000);
    await expect.poll(() => dock.param('loop')).toMatch(/^22[12]\d.*-33[23]\d/);
  });

  test('a drag by an edge of the window resizes it, one by its inside moves it', async () => {
    await open(`${piPath}&loop=1000-2000`);
    await dock.dragTracks(1000 / PI_MS, 500 / PI_MS, { held: 'Shift' });
    expect(await dock.loop()).toMatch(/^(49\d|50\d) ms – 2\.000 s$/);
    await dock.dragTracks(1000 / PI_MS, 2000 / PI_MS, { held: 'Shift' });
    expect(await dock.loop()).toMatch(/^1\.(49|50)\d s – (2\.99|3\.00)\d s$/);
  });

  test('a click seeks', async () => {
    await open(`${piPath}&t=0`);
    await dock.clickTracks(0.5, 'Shift');
    expect(await position()).toBeCloseTo(PI_MS / 2, -1.5);
    expect(await dock.loop()).toBeNull();
  });
});

describe('the middle button', () => {
  test('pans what is in sight as the hand does, and moves nothing else', async () => {
    await open(`${piPath}&t=1500&view=1000-3000`);
    await dock.dragTracks(0.5, 0.25, { button: 'middle' });
    await expect.poll(() => dock.view()?.fromMs).toBeCloseTo(1500, -1);
    expect(dock.view()?.toMs).toBeCloseTo(3500, -1);
    expect(await position()).toBe(1500);
    expect(await dock.loop()).toBeNull();
  });

  test('stops at the run’s ends', async () => {
    await open(`${piPath}&view=500-2500`);
    await dock.dragTracks(0.2, 0.9, { button: 'middle' });
    await expect.poll(() => dock.view()?.fromMs).toBe(0);
    expect(dock.view()?.toMs).toBeCloseTo(2000, -1);
  });
});

describe('zoom', () => {
  test('by the plain wheel over tracks that need no scrolling, at the pointer, in and out', async () => {
    await open(`${piPath}&t=0`);
    await dock.hover(0.75);
    await dock.wheel(-300);
    const zoomed = await seen();
    expect(zoomed.widthMs).toBeLessThan(PI_MS * 0.6);
    expect(zoomed.fromMs + 0.75 * zoomed.widthMs).toBeCloseTo(PI_MS * 0.75, -1);
    await dock.wheel(900);
    await expect.poll(() => dock.view()).toBeNull();
  });

  test('by two fingers, which keep the moment between them and leave the playhead', async () => {
    await openPage({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await open(`${piPath}&t=2500`);
    await dock.pinch([0.4, 0.6], [0.2, 0.8]);
    await expect.poll(async () => (await seen()).widthMs).toBeCloseTo(PI_MS / 3, -2);
    const { fromMs, toMs } = await seen();
    expect((fromMs + toMs) / 2).toBeCloseTo(PI_MS / 2, -2);
    expect(await position()).toBe(2500);
  });
});

describe('the track of all other spans, where there are hundreds', () => {
  const plumbed = '/cell/agent/model/family/plumbed?sweep=plumbed';
  const button = () => dock.trackButton('Other');

  beforeEach(sendPlumbingOnce);

  test('is folded to how many began when; a click and a key unfold it, and the URL keeps it so', async () => {
    // So low that the tracks do not all fit.
    await page.setViewportSize({ width: 1280, height: 640 });
    await open(plumbed);
    expect(await button().getAttribute('aria-expanded')).toBe('false');
    expect(await button().innerText()).toMatch(/Other\s*900/);
    const folded = await dock.height();
    await button().click();
    expect(await button().getAttribute('aria-expanded')).toBe('true');
    expect(await dock.height()).toBeGreaterThan(folded + 30);
    await dock.cell.press('u');
    expect(await dock.height()).toBe(folded);
    await dock.cell.press('u');
    await expect.poll(() => dock.param('open')).toBe('other');
    await page.reload();
    await dock.cell.playhead().waitFor();
    expect(await button().getAttribute('aria-expanded')).toBe('true');
  });

  test('by the keyboard alone too, and a click on the folded track only seeks', async () => {
    await open(plumbed);
    await page.mouse.move(0, 0);
    for (let step = 0; step < 60 && !(await isFocused(button())); step++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await button().getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await button().getAttribute('aria-expanded')).toBe('false');
    const box = await button().boundingBox();
    const tracks = await dock.cell.scrubBox();
    await page.mouse.click(tracks.x + tracks.width / 2, (box?.y ?? 0) + 12);
    await dock.cell.drawn();
    expect(await position()).toBeCloseTo(4500, -2);
  });
});

const isFocused = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);

let isSent = false;
async function sendPlumbingOnce(): Promise<void> {
  if (!isSent) await sendPlumbing();
  isSent = true;
}

/** 900 statements of 80 ms, eight at a time, below one run. */
async function sendPlumbing(): Promise<void> {
  const at = (ms: number) => builtAtNs + BigInt(ms) * 1_000_000n;
  const statements = Array.from({ length: 900 }, (_, index) =>
    aSpan({ name: 'sql.execute', startNs: at(index * 10), endNs: at(index * 10 + 80) }),
  );
  const run = aSpan({
    name: 'agent:task',
    startNs: at(0),
    endNs: at(9000),
    attributes: [[spanKey.kind, 'adapter_run']],
  });
  const address = `${playhead.url}/cells/${encodeURIComponent('plumbed/agent/model/family/plumbed')}/v1/traces`;
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(tracesJson([aBatch([run, ...statements])])),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

test('Escape lets go of a window under the hand: it is as before', async () => {
  await open(`${piPath}&loop=1000-2000`);
  await dock.dragRulerAndPress(0.6, 0.8, 'Escape');
  expect(await dock.loop()).toBe('1.000 s – 2.000 s');
  await dock.cell.press('Escape');
  expect(await dock.loop()).toBeNull();
});

describe('none of the keys acts while one types', () => {
  const keys = ['?', '/', 'e', 'N', 'S', 's', 'i', 'o', 'c', '[', ']', '<', '>', '+', '-', 'f', '7', ' '];
  for (const [where, tab, name] of [
    ['the search of the run', 'transcript', 'Search this run'],
    ['the filter of spans', 'spans', 'Filter spans'],
  ] as const)
    test(`in ${where}`, async () => {
      await open(`${piPath}&t=2000&view=1000-3000&tab=${tab}`);
      const field = page.getByRole('searchbox', { name });
      await field.click();
      await page.keyboard.type(keys.join(''));
      expect(await field.inputValue()).toBe(keys.join(''));
      for (const key of ['Home', 'End', 'ArrowLeft', 'ArrowRight']) await page.keyboard.press(key);
      await dock.cell.drawn();
      expect(await position()).toBe(2000);
      expect(await dock.speed()).toBe('1×');
      expect(await dock.loop()).toBeNull();
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(await dock.cell.isPlaying()).toBe(false);
      expect(dock.view()).toEqual({ fromMs: 1000, toMs: 3000 });
    });

  test('nor behind the sheet of keys, nor with a browser’s own modifier held', async () => {
    await open(`${piPath}&t=2000`);
    await dock.cell.press('?');
    await page.getByRole('dialog').waitFor();
    await dock.cell.press('f', '5', '.', ']');
    expect(await position()).toBe(2000);
    // They stand in the sheet's own field: what closes it empties that first.
    await dock.cell.press('Escape');
    expect(await page.getByRole('dialog').getByRole('searchbox').inputValue()).toBe('');
    await dock.cell.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await dock.cell.press('Alt+.', 'Control+5', 'Meta+.');
    expect(await position()).toBe(2000);
    await dock.cell.press('.');
    expect(await position()).toBe(2100);
  });
});
