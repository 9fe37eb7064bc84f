// What the details and scores of a cell's page say, for browser tests: sections and snippets by name, related
// cells as rows, weights as a person moves them. Tests never name a selector.
import type { Locator, Page } from 'playwright-core';

export class CellDetails {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  /** A part of the open tab by its name. */
  section(name: string): Locator {
    return this.page.getByRole('tabpanel').getByRole('region', { name, exact: true });
  }

  async text(name: string): Promise<string> {
    return folded(await this.section(name).innerText());
  }

  /** The facts of a section, name to value. */
  async facts(name: string): Promise<Record<string, string>> {
    const section = this.section(name);
    const names = await section.getByRole('term').allInnerTexts();
    const values = await section.getByRole('definition').allInnerTexts();
    return Object.fromEntries(
      names.map((term, index) => [folded(term).replace(/ ?Copy$/, ''), folded(values[index] ?? '')]),
    );
  }

  /** The cells of a group around this one, as they read. */
  async related(group: string): Promise<string[]> {
    const rows = this.page.getByRole('table', { name: group }).getByRole('row');
    return (await rows.allInnerTexts()).slice(1).map(folded);
  }

  snippet(title: RegExp): Locator {
    return this.page.getByRole('tabpanel').getByRole('figure', { name: title });
  }

  /** What the snippet's own button puts on the clipboard. */
  async copied(title: RegExp): Promise<string> {
    await this.snippet(title).getByRole('button', { name: /^Copy/ }).click();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  weight(part: string): Locator {
    return this.page.getByRole('slider', { name: `Weight of ${part}` });
  }

  async weights(): Promise<string[]> {
    const sliders = await this.page.getByRole('slider', { name: /^Weight of/ }).all();
    return Promise.all(sliders.map(async (slider) => (await slider.getAttribute('aria-valuetext')) ?? ''));
  }

  async sum(): Promise<string> {
    return folded(await this.page.getByRole('row', { name: /^Sum/ }).innerText());
  }
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
