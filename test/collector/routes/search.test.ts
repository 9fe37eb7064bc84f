// Search across runs: whatever a cell shows is found, in which order, with what it says of each place.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rebuildDatabase } from '../../../collector/offline/rebuild.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import type { Attribute, LogRecord } from '../../../collector/record.ts';
import { type SearchHit, type SearchPage, searchPage } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { databaseFolder } from '../../support/machine/database-folder.ts';
import { spanBatches } from '../../support/otlp/otlp-arbitraries.ts';
import { aBatch, aLog, anEvent, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/stub/polyglot/rust';
const SECOND = 1_000_000_000n;
let traces = 0;

function newTraceId(): string {
  return (0x5ea7c400 + ++traces).toString(16).padStart(32, '0');
}

async function search(collector: TestCollector, q: string, rest = ''): Promise<SearchPage> {
  const page = await collector.get<SearchPage>(`/api/search?q=${encodeURIComponent(q)}${rest}`);
  return searchPage.parse(page);
}

/** All pages of a search. */
async function searchAll(collector: TestCollector, q: string, rest = ''): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  let next: string | undefined;
  do {
    const page: SearchPage = await search(collector, q, `${rest}${next ? `&cursor=${next}` : ''}`);
    hits.push(...page.hits);
    next = page.next;
  } while (next !== undefined);
  return hits;
}

function terminal(data: string, atNs = builtAtNs, stream = 'pty'): LogRecord {
  return aLog({
    timeNs: atNs,
    body: data,
    eventName: 'bench.terminal.output',
    attributes: [['bench.terminal.stream', stream]],
  });
}

async function aCell(
  collector: TestCollector,
  id: string,
  attributes: Attribute[],
  minutesAgo = 0,
): Promise<void> {
  const startNs = builtAtNs - BigInt(minutesAgo) * 60n * SECOND;
  const span = aSpan({
    traceId: newTraceId(),
    name: 'run',
    startNs,
    endNs: startNs + 60n * SECOND,
    attributes,
  });
  await collector.sendTraces([aBatch([span])], { cell: id });
}

describe('a hit says where it is', () => {
  test('a span attribute: the span, its key, its time on the clock, the line around', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, []);
    const traceId = newTraceId();
    const spanId = '00f067aa0ba902b7';
    const result = 'running\nthread main panicked at src/lib.rs\nnote';
    const span = aSpan({
      traceId,
      spanId,
      startNs: builtAtNs + 4n * SECOND,
      attributes: [['tool.result', result]],
    });
    await collector.sendTraces([aBatch([span])], { cell: CELL });
    const { hits, next } = await search(collector, 'MAIN Panicked');
    expect(next).toBeUndefined();
    expect(hits).toHaveLength(1);
    const [hit] = hits as [SearchHit];
    expect(hit).toMatchObject({
      cell: CELL,
      outcome: 'unscored',
      source: 'span',
      tMs: 4000,
      span: `${traceId}:${spanId}`,
      field: 'tool.result',
    });
    expect(hit.text.slice(hit.from, hit.to)).toBe('main panicked');
    expect(hit.text).toContain('thread main panicked at src/lib.rs');
  });

  test('names, keys, numbers, status messages, events, resources and ids are found', async () => {
    const collector = await TestCollector.start();
    const span = aSpan({
      traceId: 'abcdef0123456789abcdef0123456789',
      spanId: '1234567890abcdef',
      name: 'chat stub-model',
      statusMessage: 'connection refused',
      attributes: [
        ['gen_ai.usage.input_tokens', 48_213],
        ['list', ['alpha', 'beta']],
      ],
      events: [anEvent({ name: 'exception', attributes: [['exception.type', 'TimeoutError']] })],
    });
    await collector.sendTraces([aBatch([span], [['host.name', 'lab-7']])], { cell: CELL });
    const fields = async (q: string) => (await search(collector, q)).hits.map(({ field }) => field);
    expect(await fields('STUB-model')).toEqual(['name']);
    expect(await fields('input_tok')).toEqual(['gen_ai.usage.input_tokens']);
    expect(await fields('48213')).toEqual(['gen_ai.usage.input_tokens']);
    expect(await fields('alpha","beta')).toEqual(['list']);
    expect(await fields('tion refused')).toEqual(['status message']);
    expect(await fields('timeouterror')).toEqual(['exception.type']);
    expect(await fields('lab-7')).toEqual(['host.name']);
    expect(await fields('1234567890ABCDEF')).toEqual(['span id']);
    expect(await fields('abcdef0123456789abcdef0123456789')).toEqual(['trace id']);
    expect(await fields('lab-8')).toEqual([]);
  });

  test('what is said in JSON is found as it reads', async () => {
    const collector = await TestCollector.start();
    const messages = JSON.stringify([
      { role: 'tool', content: JSON.stringify({ out: 'expected "Ok"\ngot Err' }) },
    ]);
    await aCell(collector, CELL, [['gen_ai.input.messages', messages]]);
    const { hits } = await search(collector, 'expected "ok"');
    expect(hits).toHaveLength(1);
    expect(hits[0]?.text).toContain('expected "Ok" got Err');
  });

  test('what is said in JSON is shown as it reads, read once', async () => {
    const collector = await TestCollector.start();
    const said = String.raw`grep "alpha" C:\newfolder\x`;
    await aCell(collector, CELL, [['arguments', JSON.stringify({ command: said })]]);
    const [hit] = await searchAll(collector, 'alpha');
    expect(hit?.text).toBe(`{"command":"${said}"}`);
    expect(hit?.text.slice(hit.from, hit.to)).toBe('alpha');
    expect(await searchAll(collector, String.raw`C:\newfolder\x`)).toHaveLength(1);
  });

  test('terminal text, escape sequences stripped, over several records and requests', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, []);
    const pieces = ['test add ... \u001b[3', '1mFAI', 'LED\u001b[0', 'm\r\nthread'];
    for (const [at, piece] of pieces.entries())
      await collector.sendLogs([aBatch([terminal(piece, builtAtNs + BigInt(at + 1) * SECOND)])], {
        cell: CELL,
      });
    const { hits } = await search(collector, 'add ... failed', '&in=terminal');
    expect(hits).toEqual([
      expect.objectContaining({
        source: 'terminal',
        field: 'output',
        tMs: 3000,
        span: null,
        text: 'test add ... FAILED thread',
        from: 5,
        to: 19,
      }),
    ]);
    expect((await search(collector, '[31m')).hits).toEqual([]);
  });

  test('output that arrives late is found across its neighbours, too', async () => {
    const collector = await TestCollector.start();
    const send = (piece: string, at: number) =>
      collector.sendLogs([aBatch([terminal(piece, builtAtNs + BigInt(at) * SECOND)])], { cell: CELL });
    await send('compi', 1);
    await send('ion took 3 s', 3);
    await send('lat', 2);
    expect((await search(collector, 'compilation took')).hits).toHaveLength(1);
  });

  test('a put recording stands in the place of the records', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, []);
    await collector.sendLogs([aBatch([terminal('from the records')])], { cell: CELL });
    const cast =
      '{"version":3,"term":{"cols":80,"rows":24}}\n[0.5,"o","from the "]\n[0.5,"o","\\u001b[1mcast"]\n';
    await collector.request(`${cellPath(CELL)}/terminal`, {
      method: 'PUT',
      body: cast,
      headers: { 'content-type': 'application/x-asciicast' },
    });
    expect((await search(collector, 'from the records')).hits).toEqual([]);
    expect((await search(collector, 'from the cast')).hits).toMatchObject([
      { source: 'terminal', tMs: 1000 },
    ]);
  });

  test('file changes by path and by diff', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, []);
    const change = aLog({
      timeNs: builtAtNs + 2n * SECOND,
      eventName: 'bench.file.change',
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      attributes: [
        ['file.path', 'src/lib.rs'],
        ['bench.file.change', 'modified'],
        ['bench.file.diff', '@@ -1 +1 @@\n-old\n+fn checked_div()'],
      ],
    });
    await collector.sendLogs([aBatch([change])], { cell: CELL });
    const expected = {
      source: 'change',
      field: 'src/lib.rs',
      tMs: 2000,
      span: `${'a'.repeat(32)}:${'b'.repeat(16)}`,
    };
    expect((await search(collector, 'checked_div')).hits).toMatchObject([expected]);
    expect((await search(collector, 'lib.rs', '&in=change')).hits).toMatchObject([expected]);
  });

  test('scores by what their scorer printed; of a replaced record nothing is found', async () => {
    const collector = await TestCollector.start();
    await collector.putScores(CELL, [
      { axis: 'pass_rate', values: { pass: 0, stdout_tail: 'assertion `left == right` failed' } },
    ]);
    const { hits } = await search(collector, 'left == right');
    expect(hits).toMatchObject([
      { source: 'score', field: 'pass_rate stdout_tail', tMs: null, span: null, outcome: 'failed' },
    ]);
    await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 1 } }]);
    expect((await search(collector, 'left == right')).hits).toEqual([]);
  });

  test('logs by their body', async () => {
    const collector = await TestCollector.start();
    await collector.sendLogs([aBatch([aLog({ body: 'rate limit reached, waiting' })])], { cell: CELL });
    expect((await search(collector, 'LIMIT reached')).hits).toMatchObject([
      { source: 'log', field: 'body', tMs: 0 },
    ]);
  });
});

describe('order, pages and filters', () => {
  test('newest cells first, page by page, each hit once', async () => {
    const collector = await TestCollector.start();
    const ids = Array.from({ length: 7 }, (_, at) => `sweep-1/pi/m/polyglot/t${at}`);
    for (const [at, id] of ids.entries()) {
      await aCell(collector, id, [['note', 'needle here']], at);
      await collector.putScores(id, [{ axis: 'x', values: { note: 'a needle' } }]);
    }
    const whole = await searchAll(collector, 'needle');
    expect(whole.map(({ cell }) => cell)).toEqual(ids.flatMap((id) => [id, id]));
    expect(whole.map(({ source }) => source)).toEqual(ids.flatMap(() => ['score', 'span']));
    for (const limit of [1, 3, 5])
      expect(await searchAll(collector, 'needle', `&limit=${limit}`)).toEqual(whole);
  });

  test('eight hits of a cell and source, the last of which says that there are more', async () => {
    const collector = await TestCollector.start();
    const spans = Array.from({ length: 20 }, () => aSpan({ traceId: newTraceId(), name: 'a needle' }));
    for (const span of spans) await collector.sendTraces([aBatch([span])], { cell: CELL });
    await collector.sendLogs([aBatch([terminal('needle '.repeat(9))])], { cell: CELL });
    const hits = await searchAll(collector, 'needle');
    expect(hits.map(({ source }) => source)).toEqual([
      ...Array(8).fill('terminal'),
      ...Array(8).fill('span'),
    ]);
    expect(hits.flatMap(({ more }, at) => (more ? [at] : []))).toEqual([7, 15]);
    for (const limit of [1, 7, 8, 9])
      expect(await searchAll(collector, 'needle', `&limit=${limit}`)).toEqual(hits);
  });

  test('filters narrow it to some cells, `in` to some sources', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, 'sweep-1/pi/meta/llama/polyglot/rust', [['note', 'needle']], 1);
    await aCell(collector, 'sweep-2/opencode/stub/mutations/rust', [['note', 'needle']], 0);
    await collector.putScores('sweep-2/opencode/stub/mutations/rust', [
      { axis: 'pass_rate', values: { pass: 1, note: 'needle' } },
    ]);
    const count = async (rest: string) => (await search(collector, 'needle', rest)).hits.length;
    expect(await count('')).toBe(3);
    expect(await count('&in=span')).toBe(2);
    expect(await count('&in=score,log')).toBe(1);
    expect(await count('&sweep=sweep-1')).toBe(1);
    expect(await count('&agent=opencode')).toBe(2);
    expect(await count('&model=meta%2Fllama')).toBe(1);
    expect(await count('&task=rust')).toBe(3);
    expect(await count('&family=mutations')).toBe(2);
    expect(await count('&outcome=passed&in=span')).toBe(1);
    expect(await count('&outcome=refused')).toBe(0);
  });

  test('one and two characters are found, too', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, [['k', 'ß→']]);
    expect((await search(collector, '→')).hits).toHaveLength(1);
    expect((await search(collector, 'ß→')).hits).toHaveLength(1);
  });

  test('what is no query is refused', async () => {
    const collector = await TestCollector.start();
    for (const query of [
      '',
      '?q=',
      `?q=${'x'.repeat(201)}`,
      '?q=a&in=spans',
      '?q=a&limit=0',
      '?q=a&limit=201',
      '?q=a&cursor=x',
      '?q=a&outcome=good',
    ])
      expect((await collector.request(`/api/search${query}`)).status, query).toBe(400);
    expect((await collector.request('/api/search?q=a', { method: 'POST' })).status).toBe(405);
  });

  test('a reader who leaves does not end the searches of others', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, [['note', 'needle']]);
    const leaving = new AbortController();
    const left = collector.request('/api/search?q=needle', { signal: leaving.signal });
    leaving.abort();
    await left.catch(() => undefined);
    expect((await search(collector, 'needle')).hits).toHaveLength(1);
    expect(await (await collector.request('/metrics')).text()).toMatch(/^playhead_internal_errors_total 0$/m);
  });
});

describe('what becomes of cells', () => {
  test('nothing of a deleted cell is found, however it is asked for', async () => {
    const collector = await TestCollector.start();
    await aCell(collector, CELL, [['note', 'needle']]);
    expect((await search(collector, 'needle')).hits).toHaveLength(1);
    await collector.request(cellPath(CELL), { method: 'DELETE' });
    expect((await search(collector, 'needle')).hits).toEqual([]);
    await aCell(collector, 'sweep-1/pi/m/f/t', [['note', 'other needle']]);
    expect((await search(collector, 'needle')).hits.map(({ cell }) => cell)).toEqual(['sweep-1/pi/m/f/t']);
  });

  test('what an ad-hoc cell held is found in the cell that it became', async () => {
    const collector = await TestCollector.start();
    const traceId = newTraceId();
    await collector.sendTraces([aBatch([aSpan({ traceId, name: 'early needle' })])]);
    await collector.sendLogs([aBatch([{ ...terminal('half a nee'), traceId }])]);
    await collector.sendLogs([aBatch([terminal('dle', builtAtNs + SECOND)])], { cell: CELL });
    await collector.sendTraces([aBatch([aSpan({ traceId, name: 'late' })])], { cell: CELL });
    const hits = await searchAll(collector, 'needle');
    expect(hits.map(({ cell, source }) => [cell, source])).toEqual([
      [CELL, 'terminal'],
      [CELL, 'span'],
    ]);
  });

  test('a restart and a rebuild change nothing, and the file verifies', async () => {
    const folder = databaseFolder();
    const path = join(folder, 'playhead.db');
    const send = async (collector: TestCollector, half: string, at: number) =>
      collector.sendLogs([aBatch([terminal(half, builtAtNs + BigInt(at) * SECOND)])], { cell: CELL });
    let collector = await TestCollector.unattended(path);
    await aCell(collector, CELL, [['note', 'needle']]);
    await collector.putScores(CELL, [{ axis: 'x', values: { note: 'needle' } }]);
    await send(collector, 'a nee', 1);
    await collector.close();
    collector = await TestCollector.unattended(path);
    await send(collector, 'dle in two halves', 2);
    const before = await searchAll(collector, 'needle');
    expect(before.map(({ source }) => source)).toEqual(['score', 'terminal', 'span']);
    await collector.close();
    expect(verifyDatabase(path).problems).toEqual([]);
    rebuildDatabase(path);
    expect(verifyDatabase(path).problems).toEqual([]);
    collector = await TestCollector.unattended(path);
    expect(await searchAll(collector, 'needle')).toEqual(before);
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('laws', () => {
  let collector: TestCollector;
  let folder: string;
  beforeAll(async () => {
    folder = databaseFolder();
    collector = await TestCollector.unattended(join(folder, 'playhead.db'));
  });
  afterAll(async () => {
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a trace shows in words. */
  function textsIn(value: unknown, texts: string[] = []): string[] {
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) for (const item of value) textsIn(item, texts);
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) {
        // Bytes are no text.
        if (key === '$bytes') continue;
        texts.push(key);
        textsIn(item, texts);
      }
    return texts;
  }

  const folds = (text: string) => text.replace(/[A-Z]/g, (char) => char.toLowerCase());

  test('every text of a trace is found by any part of it in any case, sent as protobuf or as JSON', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        spanBatches,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 3, max: 40 }),
        fc.boolean(),
        async (batches, which, from, length, upper) => {
          fc.pre(batches.some(({ records }) => records.length > 0));
          const sweep = `law-${++runs}`;
          const cells = [`${sweep}/pi/m/f/protobuf`, `${sweep}/pi/m/f/json`];
          await collector.sendTraces(batches, { cell: cells[0] as string });
          await collector.sendTraces(batches, { cell: cells[1] as string, encoding: 'json' });
          const { spans } = await collector.trace(cells[0] as string);
          const texts = spans
            .flatMap(({ name, statusMessage, attributes, events }) =>
              textsIn([
                name,
                statusMessage,
                attributes,
                events.map((event) => [event.name, event.attributes]),
              ]),
            )
            .filter((text) => [...text].length >= 3);
          fc.pre(texts.length > 0);
          const chars = [...(texts[which % texts.length] as string)];
          const start = from % (chars.length - 2);
          const part = chars.slice(start, start + length).join('');
          const q = upper ? part.replace(/[a-z]/g, (char) => char.toUpperCase()) : part;
          const hits = await searchAll(collector, q, `&sweep=${sweep}&in=span`);
          expect([...new Set(hits.map(({ cell }) => cell))].sort()).toEqual([...cells].sort());
          for (const hit of hits)
            expect(folds(hit.text.slice(hit.from, hit.to))).toBe(folds(q).replace(/\s/g, ' '));
          const placesIn = (cell: string | undefined) =>
            hits.filter((hit) => hit.cell === cell).map((hit) => ({ ...hit, cell: '' }));
          expect(placesIn(cells[1])).toEqual(placesIn(cells[0]));
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  test('every part of what a terminal shows is found, however its output was cut and coloured', async () => {
    let runs = 0;
    const word = fc.string({ unit: fc.constantFrom(...'abcdefgh '), minLength: 1, maxLength: 9 });
    const piece = fc.record({ text: word, colour: fc.boolean(), sent: fc.boolean(), cut: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 3, max: 90 }),
        async (pieces, from, length) => {
          const cell = `terminal-${++runs}/pi/m/f/t`;
          let records: LogRecord[] = [];
          let at = 0;
          for (const { text, colour, sent, cut } of pieces) {
            const output = colour ? `\u001b[3${cut}m${text}\u001b[0m` : text;
            for (const data of [output.slice(0, cut + 1), output.slice(cut + 1)])
              if (data !== '') records.push(terminal(data, builtAtNs + BigInt(++at) * 1_000_000n));
            if (!sent) continue;
            await collector.sendLogs([aBatch(records)], { cell });
            records = [];
          }
          if (records.length > 0) await collector.sendLogs([aBatch(records)], { cell });
          const shown = pieces.map(({ text }) => text).join('');
          fc.pre(shown.length >= 3);
          const start = from % (shown.length - 2);
          const q = shown.slice(start, start + length);
          const hits = await searchAll(collector, q, `&sweep=terminal-${runs}`);
          expect(hits.length).toBeGreaterThan(0);
          expect(hits[0]?.text.slice(hits[0].from, hits[0].to)).toBe(q);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});

test('what was printed for a terminal is found and quoted as the terminal showed it', async () => {
  const collector = await TestCollector.start();
  const printed = '\u001b[31mFAIL\u001b[0m zebra.test.ts\nstep 1/3\rstep 3/3';
  await aCell(collector, CELL, [['gen_ai.tool.call.result', printed]]);
  for (const sought of ['zebra', 'step 3/3']) {
    const [hit] = await searchAll(collector, sought);
    expect(hit).toMatchObject({ field: 'gen_ai.tool.call.result' });
    expect(hit?.text).not.toContain('\u001b');
    expect(hit?.text.slice(hit.from, hit.to)).toBe(sought);
  }
});
