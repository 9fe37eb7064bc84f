// The sweep page as a person uses it, for browser tests: what can be read from it and what can be done to
// it, by role and name. Tests never name a selector.
import type { Download, Locator, Page } from 'playwright-core';
import { visit } from './visit.ts';

export class SweepPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string, sweep: string, query = ''): Promise<void> {
    await visit(this.page, `${url}/sweeps/${encodeURIComponent(sweep)}${query}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.page.getByRole('button', { name: 'Export' }).and(this.page.locator(':enabled')).waitFor();
  }

  grid(): Locator {
    return this.page.getByRole('grid');
  }

  /** Names of the rows in sight, in their order. */
  async rows(): Promise<string[]> {
    return this.grid()
      .getByRole('rowheader')
      .evaluateAll((heads) => heads.map((head) => head.getAttribute('title') ?? ''));
  }

  /** Names of the columns in sight, without the corner and the totals. */
  async columns(): Promise<string[]> {
    const titles = await this.grid()
      .getByRole('columnheader')
      .evaluateAll((heads) => heads.map((head) => head.getAttribute('title')));
    return titles.filter((title) => title !== null);
  }

  /** A square that holds cells, by its row and column. */
  square(row: string, column: string): Locator {
    const name = new RegExp(`^${escaped(row)}, ${escaped(column)}: `);
    return this.grid().getByRole('link', { name }).or(this.grid().getByRole('button', { name }));
  }

  /** What a square says of itself, without its row and column. */
  async says(row: string, column: string): Promise<string> {
    const text = (await this.square(row, column).textContent()) ?? '';
    return text.slice(text.indexOf(`${row}, ${column}: `) + `${row}, ${column}: `.length);
  }

  /** Waits until the sentence over all cells holds a text: "96 of 120 passed · 80 % (72–86 %)". */
  async total(text: string): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).waitFor();
  }

  /** What the head says of one fact: "Runs", "Median wall". */
  async fact(name: string): Promise<string> {
    const fact = this.page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd');
    return folded(await fact.innerText());
  }

  async choose(
    what: 'Rows' | 'Columns' | 'Coloured by' | 'Order' | 'Measure',
    option: string,
  ): Promise<void> {
    await this.page.getByRole('combobox', { name: what, exact: true }).selectOption({ label: option });
    await this.drawn();
  }

  async filter(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Filter runs' }).fill(text);
    await this.drawn();
  }

  async click(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
    await this.drawn();
  }

  async tick(name: string): Promise<void> {
    await this.page.getByRole('checkbox', { name }).click();
    await this.drawn();
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.drawn();
  }

  /** The accessible text of what has the focus. */
  async focused(): Promise<string> {
    return folded(await this.page.evaluate(() => document.activeElement?.textContent ?? ''));
  }

  /** The texts of the list's rows in sight. */
  async list(): Promise<string[]> {
    return (await this.page.getByRole('region', { name: 'List' }).getByRole('listitem').allInnerTexts()).map(
      folded,
    );
  }

  async export(label: string): Promise<{ name: string; text: string }> {
    await this.click('Export');
    const coming = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: label }).click();
    const download: Download = await coming;
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    return { name: download.suggestedFilename(), text: Buffer.concat(parts).toString() };
  }

  /** Resolves when everything done so far is on the screen. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  /** Whether anything makes the page itself scroll sideways. */
  async overflows(): Promise<boolean> {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
  }
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
