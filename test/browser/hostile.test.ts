// Recordings full of hostile text in every field, read on every page: nothing runs, nothing is fetched from
// elsewhere, the policy with Trusted Types has nothing to report, title and clipboard stay as they were.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Attribute, LogRecord, SpanRecord } from '../../collector/record.ts';
import { logEvent, logKey, resourceKey, spanKey } from '../../shared/conventions.ts';
import { browserTest } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { hostileSequences, hostileTexts } from '../support/hostile-corpus.ts';
import { aBatch, aLog, anEvent, aResource, aScope, aSpan, builtAtNs } from '../support/otlp/otlp-builders.ts';
import { logsProtobuf, tracesProtobuf } from '../support/otlp/otlp-encode.ts';

const MS = 1_000_000n;
/** Few enough that every list of a page is drawn whole or scrolled through in a few steps. */
const TEXTS_A_CELL = 45;
const UNTOUCHED = 'clipboard of the reader';

const parts = Array.from({ length: Math.ceil(hostileTexts.length / TEXTS_A_CELL) }, (_, part) =>
  hostileTexts.slice(part * TEXTS_A_CELL, (part + 1) * TEXTS_A_CELL),
);
/** Some of the texts, as an address holds them. */
const hostileWords = hostileTexts.filter((_, index) => index % 24 === 0).map(encodeURIComponent);

const { browser, playhead } = browserTest({
  demo: false,
  now: () => builtAtNs + 3_600_000n * MS,
  context: { permissions: ['clipboard-read', 'clipboard-write'] },
  async prepare() {
    for (const [part, texts] of parts.entries()) await record(part, texts);
  },
});

test('the corpus holds at least 150 texts, each once', () => {
  expect(new Set(hostileTexts).size).toBe(hostileTexts.length);
  expect(hostileTexts.length).toBeGreaterThanOrEqual(150);
});

test.each(parts.map((texts, part) => [part, texts] as const))(
  'cell %i: every tab, every fold, a search',
  async (part, texts) => {
    const { page, finish } = await open();
    const cell = new CellPage(page);
    await cell.open(playhead.url, `/cell/agent/model/family/task-${part}?sweep=hostile`);
    const title = await page.title();
    await page.evaluate((text) => navigator.clipboard.writeText(text), UNTOUCHED);
    for (const name of [/transcript/i, /model calls/i, /spans/i, /scores/i, /details/i, /logs/i]) {
      await cell.openTab(name);
      await cell.scrollThrough();
      await cell.unfoldAll();
      expect((await cell.panel()).length, `${name} shows what was recorded`).toBeGreaterThan(20);
    }
    await cell.openChanges();
    for (const mode of ['Each edit', 'At the playhead'])
      await page.getByRole('button', { name: mode }).click();
    for (const key of ['}', '}', '{', 'w', 'w']) await cell.press(key);
    expect((await cell.changesText()).length).toBeGreaterThan(20);
    await cell.press('v');
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'e', 'End']) await cell.press(key);
    await cell.press('Home');
    for (const step of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
      expect((await cell.spanDetails()).length, 'the span shows what was recorded').toBeGreaterThan(20);
      await cell.press(step);
    }
    for (const text of [texts[3] ?? '', texts[20] ?? '']) {
      await cell.searchField().fill(text.slice(0, 60));
      await cell.press('Enter', 'Enter', 'Escape');
    }
    expect((await cell.terminalText()).length).toBeGreaterThan(10);
    expect(await page.title()).toBe(title);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(UNTOUCHED);
    await finish();
  },
);

test('the list of cells, filtered by hostile text', async () => {
  const { page, finish } = await open();
  for (const text of hostileTexts.filter((_, index) => index % 18 === 0)) {
    await page.goto(`${playhead.url}/?q=${encodeURIComponent(text)}&outcome=${encodeURIComponent(text)}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  expect(await page.title()).toBe('Sweeps · Playhead');
  await finish();
});

test('addresses of hostile cells', async () => {
  const { page, finish } = await open({ expects404: true });
  for (const word of hostileWords) {
    await page.goto(`${playhead.url}/cell/${word}/b/c/d?sweep=${word}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  await finish();
});

test('addresses of a cell with hostile text in each parameter: spans, tabs, searches', async () => {
  const { page, finish } = await open();
  for (const word of hostileWords) {
    const query = `sweep=hostile&span=${word}&tab=${word}&find=${word}&t=${word}&run=${word}&speed=${word}&from=${word}`;
    await page.goto(`${playhead.url}/cell/agent/model/family/task-0?${query}`);
    await new CellPage(page).playhead().waitFor();
  }
  await finish();
});

test('the watch sees what it is there for: a script that runs, markup that is assigned', async () => {
  const { page } = await open();
  browser.expects(/TrustedHTML/);
  await new CellPage(page).open(playhead.url, '/cell/agent/model/family/task-0?sweep=hostile');
  await page.evaluate(() => {
    (globalThis as unknown as { hit: () => void }).hit();
    try {
      document.body.innerHTML = '<img src=x onerror=hit()>';
    } catch {
      // Trusted Types refuse it, which is what the report is about.
    }
  });
  const { executions, reports } = await readFindings(page);
  expect(executions).toBe(1);
  expect(reports.join()).toContain('require-trusted-types-for');
  await page.close();
});

interface Findings {
  executions: number;
  reports: string[];
}

/** Runs in the page before anything else: counts what runs and what the policy refuses. */
function watch(): void {
  const found = { executions: 0, reports: [] as string[] };
  Object.defineProperty(globalThis, 'findings', { value: found });
  const hit = () => {
    found.executions++;
  };
  for (const name of ['hit', 'alert', 'confirm', 'prompt', 'open'])
    Object.defineProperty(globalThis, name, { value: hit });
  document.addEventListener('securitypolicyviolation', (event) => {
    found.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
}

/** A page, and the checks that hold for all of them when it was read. */
async function open({ expects404 = false } = {}): Promise<{ page: Page; finish: () => Promise<void> }> {
  const page = await browser.newPage();
  await page.context().addInitScript(watch);
  if (expects404) browser.expects(/status of 40[04]/);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${playhead.url}/`) && !url.startsWith('blob:')) elsewhere.push(url);
  });
  page.on('popup', (popup) => browser.complaints.push(`popup: ${popup.url()}`));
  page.on('download', (download) => browser.complaints.push(`download: ${download.url()}`));
  const findings: Findings[] = [];
  // What a page found ends with it: it is read before each leaves.
  const goto = page.goto.bind(page);
  page.goto = async (...args) => {
    if (page.url() !== 'about:blank') findings.push(await readFindings(page));
    return goto(...args);
  };
  await page.bringToFront();
  return {
    page,
    async finish() {
      findings.push(await readFindings(page));
      expect(findings.flatMap(({ reports }) => reports)).toEqual([]);
      expect(findings.reduce((sum, { executions }) => sum + executions, 0)).toBe(0);
      expect(elsewhere).toEqual([]);
      expect(await page.evaluate(dangerousElements)).toEqual([]);
      expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
      expect(new URL(page.url()).origin).toBe(playhead.url);
      await page.close();
    },
  };
}

async function readFindings(page: Page): Promise<Findings> {
  return page.evaluate(() => (globalThis as unknown as { findings: Findings }).findings);
}

/** Runs in the page: elements and attributes that no page of ours has, whatever it shows. */
function dangerousElements(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    if (/^(iframe|object|embed|base|img|video|audio|math|template|portal|marquee|style)$/.test(name))
      found.push(name);
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith('on')) found.push(`${name}[${attribute}]`);
      if (attribute === 'href' && new URL(value, location.href).origin !== location.origin)
        found.push(`${name}[href=${value}]`);
      if (attribute === 'style' && /url\(|expression|@import/i.test(value))
        found.push(`${name}[style=${value}]`);
      if (/^(srcdoc|formaction|ping|xlink:href)$/.test(attribute)) found.push(`${name}[${attribute}]`);
    }
  }
  return found;
}

/** A cell with each text in every field that a recording has, keys included. */
async function record(part: number, texts: readonly string[]): Promise<void> {
  const id = `hostile/agent/model/family/task-${part}`;
  const spans = texts.flatMap((text, index) =>
    hostileSpans(text, part * 1000 + index, BigInt(index) * 20n * MS),
  );
  const resource = aResource([
    [resourceKey.serviceName, texts[0] ?? ''],
    [resourceKey.agentVersion, texts[1] ?? ''],
    [resourceKey.imageName, texts[2] ?? ''],
    [resourceKey.imageDigests, [texts[3] ?? '']],
    [resourceKey.modelBuildId, texts[4] ?? ''],
    ...texts.map((text): Attribute => [text, text]),
  ]);
  const traces = tracesProtobuf([
    aBatch(spans, resource, aScope({ name: texts[5] ?? '', version: texts[6] ?? '' })),
  ]);
  await send(`/cells/${encodeURIComponent(id)}/v1/traces`, 'POST', 'application/x-protobuf', traces);
  const logs = texts.flatMap((text, index) => hostileLogs(text, spans[index * 3], BigInt(index) * 20n * MS));
  await send(
    `/cells/${encodeURIComponent(id)}/v1/logs`,
    'POST',
    'application/x-protobuf',
    logsProtobuf([aBatch([...logs, ...hostileTerminal(texts)], resource)]),
  );
  const scores = texts
    // The one key that the collector refuses by name: see the scores' own tests.
    .filter((text) => text.length <= 128 && text !== '__proto__')
    .map((text) => ({
      axis: text,
      values: Object.fromEntries([
        [text.slice(0, 200), text],
        ['nested', { [text]: [text] }],
      ]),
      scorer: text,
    }));
  const verdict = { axis: 'pass_rate', values: { pass: 0, stdout_tail: texts.join('\n') }, scorer: texts[7] };
  const body = Buffer.from(JSON.stringify({ scores: [verdict, ...dedupe(scores)] }));
  await send(`/api/cells/${encodeURIComponent(id)}/scores`, 'PUT', 'application/json', body);
}

function dedupe<T extends { axis: string }>(scores: readonly T[]): T[] {
  return [...new Map(scores.map((score) => [score.axis, score])).values()];
}

function hostileSpans(text: string, number: number, offsetNs: bigint): SpanRecord[] {
  const startNs = builtAtNs + offsetNs;
  const common = {
    traceId: number.toString(16).padStart(32, '1'),
    startNs,
    endNs: startNs + 5n * MS,
    statusMessage: text,
    events: [anEvent({ timeNs: startNs, name: text, attributes: [[text, text]] })],
  };
  const message = JSON.stringify([
    {
      role: text,
      parts: [
        { type: 'text', content: text },
        { type: 'reasoning', content: text },
        { type: 'tool_call', id: text, name: text, arguments: { [text]: text, command: text } },
      ],
    },
  ]);
  const everywhere: Attribute[] = [
    [text, text],
    [`${text}.${text}`, [text, text]],
    [spanKey.errorType, text],
    [spanKey.sourceId, text],
  ];
  return [
    aSpan({
      ...common,
      name: text,
      statusCode: 2,
      attributes: [
        ...everywhere,
        [spanKey.kind, 'tool_call'],
        [spanKey.toolName, text],
        [spanKey.toolCallId, text],
        [spanKey.toolArguments, JSON.stringify({ command: text, path: text, [text]: text })],
        [spanKey.toolResult, text],
        [spanKey.toolStatus, text],
        [spanKey.workingDirectory, text],
      ],
    }),
    aSpan({
      ...common,
      name: `chat ${text}`,
      attributes: [
        ...everywhere,
        [spanKey.operation, 'chat'],
        [spanKey.provider, text],
        [spanKey.requestModel, text],
        [spanKey.responseModel, text],
        [spanKey.inputMessages, message.replace(`"role":${JSON.stringify(text)}`, '"role":"user"')],
        [spanKey.outputMessages, message],
        [spanKey.finishReasons, [text]],
        [spanKey.requestHash, text],
        [spanKey.inputTokens, 5],
      ],
    }),
    aSpan({
      ...common,
      name: text,
      attributes: [
        ...everywhere,
        [spanKey.kind, 'verify'],
        [spanKey.verifyOutput, `${text}\ntest ${text} ... FAILED\ntest result: FAILED. 0 passed; 1 failed`],
      ],
    }),
  ];
}

function hostileLogs(text: string, cause: SpanRecord | undefined, offsetNs: bigint): LogRecord[] {
  const timeNs = builtAtNs + offsetNs;
  const { traceId = '', spanId = '' } = cause ?? {};
  return [
    aLog({ timeNs, severityText: text, eventName: text, body: text, attributes: [[text, text]] }),
    aLog({
      timeNs,
      traceId,
      spanId,
      eventName: logEvent.fileChange,
      attributes: [
        [logKey.filePath, text],
        [logKey.fileChange, 'modified'],
        [logKey.fileDiff, `--- a/${text}\n+++ b/${text}\n@@ -1,2 +1,2 @@ ${text}\n-${text}\n+${text}\n`],
      ],
    }),
    aLog({
      timeNs,
      eventName: logEvent.evaluation,
      attributes: [
        [logKey.evaluationName, text.slice(0, 128)],
        [logKey.evaluationLabel, text],
        [logKey.evaluationExplanation, text],
      ],
    }),
  ];
}

function hostileTerminal(texts: readonly string[]): LogRecord[] {
  return [...hostileSequences, ...texts].map((text, index) =>
    aLog({
      timeNs: builtAtNs + BigInt(index) * 8n * MS,
      eventName: logEvent.terminalOutput,
      body: `line ${index} ${text}\r\n`,
      attributes: [[logKey.terminalStream, 'pty']],
    }),
  );
}

async function send(path: string, method: string, type: string, body: Uint8Array): Promise<void> {
  const answer = await fetch(`${playhead.url}${path}`, {
    method,
    headers: { 'content-type': type },
    body: Buffer.from(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const said = await answer.text();
  if (/rejected/i.test(said) && method === 'POST' && !/^\s*$/.test(said)) throw new Error(`${path}: ${said}`);
}
