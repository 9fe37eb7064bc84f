// Images and documents of a run: shown from the bytes that were recorded where they are what they say, named where they
// are not, and fetched from nowhere.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { spanKey } from '../../shared/conventions.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { aPng, aPngHead, notShown } from '../support/images.ts';
import { aBatch, aSpan, builtAtNs } from '../support/otlp/otlp-builders.ts';
import { tracesJson } from '../support/otlp/otlp-encode.ts';

const path = '/cell/agent/model/family/images?sweep=images';
const blob = (content: string, mime = 'image/png') => ({
  type: 'blob',
  mime_type: mime,
  modality: 'image',
  content,
});

const { browser, playhead } = browserTest({ demo: false, prepare: sendRun });
let page: Page;
let cell: CellPage;
let asked: string[];
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
  asked = [];
  page.on('request', (request) => asked.push(request.url()));
});

test('in the transcript an image is drawn from its bytes, and what is no image is named', async () => {
  await cell.open(playhead.url, path);
  const panel = page.getByRole('tabpanel');
  const image = panel.getByRole('img', { name: 'image (image/png, 638 B)' });
  // It is drawn when it comes into sight.
  await expect.poll(() => panel.textContent(), soon).toContain('Read me first.');
  await panel.evaluate((element) => element.scrollTo(0, 0));
  await expect
    .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth), soon)
    .toBe(300);
  expect(await image.getAttribute('src')).toMatch(/^blob:/);
  await panel.locator('.media-frame').nth(1).scrollIntoViewIfNeeded();
  await panel.getByText('The image is damaged.').waitFor();
  expect(await panel.textContent()).toContain('image (image/svg+xml, 71 B)');
  expect(await panel.textContent()).toContain('image (https://images.invalid/a.png)');
  expect(await panel.textContent()).toContain('Read me first.');
  // Of the tool's result: shown below the call.
  expect(await panel.locator('img').count()).toBe(2);
  expect(asked.filter((url) => !url.startsWith(playhead.url) && !url.startsWith('blob:'))).toEqual([]);
  expect(await page.locator('svg script').count()).toBe(0);
});

test('among the messages of a call, too', async () => {
  await cell.open(playhead.url, `${path}&tab=model-calls`);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Messages of call 1' }).click();
  const image = page.getByRole('tabpanel').getByRole('img', { name: 'image (image/png, 638 B)' }).first();
  await expect
    .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth), soon)
    .toBe(300);
});

async function sendRun(url: string): Promise<void> {
  const messages = [
    {
      role: 'user',
      parts: [
        { type: 'text', content: 'Make it look like this.' },
        blob(aPng(300, 200)),
        blob(notShown['a drawing in SVG'] ?? '', 'image/svg+xml'),
        blob(aPngHead(120, 80)),
        { type: 'uri', modality: 'image', uri: 'https://images.invalid/a.png' },
        { type: 'document', source: { type: 'text', data: 'Read me first.' }, title: 'notes.txt' },
      ],
    },
  ];
  const result = {
    content: [
      { type: 'text', text: 'taken' },
      { type: 'image', data: aPng(40, 900), mimeType: 'image/png' },
    ],
  };
  const spans = [
    aSpan({
      name: 'chat',
      spanId: '1'.repeat(16),
      startNs: builtAtNs,
      endNs: builtAtNs + 1_000_000_000n,
      attributes: [
        ['gen_ai.operation.name', 'chat'],
        [spanKey.inputMessages, JSON.stringify(messages)],
        [
          spanKey.outputMessages,
          JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Done.' }] }]),
        ],
      ],
    }),
    aSpan({
      name: 'execute_tool screenshot',
      spanId: '2'.repeat(16),
      startNs: builtAtNs + 1_000_000_000n,
      endNs: builtAtNs + 2_000_000_000n,
      attributes: [
        ['gen_ai.operation.name', 'execute_tool'],
        ['gen_ai.tool.name', 'screenshot'],
        [spanKey.toolResult, JSON.stringify(result)],
      ],
    }),
  ];
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(tracesJson([aBatch(spans, [['bench.cell.id', 'images/agent/model/family/images']])])),
  });
  expect(response.status).toBe(200);
}
