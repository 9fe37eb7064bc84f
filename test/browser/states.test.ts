// The cell page where something is missing, failed or out of all measure: each part says so in its own place,
// takes nothing else down, and nothing runs out of the page.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LogRecord, SpanRecord } from '../../collector/record.ts';
import { spanKey } from '../../shared/conventions.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { visit } from '../support/browser/visit.ts';
import { oddCellPath, sendOddCell } from '../support/odd-cell.ts';
import { aBatch, aLog, aSpan, builtAtNs } from '../support/otlp/otlp-builders.ts';
import { logsJson, tracesJson } from '../support/otlp/otlp-encode.ts';

const MS = 1_000_000n;
const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';
const LONG = 'a name that goes on / with_underscores_and_no_breaks_'.repeat(12);

const { browser, playhead } = browserTest({
  demo: true,
  async prepare(url) {
    await sendOddCell(url);
    await send(url, 'log', { logs: [aLog({ body: 'hello' })] });
    await send(url, 'long', { spans: longNames() });
    await send(url, 'deep', { spans: chain(1000) });
  },
});
let page: Page;
let cell: CellPage;
beforeEach(() => openPage());

async function openPage(options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.page(options);
  cell = new CellPage(page);
}

const statePath = (name: string) => `/cell/pi/model/family/${name}?sweep=states`;

async function send(
  url: string,
  name: string,
  { spans = [], logs = [] }: { spans?: SpanRecord[]; logs?: LogRecord[] },
) {
  const address = `${url}/cells/${encodeURIComponent(`states/pi/model/family/${name}`)}/v1`;
  const bodies = [
    ['traces', spans.length > 0 && tracesJson([aBatch(spans)])],
    ['logs', logs.length > 0 && logsJson([aBatch(logs)])],
  ] as const;
  for (const [signal, body] of bodies) {
    if (!body) continue;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${address}/${signal}`, { method: 'POST', headers, body: Buffer.from(body) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

function longNames(): SpanRecord[] {
  const span = (kind: string, fromMs: bigint, toMs: bigint) =>
    aSpan({
      name: LONG,
      startNs: builtAtNs + fromMs * MS,
      endNs: builtAtNs + toMs * MS,
      statusCode: 2,
      statusMessage: LONG,
      attributes: [
        [spanKey.kind, kind],
        [spanKey.toolName, LONG],
      ],
    });
  return [span('adapter_run', 0n, 5000n), span('tool_call', 1000n, 2000n)];
}

/** Each span holds the next. */
function chain(count: number): SpanRecord[] {
  const id = (at: number) => (at + 1).toString(16).padStart(16, '0');
  return Array.from({ length: count }, (_, at) =>
    aSpan({
      traceId: 'd'.repeat(32),
      spanId: id(at),
      parentSpanId: at === 0 ? '' : id(at - 1),
      name: `level ${at}`,
      startNs: builtAtNs + BigInt(at) * MS,
      endNs: builtAtNs + BigInt(3 * count - at) * MS,
      attributes: [[spanKey.kind, 'tool_call']],
    }),
  );
}

const fail = (pattern: RegExp) => {
  browser.expects(/status of 500/);
  return page.route(pattern, (route) => route.fulfill({ status: 500, body: 'no' }));
};
const staysInPage = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(page.viewportSize()?.width);

describe('a track that fails', () => {
  test('says so in its own place: changes, model calls and the terminal', async () => {
    await fail(/\/api\/cells\/[^/]+\/(changes|model-calls|terminal)/);
    await visit(page, `${playhead.url}${piPath}&t=2500&tab=changes`);
    await cell.playhead().waitFor();
    await expect.poll(() => cell.changesText(), soon).toContain('The changes could not be loaded');
    await cell.press('v');
    await expect.poll(() => cell.terminalText(), soon).toContain('could not be replayed');
    await cell.openTab(/model calls/i);
    await expect.poll(() => cell.panel(), soon).toContain('could not be loaded');
    await cell.press('ArrowRight');
    expect(await cell.activeSpan()).toContain('chat');
  });

  test('the emulator: the terminal is shown up to there, with a note from there on', async () => {
    await page.route(/\/xterm-headless-[^/]*\.js$/, async (route) => {
      const code = await (await route.fetch()).text();
      const method = 'charAttributes(e){';
      expect(code).toContain(method);
      const failing = 'if((globalThis.calls=(globalThis.calls??0)+1)===60)throw new Error("no such row");';
      await route.fulfill({ body: code.replace(method, method + failing), contentType: 'text/javascript' });
    });
    const note = page.getByText(/The recording cannot be shown from .* on: the emulator failed/);
    await cell.open(playhead.url, `${piPath}&t=4400`);
    await note.waitFor();
    expect(await note.getAttribute('title')).toBe('no such row');
    expect(await cell.terminalText()).toContain('playhead export --format terminal');
    await cell.press('Home');
    expect(await note.count()).toBe(0);
    expect(await cell.terminalText()).toMatch(/cannot be shown from .* on/);
  });

  test('the spans: the answer, the terminal and the scores stand, and nobody claims that there were none', async () => {
    await fail(/\/api\/cells\/[^/]+\/trace/);
    await visit(page, `${playhead.url}${piPath}&t=4400`);
    await page.getByText('The spans could not be loaded, so that the timeline is empty').waitFor();
    await cell.says(/Failed/);
    await expect.poll(() => cell.terminalText(), soon).toContain('scripted-model');
    expect(await cell.activeSpan()).toContain('could not be loaded');
    await cell.openTab(/transcript/i);
    await expect.poll(() => cell.panel(), soon).toContain('The spans could not be loaded');
    const said = await page.locator('body').innerText();
    expect(said).not.toContain('No span was recorded');
    expect(said).not.toMatch(/idle/);
    await cell.openTab(/scores/i);
    await expect.poll(() => cell.panel(), soon).toContain('pass_rate');
  });
});

describe('a collector that is away', () => {
  test('is told of on a bar, is asked again, and the page goes on when it is back', async () => {
    browser.expects(/ERR_FAILED/);
    await cell.open(playhead.url, `${piPath}&t=2500`);
    await page.route(/\/(?:api|livez)/, (route) => route.abort());
    await page.getByRole('link', { name: 'Playhead, all cells' }).click();
    const bar = page.getByRole('region', { name: 'Connection' });
    await bar.getByText('Connection lost').waitFor();
    await bar.getByText(/retrying in \d+ s|asking/).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    // By itself, too: the button may be gone before it is reached.
    await bar
      .getByRole('button', { name: 'Retry now' })
      .click({ timeout: 2000 })
      .catch(() => undefined);
    await page.getByText('demo-20261122').first().waitFor();
    await expect.poll(() => bar.count(), soon).toBe(0);
  });

  test('leaves a cell that is loading with the names that its address says', async () => {
    let go = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route(/\/api\/cells\/[^/?]+$/, async (route) => {
      await asked;
      await route.continue();
    });
    await visit(page, `${playhead.url}${piPath}`);
    await page.getByRole('heading', { level: 1, name: /^pi\s*×/ }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Breadcrumb' }).innerText()).toContain(
      'rust-error-handling',
    );
    expect(await page.getByRole('main').getAttribute('aria-busy')).toBe('true');
    go();
    await cell.playhead().waitFor();
  });
});

describe('a cell', () => {
  test('of one log says that there is nothing to play, and shows the log', async () => {
    await visit(page, `${playhead.url}${statePath('log')}&tab=logs`);
    await page.getByText('There is nothing to play').waitFor();
    await expect.poll(() => cell.panel(), soon).toContain('hello');
    expect(await page.getByRole('button', { name: 'Play' }).isDisabled()).toBe(true);
  });

  test('of endless names stays in the page, on a desk and on a phone', async () => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      await openPage({ viewport });
      for (const tab of ['transcript', 'spans', 'scores', 'details']) {
        await cell.open(playhead.url, `${statePath('long')}&t=1500&tab=${tab}`);
        await cell.drawn();
        await staysInPage();
      }
    }
  });

  test('of 1,000 spans in one another is drawn, opened and read', async () => {
    await cell.open(playhead.url, `${statePath('deep')}&tab=spans&open=tool`);
    await expect.poll(() => cell.panel(), soon).toContain('level 0');
    await cell.press('ArrowRight', 'ArrowRight');
    expect(await cell.activeSpan()).toContain('level 2');
    const label = await page.getByRole('button', { name: 'Tools' }).boundingBox();
    // The name of a track higher than the page stands where the track begins.
    expect(label?.y).toBeLessThan(850);
    await staysInPage();
  });

  test('of odd spans tells no length and no moment that nobody sent', async () => {
    for (const tab of ['transcript', 'spans', 'model-calls']) {
      await cell.open(playhead.url, `${oddCellPath}&t=0&tab=${tab}`);
      await cell.drawn();
      expect(await page.locator('body').innerText()).not.toMatch(/\d{3,} h/);
    }
    await cell.open(playhead.url, `${oddCellPath}&t=0`);
    // It passed and has no terminal: the transcript has the stage.
    await page.getByRole('region', { name: 'Stage' }).getByText('startless').click();
    expect(await cell.activeSpan()).toContain('length not known');
  });
});

describe('as the reader’s machine asks', () => {
  test('nothing moves by itself where motion is to be reduced', async () => {
    await openPage({ reducedMotion: 'reduce' });
    await cell.open(playhead.url, `${piPath}&t=0`);
    await cell.press('e');
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test('the terminal fills the screen, larger, and the keys go on working', async () => {
    await cell.open(playhead.url, `${piPath}&t=2500`);
    await expect.poll(() => cell.terminalText(), soon).toContain('cargo test');
    const height = async () =>
      (await cell.terminal().getByText('cargo test').first().boundingBox())?.height ?? 0;
    const before = await height();
    await page.getByRole('button', { name: 'Full screen' }).click();
    await expect.poll(height, soon).toBeGreaterThan(before * 1.3);
    await cell.press('.');
    expect(await cell.positionMs()).toBe(2600);
    await page.getByRole('button', { name: 'Leave full screen' }).click();
    await expect.poll(height, soon).toBe(before);
  });
});
