// A spool that is too large for memory is sent a request at a time: it gives what it gives when it is read at once, within a
// bound of memory.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportOptions } from '../../../adapter/import/format.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { Spool } from '../../../adapter/sdk/spool.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { importWithLittleRoom } from '../../support/machine/small-import.ts';

const collector = sharedCollector();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-large-spool-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const imported = (file: string, options: Partial<ImportOptions> = {}) =>
  importFiles([file], { endpoint: collector().url, ...options });

/** A request of one span. */
function aBody(no: number, cell: string, text = ''): string {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const span = {
    traceId: 'cd'.repeat(16),
    spanId: (no + 1).toString(16).padStart(16, '0'),
    name: `span ${no}`,
    startTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(no)),
    endTimeUnixNano: String(1_790_000_000_000_000_009n + BigInt(no)),
    attributes: [attribute('text', text)],
  };
  const resource = { attributes: [attribute('bench.cell.id', cell)] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

function aSpool(name: string, cell: string): string {
  const spool = new Spool(join(folder, name), cell);
  for (let no = 0; no < 20; no++) spool.append('traces', aBody(no, cell));
  spool.append('scores', '{"scores":[{"axis":"pass_rate","values":{"pass":1}}]}');
  writeFileSync(spool.path, '\n{"signal":"logs","bo', { flag: 'a' });
  return spool.path;
}

test('a request at a time it gives what reading it at once gives, line for line', async () => {
  const whole = await imported(aSpool('whole.jsonl', 'large/spool/m/f/whole'));
  const pieces = await imported(aSpool('pieces.jsonl', 'large/spool/m/f/pieces'), { largeBytes: 1 });
  expect([whole.problems, pieces.problems]).toEqual([[], []]);
  expect(pieces.lines.map((line) => line.replaceAll('pieces', 'whole'))).toEqual(whole.lines);
  expect(whole.lines).toEqual([
    expect.stringContaining('21 requests, 1 lines that were cut, or for another cell; 24 lines: 22 read'),
  ]);
  const cell = await collector().cell('large/spool/m/f/pieces');
  expect([cell.spans, cell.outcome]).toEqual([20, 'passed']);
});

test('one that is interrupted says so, and gives the whole cell when it is imported again', async () => {
  const cellId = 'large/spool/m/f/again';
  const file = aSpool('again.jsonl', cellId);
  const stopped = await imported(file, { largeBytes: 1, signal: AbortSignal.abort() });
  expect(stopped.problems).toEqual([
    `${file}: interrupted; import it again to load the rest, nothing is doubled`,
  ]);
  await imported(file, { largeBytes: 1 });
  await imported(file, { largeBytes: 1 });
  expect((await collector().cell(cellId)).spans).toBe(20);
});

test('a spool of 64 MB is imported by a program that has room for none of it', async () => {
  const spool = new Spool(join(folder, 'large.jsonl'), 'large/spool/m/f/bound');
  for (let no = 0; no < 64; no++)
    spool.append('traces', aBody(no, 'large/spool/m/f/bound', 'x'.repeat(1_000_000)));
  const { code, said, spans } = await importWithLittleRoom(spool.path);
  expect([code, said]).toEqual([0, expect.stringContaining('64 requests')]);
  expect(spans).toBe(64);
});

test('in a folder, what is too large to be read at once is read a piece at a time, or refused by name', async () => {
  const several = join(folder, 'several');
  mkdirSync(several);
  const spool = aSpool('several/spool.jsonl', 'large/spool/m/f/folder');
  const session = join(several, 'session.jsonl');
  writeFileSync(session, '{"type":"session","version":3}\n');
  truncateSync(session, 65_536);
  const limit = 1 + readFileSync(spool).length / 2;
  const report = await imported(several, { wholeBytes: Math.floor(limit) });
  expect(report.cells).toEqual(['large/spool/m/f/folder']);
  expect(report.problems).toEqual([
    expect.stringMatching(
      /session\.jsonl: is larger than the [\d.]+ MiB that import reads of such a file at once \(65536 bytes\)/,
    ),
  ]);
});
