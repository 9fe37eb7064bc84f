// What the collector could not take is kept, byte for byte, and never in the agent's way.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCell } from '../../../adapter/sdk/cell-recorder.ts';
import { Redactor } from '../../../adapter/sdk/redact.ts';
import { readSpoolLine, Spool, spoolCell } from '../../../adapter/sdk/spool.ts';
import { TestCollector } from '../../support/collector.ts';

const cellId = 'sweep/pi/model/family/task';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a spool file', () => {
  test('is not made before there is something to keep, and is readable by its owner alone', () => {
    const spool = new Spool(join(folder, 'deep/er/spool.jsonl'), cellId);
    expect(existsSync(spool.path)).toBe(false);
    spool.append('logs', '{}');
    expect(statSync(spool.path).mode & 0o777).toBe(0o600);
  });

  test('gives each body back byte for byte, and nothing of a line that was cut', () => {
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    const bodies = ['{"a":1e+300,"b":"\\u0000\\n"}', '{"ünï":"\u2028"}'];
    for (const body of bodies) spool.append('traces', body);
    const text = readFileSync(spool.path, 'utf8');
    const [first = '', ...lines] = text.trimEnd().split('\n');
    expect(spoolCell(first)).toBe(cellId);
    expect(lines.map((line) => readSpoolLine(line, cellId))).toEqual(
      bodies.map((body) => ({ signal: 'traces', body })),
    );
    expect(readSpoolLine('{"signal":"logs","bo', cellId)).toBeNull();
  });
});

describe('a recorder with a spool', () => {
  test('keeps everything where no collector is, and says why and where, at once', async () => {
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    const cell = openCell({ endpoint: 'http://127.0.0.1:9', cellId, spool, exportTimeoutMs: 200 });
    const startMs = performance.now();
    cell.phase('task_setup', 'prepare').end();
    cell.terminal('hello\r\n');
    cell.score({ axis: 'pass_rate', values: { pass: 1 } });
    await cell.close();
    expect(cell.problems).toEqual([`nothing listens on 127.0.0.1:9; 3 records are in ${spool.path}`]);
    expect(performance.now() - startMs).toBeLessThan(4000);
    expect(cell.spooled).toBe(3);
    const [, ...lines] = readFileSync(spool.path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => readSpoolLine(line, cellId)?.signal).sort()).toEqual([
      'logs',
      'scores',
      'traces',
    ]);
  });

  test('says what a wrong path answered, and keeps everything', async () => {
    const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    const cell = openCell({ endpoint: `${collector.url}/wrong`, cellId, spool });
    cell.phase('task_setup', 'prepare').end();
    await cell.close();
    expect(cell.problems).toEqual([
      expect.stringMatching(/\/wrong\/v1\/traces answered 404 .*; 1 record is in .*spool\.jsonl$/),
    ]);
  });

  test('says that an address does not speak https', async () => {
    const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    const cell = openCell({ endpoint: collector.url.replace('http:', 'https:'), cellId, spool });
    cell.phase('task_setup', 'prepare').end();
    await cell.close();
    expect(cell.problems).toEqual([
      expect.stringMatching(
        /^127\.0\.0\.1:\d+ does not speak https; is http:\/\/.* meant\?; 1 record is in /,
      ),
    ]);
  });

  test('takes an address without http:// for one with it, says so once, and sends there', async () => {
    const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
    const cell = openCell({ endpoint: collector.url.replace('http://', ''), cellId });
    cell.phase('task_setup', 'prepare').end();
    await cell.close();
    expect(cell.problems).toEqual([
      expect.stringMatching(
        /^an endpoint begins with http:\/\/ or https:\/\/, and "127\.0\.0\.1:\d+" with neither: taken as/,
      ),
    ]);
    expect((await collector.cell(cellId)).spans).toBe(1);
    expect(cell.url).toMatch(new RegExp(`^${collector.url}/cell`));
  });

  test('writes nothing where the collector takes everything', async () => {
    const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    const cell = openCell({ endpoint: collector.url, cellId, spool });
    cell.phase('task_setup', 'prepare').end();
    await cell.close();
    expect(cell.problems).toEqual([]);
    expect(existsSync(spool.path)).toBe(false);
    expect((await collector.cell(cellId)).spans).toBe(1);
  });

  test('spools no secret', async () => {
    const secret = 'sk-0123456789abcdef';
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    const redactor = Redactor.of({ A_KEY: secret });
    const cell = openCell({ endpoint: 'http://127.0.0.1:9', cellId, spool, redactor, exportTimeoutMs: 200 });
    const phase = cell.phase('adapter_run', `run ${secret}`, { attributes: { [secret]: secret } });
    phase.event(secret, { text: secret });
    phase.toolCall({ tool: 'bash', arguments: { command: secret } }).end({ result: `ok ${secret}` });
    phase.end({ status: 'error', message: secret });
    cell.terminal(secret);
    cell.fileChange({ path: secret, change: 'added', diff: secret });
    cell.score({ axis: 'pass_rate', values: { stdout_tail: secret } });
    await cell.close();
    const text = readFileSync(spool.path, 'utf8');
    expect(text).not.toContain(secret);
    expect(text.match(/\[redacted:A_KEY\]/g)?.length).toBeGreaterThanOrEqual(9);
  });
});
