// The dock of the cell page as a pointer and an eye meet it: ruler, strip and tracks by where they lie,
// the window, the speed and the URL by what they say. For browser tests; it names no selector.
import type { Locator, Page } from 'playwright-core';
import { CellPage } from './cell-page.ts';

/** Pixels from the slider's top to the ruler's middle, and up from it to the strip's. */
const RULER_MIDDLE_PX = 12;

export class DockPointer {
  readonly page: Page;
  readonly cell: CellPage;

  constructor(page: Page) {
    this.page = page;
    this.cell = new CellPage(page);
  }

  /** The loop's two moments as the transport shows them; null where nothing loops. */
  async loop(): Promise<string | null> {
    const loop = this.page.getByRole('group', { name: 'Loop' });
    if ((await loop.count()) === 0) return null;
    return (await loop.innerText())
      .replace(/[\s×]+/g, ' ')
      .replace(/^ ?Loop/, '')
      .trim();
  }

  /** "1×" */
  async speed(): Promise<string> {
    return (await this.page.getByRole('button', { name: /× speed$/, pressed: true }).innerText()).trim();
  }

  idleButton(): Locator {
    return this.page.getByRole('button', { name: /idle/ });
  }

  async idleText(): Promise<string> {
    return (await this.idleButton().innerText()).replace(/\s+/g, ' ');
  }

  /** Whether the strip shows the run: it appears in one step with what is known of idle time. */
  stripIsDrawn(): Promise<boolean> {
    return this.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.minimap canvas');
      if (!canvas || canvas.width === 0) return false;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels?.some((value) => value > 0) ?? false;
    });
  }

  trackButton(name: string): Locator {
    return this.page.getByRole('region', { name: 'Replay' }).getByRole('button', { name });
  }

  preview(): Locator {
    return this.page.getByRole('tooltip');
  }

  param(name: string): string | null {
    return new URL(this.page.url()).searchParams.get(name);
  }

  /** The stretch in sight, milliseconds, as the URL has it; null where all of the run is. */
  view(): { fromMs: number; toMs: number } | null {
    const [fromMs, toMs] = (this.param('view') ?? '').split('-').map(Number);
    return fromMs === undefined || toMs === undefined ? null : { fromMs, toMs };
  }

  async height(): Promise<number> {
    return (await this.cell.scrubBox()).height;
  }

  /** Drags on the ruler from one share of its width to another. */
  async dragRuler(from: number, to: number): Promise<void> {
    await this.#drag(from, to, RULER_MIDDLE_PX);
  }

  async clickRuler(share: number): Promise<void> {
    const at = await this.#point(share, RULER_MIDDLE_PX);
    await this.page.mouse.click(at.x, at.y);
    await this.cell.drawn();
  }

  async doubleClickRuler(share: number): Promise<void> {
    const at = await this.#point(share, RULER_MIDDLE_PX);
    await this.page.mouse.dblclick(at.x, at.y);
    await this.cell.drawn();
  }

  /** Drags on the strip above the ruler. */
  async dragStrip(from: number, to: number): Promise<void> {
    await this.#drag(from, to, await this.#stripPx());
  }

  async doubleClickStrip(share: number): Promise<void> {
    const at = await this.#point(share, await this.#stripPx());
    await this.page.mouse.dblclick(at.x, at.y);
    await this.cell.drawn();
  }

  /** The middle of the strip, from the top of the plot. */
  async #stripPx(): Promise<number> {
    const strip = await this.page.locator('.minimap').boundingBox();
    if (!strip) throw new Error('the strip is not visible');
    return strip.y + strip.height / 2 - (await this.cell.scrubBox()).y;
  }

  /** Rests the pointer on the middle of the tracks. */
  async hover(share: number): Promise<void> {
    const box = await this.cell.scrubBox();
    await this.page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    await this.cell.drawn();
  }

  /** Drags over the middle of the tracks, with a key or another button held. */
  async dragTracks(
    from: number,
    to: number,
    how: { held?: string; button?: 'left' | 'middle' } = {},
  ): Promise<void> {
    if (how.held) await this.page.keyboard.down(how.held);
    await this.#drag(from, to, await this.#middlePx(), how.button);
    if (how.held) await this.page.keyboard.up(how.held);
    await this.cell.drawn();
  }

  async clickTracks(share: number, held: string): Promise<void> {
    const at = await this.#point(share, await this.#middlePx());
    await this.page.keyboard.down(held);
    await this.page.mouse.click(at.x, at.y);
    await this.page.keyboard.up(held);
    await this.cell.drawn();
  }

  /** Drags on the ruler and presses a key before letting go. */
  async dragRulerAndPress(from: number, to: number, key: string): Promise<void> {
    const start = await this.#point(from, RULER_MIDDLE_PX);
    const end = await this.#point(to, RULER_MIDDLE_PX);
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, start.y);
    await this.page.mouse.move(end.x, end.y);
    await this.page.keyboard.press(key);
    await this.page.mouse.up();
    await this.cell.drawn();
  }

  /** Two fingers on the tracks, from two shares of their width to two others. */
  async pinch(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const y = await this.#middlePx();
    const touch = await this.page.context().newCDPSession(this.page);
    for (let step = 0; step <= 6; step++) {
      const shares = [0, 1].map((finger) => {
        const [a, b] = [from[finger] ?? 0, to[finger] ?? 0];
        return a + ((b - a) * step) / 6;
      });
      const touchPoints = await Promise.all(
        shares.map(async (share, id) => ({ id, ...(await this.#point(share, y)) })),
      );
      await touch.send('Input.dispatchTouchEvent', {
        type: step === 0 ? 'touchStart' : 'touchMove',
        touchPoints,
      });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await touch.detach();
    await this.cell.drawn();
  }

  /** Turns the wheel where the pointer is, with keys held. */
  async wheel(deltaY: number, ...held: string[]): Promise<void> {
    for (const key of held) await this.page.keyboard.down(key);
    await this.page.mouse.wheel(0, deltaY);
    for (const key of held) await this.page.keyboard.up(key);
    await this.cell.drawn();
  }

  async #middlePx(): Promise<number> {
    return (await this.cell.scrubBox()).height / 2;
  }

  async #drag(from: number, to: number, offsetPx: number, button: 'left' | 'middle' = 'left'): Promise<void> {
    const start = await this.#point(from, offsetPx);
    const end = await this.#point(to, offsetPx);
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down({ button });
    for (let step = 1; step <= 6; step++)
      await this.page.mouse.move(start.x + ((end.x - start.x) * step) / 6, start.y);
    await this.page.mouse.up({ button });
    await this.cell.drawn();
  }

  async #point(share: number, offsetPx: number): Promise<{ x: number; y: number }> {
    const box = await this.cell.scrubBox();
    return { x: box.x + box.width * share, y: box.y + offsetPx };
  }
}
