// The compare page as a person uses it, for browser tests: both sides, the one clock, the steps, the table,
// by role and name. Tests never name a selector.
import type { Locator, Page } from 'playwright-core';
import { visit } from './visit.ts';

export class ComparePage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the comparison with the terminals and waits until it is known where the two part, or that they do not. */
  async open(url: string, a: string, b: string, more = ''): Promise<void> {
    const tab = more.includes('tab=') ? '' : '&tab=terminals';
    const sides = `a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`;
    await visit(this.page, `${url}/compare?${sides}${more}${tab}`);
    await this.playhead().waitFor();
    await this.told(/./);
    await this.page
      .getByRole('status')
      .filter({ hasText: 'Comparing the two runs' })
      .waitFor({ state: 'detached' });
  }

  /** "Step 3 of 6", "3.310 s / 10.40 s". */
  async clock(): Promise<string> {
    return folded(await this.page.getByRole('timer').innerText());
  }

  /** Where each run stands, as the slider tells assistive technology: "Step 3 of 6, pi at …, opencode at …". */
  async moments(): Promise<string> {
    return (await this.playhead().getAttribute('aria-valuetext')) ?? '';
  }

  /** Both terminals' text, left and right. */
  async terminals(): Promise<[string, string]> {
    const texts = await this.page.getByRole('region', { name: /^Terminal/ }).allInnerTexts();
    return [texts[0]?.replaceAll('\u00a0', ' ') ?? '', texts[1]?.replaceAll('\u00a0', ' ') ?? ''];
  }

  /** Waits until the sentence on where they part says so. */
  async told(text: RegExp): Promise<void> {
    await this.head().getByRole('status').filter({ hasText: text }).waitFor();
  }

  /** The names of both sides, left and right. */
  async sides(): Promise<string[]> {
    return (await this.head().getByRole('heading', { level: 2 }).allInnerTexts()).map(folded);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.drawn();
  }

  async drawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  async openTab(name: RegExp): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await this.drawn();
  }

  async panel(): Promise<string> {
    return folded(await this.page.getByRole('tabpanel').innerText());
  }

  /** Rows of the table of differences, cells joined by " | ". */
  async differences(): Promise<string[]> {
    await this.openTab(/^Differences/);
    const rows = await this.page.getByRole('row').all();
    return Promise.all(
      rows.map(async (row) => (await row.locator('th, td').allInnerTexts()).map(folded).join(' | ')),
    );
  }

  /** The steps that are marked as present, left before right. */
  async presentSteps(): Promise<string[]> {
    const steps = this.page.getByRole('list', { name: 'Steps of both runs' });
    return (await steps.locator('[aria-current=step]').allInnerTexts()).map(folded);
  }

  /** Presses the pointer on the bar at a share of its length, 0..1. */
  async seekByPointer(share: number): Promise<void> {
    const box = await this.playhead().boundingBox();
    if (!box) throw new Error('the bar is not visible');
    await this.page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
    await this.drawn();
  }

  async drag(from: number, to: number): Promise<void> {
    const box = await this.playhead().boundingBox();
    if (!box) throw new Error('the bar is not visible');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    for (let step = 1; step <= 6; step++)
      await this.page.mouse.move(box.x + box.width * (from + ((to - from) * step) / 6), y);
    await this.page.mouse.up();
    await this.drawn();
  }

  async isPlaying(): Promise<boolean> {
    return (await this.page.getByRole('button', { name: /^pause/i }).count()) > 0;
  }

  query(name: string): string | null {
    return new URL(this.page.url()).searchParams.get(name);
  }

  playhead(): Locator {
    return this.page.getByRole('slider', { name: 'Playhead' });
  }

  private head(): Locator {
    return this.page.getByRole('region', { name: 'Cells' });
  }
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
