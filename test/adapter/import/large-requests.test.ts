// A file of OTLP requests, one a line, that is too large for memory is read a piece at a time: it gives what it gives when it is
// read at once, within a bound of memory, and an import that was interrupted goes on where it was.
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportOptions } from '../../../adapter/import/format.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { importWithLittleRoom } from '../../support/machine/small-import.ts';

const collector = sharedCollector();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-large-requests-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A request of one span. @param cell null for a resource that names none */
function aLine(no: number, cell: string | null, text = ''): string {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const resource = { attributes: cell === null ? [] : [attribute('bench.cell.id', cell)] };
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: (no + 1).toString(16).padStart(16, '0'),
    name: `span ${no}`,
    startTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(no)),
    endTimeUnixNano: String(1_790_000_000_000_000_009n + BigInt(no)),
    attributes: [attribute('text', text)],
  };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

const imported = (file: string, options: Partial<ImportOptions>) =>
  importFiles([file], { endpoint: collector().url, ...options });

function aFile(name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

test('a piece at a time it gives what reading it at once gives, line for line', async () => {
  const rest = ['', '{"resourceMetrics":[{"scopeMetrics":[]}]}', '{"resourceSpans":[{"scopeSp'];
  const lines = (cell: string) => [...Array.from({ length: 30 }, (_, no) => aLine(no, cell)), ...rest];
  const whole = await imported(aFile('whole.jsonl', lines('large/otlp/m/f/whole')), {});
  const pieces = await imported(aFile('pieces.jsonl', lines('large/otlp/m/f/pieces')), { largeBytes: 1 });
  expect(pieces.problems).toEqual([]);
  expect(pieces.lines.map((line) => line.replaceAll('pieces', 'whole'))).toEqual(whole.lines);
  expect(pieces.cells).toEqual(['large/otlp/m/f/pieces']);
  expect((await collector().cell('large/otlp/m/f/pieces')).spans).toBe(30);
});

test('several cells, and records that name none, are told as they are of a small file', async () => {
  const cells = ['large/several/m/f/one', 'large/several/m/f/two', null];
  const file = aFile(
    'several.jsonl',
    [...cells, ...cells].map((cell, no) => aLine(1000 + no, cell)),
  );
  const whole = await imported(file, {});
  const pieces = await imported(file, { largeBytes: 1 });
  expect([pieces.lines, pieces.cells]).toEqual([whole.lines, whole.cells]);
  const other = await imported(file, { largeBytes: 1, cellId: 'large/several/m/f/three' });
  expect(other.problems).toEqual([
    `${file}: names the cell large/several/m/f/one, not large/several/m/f/three`,
  ]);
});

test('an import that is interrupted says how far it came, and goes on from there', async () => {
  const cellId = 'large/otlp/m/f/interrupted';
  // Three bodies of 4 MB, so that there is a moment between two of them.
  const file = aFile(
    'interrupted.jsonl',
    Array.from({ length: 60 }, (_, no) => aLine(no, cellId, 'x'.repeat(200_000))),
  );
  const stateFolder = join(folder, 'state');
  const stop = new AbortController();
  const onProgress: ImportOptions['onProgress'] = ({ phase, bytes, totalBytes }) => {
    if (phase === 'sending' && bytes > totalBytes / 2) stop.abort();
  };
  const first = await imported(file, { largeBytes: 1, stateFolder, signal: stop.signal, onProgress });
  const loaded = Number(
    /interrupted: (\d+) of 60 records of \S+ are loaded; import it again/.exec(first.problems[0] ?? '')?.[1],
  );
  expect(loaded).toBeGreaterThan(0);
  expect((await collector().cell(cellId)).spans).toBe(loaded);
  const received = async () => (await collector().request('/metrics')).text();
  const duplicates = async () =>
    Number(/records_duplicate_total\{[^}]*traces[^}]*\} (\d+)/.exec(await received())?.[1]);
  const before = await duplicates();
  const second = await imported(file, { largeBytes: 1, stateFolder });
  expect([second.problems, second.lines]).toEqual([[], [expect.stringContaining('60 spans')]]);
  expect(await duplicates()).toBe(before);
  expect((await collector().cell(cellId)).spans).toBe(60);
  expect(readdirSync(stateFolder)).toEqual([]);
});

test('a file of 64 MB is imported by a program that has room for none of it', async () => {
  const file = join(folder, 'large.jsonl');
  const out = createWriteStream(file);
  for (let no = 0; no < 640; no++)
    if (!out.write(`${aLine(no, 'large/otlp/m/f/bound', 'x'.repeat(100_000))}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
  const { code, said, spans } = await importWithLittleRoom(file, { XDG_STATE_HOME: folder });
  expect([code, said]).toEqual([0, expect.stringContaining('640 spans')]);
  expect(spans).toBe(640);
});
