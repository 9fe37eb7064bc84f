// The page that searches all runs as a person uses it, for browser tests: by role and name, no selectors.
import type { Page } from 'playwright-core';
import { visit } from './visit.ts';

export class SearchPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string, query = ''): Promise<void> {
    await visit(this.page, `${url}/search${query}`);
    await this.field().waitFor();
  }

  field() {
    return this.page.getByRole('searchbox', { name: 'Text to find in all runs' });
  }

  /** Types a text and waits until its search has ended. */
  async search(text: string): Promise<void> {
    await this.field().fill(text);
    await this.done();
  }

  /** Resolves when nothing is left to search. */
  async done(): Promise<void> {
    await this.page
      .getByRole('status')
      .filter({ hasText: / in [\d,]+ (of [\d,]+ )?cells?$/ })
      .waitFor();
  }

  /** "9 hits in 3 of 34 cells" */
  async status(): Promise<string> {
    return folded(await this.page.getByRole('status').innerText());
  }

  found() {
    return this.page.getByRole('region', { name: 'Found' });
  }

  /** Names of the cells with hits: "Failed: <id>". */
  async cells(): Promise<string[]> {
    const regions = await this.found().getByRole('region').all();
    return Promise.all(regions.map(async (region) => (await region.getAttribute('aria-label')) ?? ''));
  }

  /** The hits as they read: source, field, time, text. */
  async hits(): Promise<string[]> {
    return (await this.found().getByRole('listitem').getByRole('link').allInnerTexts()).map(folded);
  }

  /** The first hit whose words fit. */
  hit(words: RegExp) {
    return this.found().getByRole('listitem').getByRole('link').filter({ hasText: words }).first();
  }

  /** What is marked in the hits. */
  async marked(): Promise<string[]> {
    return this.found().locator('mark').allInnerTexts();
  }

  async toggle(source: string): Promise<void> {
    await this.page.getByRole('button', { name: source, exact: true }).click();
    await this.done();
  }

  async choose(filter: string, value: string): Promise<void> {
    await this.page.getByRole('combobox', { name: filter }).selectOption(value);
    await this.done();
  }
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
