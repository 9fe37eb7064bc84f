// A file that is too large for memory is read a piece at a time: it gives what it gives when it is read at once, and an import
// that was interrupted goes on where it was.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ImportOptions } from '../../../adapter/import/format.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { sharedCollector } from '../../support/hostile.ts';

const collector = sharedCollector();
const example = join(import.meta.dirname, '../../../examples/pi-rust-error-handling-failed/arrivals.jsonl');
const SESSION = 'ses_4f1dca50effeRzWZ3YgqiNDhWi';
const CALLS = 120;
let folder: string;
let stream: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-large-stream-'));
  stream = join(folder, 'stream.jsonl');
  writeFileSync(stream, `\uFEFF${bigStream()}\n\nno event`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** opencode's stream of 4 MB: 120 calls with 32 kB of output each. */
function bigStream(): string {
  const at = (call: number) => 1_790_000_000_000 + call * 1000;
  const event = (type: string, call: number, part: object) =>
    JSON.stringify({ type, timestamp: at(call) + 900, sessionID: SESSION, part });
  return Array.from({ length: CALLS }, (_, call) =>
    [
      event('step_start', call, { messageID: `msg_${call}` }),
      event('tool_use', call, {
        callID: `call_${call}`,
        tool: 'bash',
        state: {
          status: 'completed',
          input: { call },
          output: `é${'x'.repeat(32_000)}`,
          time: { start: at(call), end: at(call) + 500 },
        },
      }),
      event('step_finish', call, {
        messageID: `msg_${call}`,
        tokens: { input: 5, output: 2, cache: { read: 0, write: 0 } },
      }),
    ].join('\n'),
  ).join('\n');
}

const imported = (file: string, options: Partial<ImportOptions>) =>
  importFiles([file], { endpoint: collector().url, ...options });

/** What each span says, but for its ids, in no order: those of one start stand as they came. */
async function spansOf(cell: string): Promise<string[]> {
  const { spans } = await collector().trace(cell);
  return spans
    .map(({ traceId: _trace, spanId: _span, parentSpanId: _parent, ...said }) =>
      JSON.stringify(said).replace(/x{1000,}/g, (run) => `${run.length} x`),
    )
    .sort();
}

test.each([
  ['arrivals', () => example],
  ['bare output', () => stream],
])(
  '%s: a piece at a time gives the spans, times and words that reading it at once gives',
  async (name, file) => {
    const cell = (way: string) => `large/${name.replace(' ', '-')}/m/f/${way}`;
    const whole = await imported(file(), { cellId: cell('whole') });
    const pieces = await imported(file(), { cellId: cell('pieces'), largeBytes: 1 });
    expect(pieces.problems).toEqual([]);
    expect(pieces.lines.map((line) => line.replace('pieces', 'whole'))).toEqual(whole.lines);
    const spans = await spansOf(cell('whole'));
    expect(spans.length).toBeGreaterThan(9);
    expect(await spansOf(cell('pieces'))).toEqual(spans);
  },
);

test('an import that is interrupted says how far it came, and goes on from there', async () => {
  const cellId = 'large/opencode/m/f/interrupted';
  const stop = new AbortController();
  const sent: string[] = [];
  const stateFolder = join(folder, 'state');
  const first = await imported(stream, {
    cellId,
    largeBytes: 1,
    stateFolder,
    signal: stop.signal,
    onProgress: ({ phase, bytes, totalBytes }) => {
      sent.push(phase);
      if (phase === 'sending' && bytes > totalBytes / 3) stop.abort();
    },
  });
  expect(first.problems[0]).toMatch(
    /: interrupted: \d+ of 241 spans of \S+ are loaded; import it again to go on from there$/,
  );
  const loaded = Number(/(\d+) of/.exec(first.problems[0] ?? '')?.[1]);
  expect(loaded).toBeGreaterThan(50);
  expect((await collector().cell(cellId)).spans).toBe(loaded);
  const [note = ''] = readdirSync(stateFolder);
  expect(JSON.parse(readFileSync(join(stateFolder, note), 'utf8'))).toEqual({ spans: loaded, logs: 0 });

  const metric = async () =>
    Number(
      /records_duplicate_total\{[^}]*traces[^}]*\} (\d+)/.exec(
        await (await collector().request('/metrics')).text(),
      )?.[1],
    );
  const before = await metric();
  const second = await imported(stream, { cellId, largeBytes: 1, stateFolder });
  expect(second.problems).toEqual([]);
  expect(await metric()).toBe(before);
  expect((await collector().cell(cellId)).spans).toBe(241);
  expect(readdirSync(stateFolder)).toEqual([]);
});

test('one that was interrupted before anything was sent says so', async () => {
  const { problems } = await imported(stream, { largeBytes: 1, signal: AbortSignal.abort() });
  expect(problems).toEqual([`${stream}: interrupted before anything was loaded`]);
});

test('one that cannot ask how far it came is a line of the report, and the next file is read', async () => {
  const cellId = 'large/opencode/m/f/refused';
  const stateFolder = join(folder, 'refused');
  let isRefusing = false;
  // Before the collector: it passes everything on until it is told to know no cell.
  const front = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    if (isRefusing && url.startsWith('/api/cells/')) return response.writeHead(503).end('{}');
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const answer = await fetch(collector().url + url, {
      method,
      headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        /^content-(type|encoding)$/.test(name) ? [[name, String(value)]] : [],
      ),
      ...(method !== 'GET' && { body: Buffer.concat(chunks) }),
    });
    return response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close());
  const endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const stop = new AbortController();
  const onProgress: ImportOptions['onProgress'] = ({ phase, bytes, totalBytes }) => {
    if (phase === 'sending' && bytes > totalBytes / 3) stop.abort();
  };
  const options = { cellId, largeBytes: 1, stateFolder, endpoint };
  await imported(stream, { ...options, signal: stop.signal, onProgress });
  expect(readdirSync(stateFolder)).toHaveLength(1);
  isRefusing = true;
  const { problems } = await imported(stream, options);
  expect(problems).toEqual([expect.stringMatching(/^\S+stream\.jsonl: .*503/)]);
});
