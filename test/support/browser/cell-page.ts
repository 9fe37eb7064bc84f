// The cell page as a person uses it, for browser tests: what can be read from it and what can be
// done to it, by role and name. Tests never name a selector.
import type { Locator, Page } from 'playwright-core';
import { visit } from './visit.ts';

export class CellPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string, path: string): Promise<void> {
    await visit(this.page, `${url}${path}`);
    await this.playhead().waitFor();
  }

  /** "3.310 s / 4.436 s", white space folded. */
  async clock(): Promise<string> {
    return folded(await this.page.getByRole('timer').innerText());
  }

  /** The clock's position in milliseconds, as the slider tells assistive technology. */
  async positionMs(): Promise<number> {
    return Number(await this.playhead().getAttribute('aria-valuenow'));
  }

  /** The line that names the span at the playhead. */
  async activeSpan(): Promise<string> {
    return folded(await this.activeSpanLine().innerText());
  }

  /** All that is known of that span: opens it and what of it is folded, reads it, and closes it. */
  async spanDetails(): Promise<string> {
    if ((await this.span().count()) === 0) await this.activeSpanLine().getByRole('button').click();
    await this.span()
      .getByText(/^(?:No attributes|Attributes )/)
      .waitFor();
    await this.span().evaluate((element) => {
      for (const one of element.querySelectorAll('details')) one.open = true;
    });
    const text = folded(await this.span().innerText());
    await this.press('Escape');
    return text;
  }

  async terminalText(): Promise<string> {
    return (await this.terminal().innerText()).replaceAll('\u00a0', ' ');
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.drawn();
  }

  /** Resolves when everything done so far is on the screen. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  async togglePlay(): Promise<void> {
    await this.page.getByRole('button', { name: /^(play|pause)/i }).click();
  }

  async isPlaying(): Promise<boolean> {
    return (await this.page.getByRole('button', { name: /^pause/i }).count()) > 0;
  }

  /** Presses the pointer on the timeline at a share of its length, 0..1. */
  async seekByPointer(share: number): Promise<void> {
    const box = await this.timelineBox();
    await this.page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
    await this.drawn();
  }

  /** Drags from one share of the timeline to another and lets go there. */
  async drag(from: number, to: number): Promise<void> {
    const box = await this.timelineBox();
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    for (let step = 1; step <= 8; step++)
      await this.page.mouse.move(box.x + box.width * (from + ((to - from) * step) / 8), y);
    await this.page.mouse.up();
    await this.drawn();
  }

  /** Opens a tab and waits until its code, which may be fetched only now, has drawn something. */
  async openTab(name: RegExp): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await this.page.getByRole('tab', { name, selected: true }).waitFor();
    await this.page.locator('[role=tabpanel] > *').first().waitFor({ state: 'attached' });
  }

  /** The changes, on the stage of a wide page, and waits until they are here. */
  async openChanges(): Promise<void> {
    await this.page
      .getByRole('group', { name: 'Stage' })
      .getByRole('button', { name: /^Changes/ })
      .click();
    await this.changes().waitFor();
  }

  /** What the changes on the stage show. */
  async changesText(): Promise<string> {
    return folded(await this.changes().innerText());
  }

  /** Waits until the cell's header holds a piece of text of its own. */
  async says(text: RegExp): Promise<void> {
    await this.page.getByRole('region', { name: 'Cell', exact: true }).getByText(text).first().waitFor();
  }

  /** What the open tab shows. */
  async panel(): Promise<string> {
    return folded(await this.page.getByRole('tabpanel').innerText());
  }

  /** Scrolls the open tab from top to end, so that all of a long list has been drawn. */
  async scrollThrough(): Promise<void> {
    await this.page.getByRole('tabpanel').evaluate(async (element) => {
      const frame = () => new Promise(requestAnimationFrame);
      for (let step = 0; step < 60; step++) {
        element.scrollTop += element.clientHeight * 0.8;
        await frame();
        await frame();
        if (element.scrollTop + element.clientHeight >= element.scrollHeight - 2) return;
      }
    });
    await this.drawn();
  }

  /** Opens everything in the open tab that is folded. */
  async unfoldAll(): Promise<void> {
    await this.page.getByRole('tabpanel').evaluate((element) => {
      for (const one of element.querySelectorAll('details')) one.open = true;
    });
    await this.drawn();
  }

  async transcript(): Promise<string> {
    await this.openTab(/transcript/i);
    return this.panel();
  }

  /** Searches the run and waits until all of it was searched. @returns the hits listed */
  async search(text: string): Promise<string[]> {
    await this.searchField().fill(text);
    await this.page
      .getByRole('status', { name: / found$/ })
      .and(this.page.getByText(/^[\d,]+$/))
      .waitFor();
    await this.drawn();
    return this.hits();
  }

  async hits(): Promise<string[]> {
    return (await this.page.getByRole('option').allInnerTexts()).map(folded);
  }

  searchField(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search this run' });
  }

  playhead(): Locator {
    // Disabled until the gestures are here.
    return this.page.getByRole('slider', { name: 'Playhead', disabled: false });
  }

  terminal(): Locator {
    return this.page.getByRole('region', { name: 'Terminal' });
  }

  changes(): Locator {
    return this.page.getByRole('region', { name: 'Changes', exact: true });
  }

  activeSpanLine(): Locator {
    return this.page.getByRole('region', { name: 'Active span' });
  }

  /** The span that lies open. */
  span(): Locator {
    return this.page.getByRole('region', { name: 'Span', exact: true });
  }

  /** Where a press seeks and a drag scrubs. */
  async scrubBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    return this.timelineBox();
  }

  /** The slider covers exactly the clock: its left edge is the start, its right edge the end. */
  private async timelineBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.playhead().boundingBox();
    if (!box) throw new Error('the timeline is not visible');
    return box;
  }
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
