// axe-core on a page that is open anyway: the page is judged in each look, by switching theme and width where
// it stands. Does not judge what is drawn on a canvas.
import axeCore from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  /** The same page was judged whole in its other theme. */
  readonly only?: 'colours';
}

/** Both themes on a desk, and a phone: a theme changes colours alone, and a width none of them. */
export const looks: readonly Look[] = [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440, only: 'colours' },
  { theme: 'dark', width: 390 },
];

/** axe's rules that read colours. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** No serious and no critical issue in any look. The page ends as wide as it was. */
export async function expectNoSeriousIssue(page: Page, inLooks = looks): Promise<void> {
  expect(await overLooks(page, ({ only }) => seriousIssues(page, only), inLooks)).toEqual([]);
}

/** What is found in each look, named by it. The page ends as wide as it was. */
export async function overLooks(
  page: Page,
  find: (look: Look) => Promise<readonly string[]>,
  inLooks = looks,
): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const look of inLooks) {
    const { theme, width } = look;
    // Colours on their way from one theme to the other are those of neither.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: 900 });
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    for (const one of await find(look)) found.push(`${theme}, ${width} pixels: ${one}`);
  }
  if (before && page.viewportSize()?.width !== before.width) await page.setViewportSize(before);
  return found;
}

export async function seriousIssues(page: Page, only?: Look['only']): Promise<string[]> {
  const issues = await allIssues(page, undefined, only);
  return issues.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ text }) => text);
}

interface Issue {
  readonly impact: string | null;
  readonly text: string;
}

/** Every issue, of the page or of what a selector names. axe is loaded into a page once. */
export async function allIssues(page: Page, within?: string, only?: Look['only']): Promise<Issue[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeCore.source);
  const rules = only ? { runOnly: { type: 'rule', values: colourRules } } : {};
  return page.evaluate(
    async ({ selector, rules }) => {
      const { axe } = globalThis as unknown as { axe: Axe };
      const { violations } = await axe.run(selector ?? document, { resultTypes: ['violations'], ...rules });
      return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map((node) => ({ impact, text: `${id}: ${node.target.join(' ')} ${node.failureSummary}` })),
      );
    },
    { selector: within, rules },
  );
}

interface Axe {
  run(within: string | Document, options: object): Promise<{ violations: readonly Violation[] }>;
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}
