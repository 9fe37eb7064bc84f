// The charts of a sweep: each mark opens exactly its runs, a drag and the space bar filter all of them and stand in the
// address, and the same numbers are a table and a file.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { expectNoSeriousIssue } from '../../support/browser/axe.ts';
import { browserTest } from '../../support/browser/browser-test.ts';
import { visit } from '../../support/browser/visit.ts';

const hostile = `__proto__`;
const { browser, playhead } = browserTest({
  demo: false,
  context: { acceptDownloads: true },
  async prepare(url) {
    for (const [day, shift] of [
      ['20261121', 1],
      ['20261122', 0],
    ] as const)
      for (const [agent, passes] of [
        ['pi', 3],
        ['codex', 2],
        [hostile, 1],
      ] as const)
        for (let task = 0; task < 4; task++)
          for (let attempt = 1; attempt <= 2; attempt++) {
            const run = attempt > 1 ? `#run${attempt}` : '';
            const pass = task < passes + shift - (attempt - 1) ? 1 : 0;
            await put(url, `charts-${day}/${agent}/v/m-${agent}/f/task-${task}${run}`, pass, task + 1);
          }
  },
});
let page: Page;
beforeEach(async () => {
  page = await browser.page();
});

async function put(url: string, id: string, pass: number, cost: number): Promise<void> {
  const response = await fetch(`${url}/api/cells/${encodeURIComponent(id)}/scores`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      scores: [
        { axis: 'pass_rate', values: { pass } },
        { axis: 'latency', values: { wall_clock_ms: 1000 * cost + 100 } },
        { axis: 'tokens', values: { total_tokens: 1000 * cost } },
        { axis: 'cost', values: { cost_usd: cost / 100 } },
      ],
    }),
  });
  expect([200, 201]).toContain(response.status);
}

const open = async (query = '') => {
  await visit(page, `${playhead.url}/sweeps/charts-20261122?view=charts&by-axis=agent${query}`);
  await chart('Pass rate, %').getByRole('link', { name: /^pi: / }).waitFor();
};
const chart = (name: string) => page.getByRole('region', { name, exact: true });
const address = () => new URL(page.url()).searchParams;
const rows = () => page.getByRole('region', { name: 'List' }).getByRole('listitem');

test('a mark opens exactly its runs', async () => {
  await open();
  await chart('Pass rate, %')
    .getByRole('link', { name: /^pi: 62.5 % \(5 of 8\)/ })
    .click();
  await expect.poll(() => rows().count()).toBe(8);
  await page.goBack();
  await chart('Pass rate against cost')
    .getByRole('link', { name: /^codex × v\/m-codex: 37.5 % of 8/ })
    .click();
  await expect.poll(() => rows().count()).toBe(8);
  expect(address().getAll('pair')).toEqual(['codex/v/m-codex']);
  await page.goBack();
  await chart('Wall time')
    .getByRole('link', { name: /^pi: 5 passed/ })
    .click();
  await expect.poll(() => rows().count()).toBe(5);
  await page.goBack();
  await chart('Wall time')
    .getByRole('link', { name: /^pi: 3 failed/ })
    .click();
  await expect.poll(() => rows().count()).toBe(3);
});

test('the former sweep stands beside each rate, in the table too', async () => {
  await open();
  await chart('Pass rate, %').getByText('charts-20261121').waitFor();
  await chart('Pass rate, %').getByRole('button', { name: 'Table' }).click();
  const row = chart('Pass rate, %').getByRole('row', { name: /^pi/ });
  await expect.poll(() => row.innerText()).toMatch(/8\s+5\s+0\.625\s.*0\.875/);
});

test('keys go from mark to mark, and the space bar filters all charts and the address', async () => {
  await open();
  await chart('Pass rate, %').getByRole('link', { name: /^pi: / }).focus();
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^codex: /);
  await page.keyboard.press(' ');
  await expect.poll(() => address().getAll('agent')).toEqual(['codex']);
  await expect.poll(() => chart('Wall time').getByRole('link').count()).toBe(2);
  await page.goBack();
  await expect.poll(() => address().getAll('agent')).toEqual([]);
});

test('a drag over rows filters to them', async () => {
  await open();
  await chart('Pass rate, %').getByText('charts-20261121').waitFor();
  const drag = async () => {
    const first = await chart('Pass rate, %').getByRole('link', { name: /^pi: / }).boundingBox();
    const [x, y] = [(first?.x ?? 0) + 200, first?.y ?? 0];
    await page.mouse.move(x, y + 4);
    await page.mouse.down();
    await page.mouse.move(x, y + 20, { steps: 3 });
    await page.mouse.move(x, y + 50, { steps: 3 });
    await page.mouse.up();
    return address().getAll('agent');
  };
  // What arrives meanwhile may move the rows: whoever misses them drags again.
  await expect.poll(drag, { timeout: 20_000 }).toEqual(['pi', 'codex']);
  expect(address().get('view')).toBe('charts');
});

test('numbers and pictures are files', async () => {
  await open();
  for (const [button, part] of [
    ['CSV', '\n__proto__,8,'],
    ['SVG', 'xmlns="http://www.w3.org/2000/svg"'],
  ] as const) {
    const coming = page.waitForEvent('download');
    await chart('Pass rate, %').getByRole('button', { name: button }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await coming).createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toContain(part);
  }
});

test.each([390, 1280, 1920])('at %i pixels the charts stay in the page', async (width) => {
  await page.setViewportSize({ width, height: 800 });
  await open();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('axe finds nothing serious in the charts, in both themes, wide and narrow', async () => {
  await open();
  await expectNoSeriousIssue(page);
});
