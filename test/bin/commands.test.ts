// The commands that work on a database file and on one cell of a running collector: what they print, write and leave with.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../bin/exit-codes.ts';
import { readFailures } from '../../shared/failures/readers.ts';
import { TestCollector } from '../support/collector.ts';
import { aBatch, aLog, aSpan } from '../support/otlp/otlp-builders.ts';
import { programEnv } from '../support/program-env.ts';
import { scratchFolder } from '../support/runs.ts';
import { heardOf, said } from './said.ts';

const program = join(import.meta.dirname, '../../bin/playhead.ts');
const CELL = 's/a/m/f/commanded';
const TOKEN = 'a-token-of-some-length';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** In this process, as the command line would end it; in one of its own where standard input is read. */
async function playhead(args: readonly string[], input = ''): Promise<Ended> {
  if (input === '')
    try {
      return await said(args);
    } catch (error) {
      const { message } = error as Error;
      return {
        code: exitCodeOf(error),
        out: heardOf(error).out,
        err: `${heardOf(error).err}playhead: ${message}\n`,
      };
    }
  const child = spawn(process.execPath, [program, ...args], { env: programEnv });
  const heard = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    heard.out += text;
  });
  child.stderr.on('data', (text) => {
    heard.err += text;
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...heard })));
}

async function aCollector(): Promise<TestCollector> {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan({ name: 'first' }), aSpan({ name: 'second' })])], { cell: CELL });
  await collector.sendLogs([aBatch([aLog(), aLog({ eventName: 'bench.terminal.output', body: 'hi\r\n' })])], {
    cell: CELL,
  });
  await collector.writer.settled();
  return collector;
}

test('verify says in one line that a database is whole, also beside the collector that writes it', async () => {
  const collector = await aCollector();
  const { code, out, err } = await playhead(['verify', '--db', collector.dbPath]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe(`${collector.dbPath}: 2 log entries, all whole\n`);
});

test('verify names what is wrong, changes nothing and leaves with 3', async () => {
  const collector = await aCollector();
  await collector.close();
  const db = new Database(collector.dbPath);
  db.exec('UPDATE log SET accepted = accepted + 1 WHERE seq = 1');
  db.close();
  const before = readFileSync(collector.dbPath);
  const { code, out, err } = await playhead(['verify', '--db', collector.dbPath]);
  expect(code).toBe(3);
  expect(out).toContain('chain: log entry 1 does not follow from the one before\n');
  expect(err).toMatch(/^playhead: .*problem/);
  expect(readFileSync(collector.dbPath).equals(before)).toBe(true);
});

test('verify of a file that is not there says so and makes none', async () => {
  const { folder } = scratchFolder();
  const { code, out } = await playhead(['verify', '--db', join(folder, 'none.db')]);
  expect(code).toBe(3);
  expect(out).toContain('none.db');
});

test('rebuild makes the derived tables again; while a collector uses the file it leaves with 4', async () => {
  const collector = await aCollector();
  expect((await playhead(['rebuild', '--db', collector.dbPath])).code).toBe(4);
  await collector.close();
  const db = new Database(collector.dbPath);
  db.exec('DELETE FROM span_chunks');
  db.close();
  const { code, out } = await playhead(['rebuild', '--db', collector.dbPath]);
  expect([code, out]).toEqual([0, `${collector.dbPath}: built anew from 2 log entries\n`]);
  const again = await TestCollector.open(collector.dbPath);
  expect((await again.trace(CELL)).spans.map(({ name }) => name)).toEqual(['first', 'second']);
});

test('score puts the records of a file, and of standard input', async () => {
  const collector = await aCollector();
  const { folder } = scratchFolder();
  const file = join(folder, 'scores.json');
  writeFileSync(file, JSON.stringify({ scores: [{ axis: 'pass_rate', values: { pass: 1 } }] }));
  const given = ['score', CELL, '--endpoint', collector.url];
  const { code, out } = await playhead([...given, '--file', file]);
  expect([code, out]).toEqual([0, `${CELL}: pass_rate\n`]);
  const latency = JSON.stringify({ scores: [{ axis: 'latency', values: { wall_clock_ms: 5 } }] });
  expect((await playhead([...given, '--file', '-'], latency)).code).toBe(0);
  const odd = JSON.stringify({ scores: [{ axis: 'latencie', values: { wall_clock_ms: 5 } }] });
  expect((await playhead([...given, '--file', '-'], odd)).err).toBe(
    'playhead: latencie: unknown axis: latency?\n',
  );
  const { pass, scores } = await collector.cell(CELL);
  expect([pass, scores.map(({ axis }) => axis)]).toEqual([1, ['pass_rate', 'latency', 'latencie']]);
});

test('score reads a verdict out of a report of tests', async () => {
  const collector = await aCollector();
  const { folder } = scratchFolder();
  const file = join(folder, 'junit.xml');
  writeFileSync(file, '<testsuite><testcase name="a"><failure message="boom"/></testcase></testsuite>');
  const { code, out } = await playhead(['score', CELL, '--endpoint', collector.url, '--report', file]);
  expect([code, out]).toEqual([0, `${CELL}: pass_rate\n`]);
  const { pass, scores } = await collector.cell(CELL);
  expect(pass).toBe(0);
  expect(readFailures(String(scores[0]?.values.stdout_tail)).tests).toMatchObject([
    { name: 'a', message: 'boom' },
  ]);
});

test('score says what is wrong with a file, and puts nothing', async () => {
  const collector = await aCollector();
  const given = ['score', CELL, '--endpoint', collector.url, '--file', '-'];
  const { code, err } = await playhead(given, '{"scores":[{"axis":7}]}');
  expect(code).toBe(1);
  expect(err).toContain('scores[0] names no axis');
  expect((await collector.cell(CELL)).scores).toEqual([]);
});

test('export writes a cell as the API says it, and scores that score takes again', async () => {
  const collector = await aCollector();
  const scores = [{ axis: 'pass_rate', values: { pass: 0, note: '⟦☃⟧ "quoted"' } }];
  await collector.putScores(CELL, scores);
  const given = ['export', CELL, '--endpoint', collector.url];
  const whole = JSON.parse((await playhead(given)).out);
  expect(whole.cell).toEqual(await collector.cell(CELL));
  expect(whole.trace).toEqual(await collector.trace(CELL));
  expect(Object.keys(whole)).toEqual([
    'cell',
    'trace',
    'modelCalls',
    'changes',
    'logs',
    'metrics',
    'terminal',
  ]);
  expect(whole.terminal).toContain('hi\\r\\n');
  const { folder } = scratchFolder();
  const file = join(folder, 'scores.json');
  const written = await playhead([...given, '--format', 'scores', '--out', file]);
  expect([written.code, written.out]).toEqual([0, '']);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ scores });
  const other = CELL.replace('commanded', 'other');
  expect((await playhead(['score', other, '--endpoint', collector.url, '--file', file])).code).toBe(0);
  expect((await collector.cell(other)).scores).toEqual(scores);
  expect((await playhead([...given, '--format', 'terminal'])).out).toMatch(/^\{"version":3/);
});

test('an unknown cell is an error of one line, an unknown format a wrong call', async () => {
  const collector = await aCollector();
  const missing = await playhead(['export', 's/a/m/f/nobody', '--endpoint', collector.url]);
  expect(missing.code).toBe(1);
  expect(missing.err).toMatch(/^playhead: GET .* 404 .*\n$/);
  expect((await playhead(['export', CELL, '--format', 'pdf', '--endpoint', collector.url])).code).toBe(2);
  expect((await playhead(['score', CELL, '--endpoint', collector.url])).code).toBe(2);
});

test('score and export send the token', async () => {
  const collector = await TestCollector.start({ token: TOKEN });
  const given = ['--endpoint', collector.url, '--token', TOKEN];
  const body = JSON.stringify({ scores: [{ axis: 'pass_rate', values: { pass: 1 } }] });
  expect((await playhead(['score', CELL, '--file', '-', ...given], body)).code).toBe(0);
  const { code, out } = await playhead(['export', CELL, '--format', 'scores', ...given]);
  expect([code, JSON.parse(out).scores.length]).toEqual([0, 1]);
  expect((await playhead(['export', CELL, '--endpoint', collector.url])).err).toContain('401');
});

/** Runs a command whose reader goes away after its first words. */
function unheard(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [program, ...args], { env: { ...programEnv, ...env } });
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  child.stdin.end();
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, err })));
}

test('a reader that goes away ends no command and no run', async () => {
  const collector = await aCollector();
  const { workdir, folder } = scratchFolder();
  const script = 'for i in 1 2 3 4 5; do echo line $i; sleep 0.2; done; exit 7';
  const run = [
    'run',
    '--agent',
    'a',
    '--model',
    'm',
    '--task',
    'f/unheard',
    '--sweep',
    's',
    '--workdir',
    workdir,
  ];
  const flags = ['--endpoint', collector.url, '--no-proxy', '--no-telemetry', '--terminal', 'pipes'];
  const ended = await unheard([...run, ...flags, '--verify', 'exit 0', '--', 'sh', '-c', script], {
    HOME: folder,
  });
  expect(ended.err).not.toContain('EPIPE');
  expect(ended.code).toBe(7);
  expect(await collector.cell('s/a/m/f/unheard')).toMatchObject({ outcome: 'passed' });
  const exported = await unheard(['export', CELL, '--endpoint', collector.url]);
  expect(exported).toEqual({ code: 0, err: '' });
});
