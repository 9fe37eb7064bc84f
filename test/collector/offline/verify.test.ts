// Verifying and rebuilding a database file: a sound one says nothing, and each kind of damage that SQLite
// itself passes over is named. Files are damaged for real; nothing is mocked.
import { copyFileSync, existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { StartError } from '../../../collector/errors.ts';
import { rebuildDatabase } from '../../../collector/offline/rebuild.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import { Store } from '../../../collector/store/store.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan } from '../../support/otlp/otlp-builders.ts';

const CELL = 's/a/m/f/verified';

/** A collector with a few requests of every kind, all projected. */
async function aCollector(): Promise<TestCollector> {
  const collector = await TestCollector.start();
  for (let request = 0; request < 5; request++)
    await collector.sendTraces([aBatch([aSpan(), aSpan({ name: 'chat' })])], { cell: CELL });
  await collector.sendLogs([aBatch([aLog(), aLog({ eventName: 'bench.terminal.output', body: 'hi' })])], {
    cell: CELL,
  });
  await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 1 } }]);
  await collector.writer.settled();
  return collector;
}

/** The files as a power loss would leave them: log and head file, no clean end. */
function copyOf(path: string): string {
  const copy = `${path}.copy`;
  for (const end of ['', '-wal', '-head']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
  return copy;
}

function edit(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

function codesOf(path: string): string[] {
  return [...new Set(verifyDatabase(path).problems.map(({ code }) => code))];
}

test('a sound database has no problems, while a collector writes it and after', async () => {
  const collector = await aCollector();
  expect(verifyDatabase(collector.dbPath)).toEqual({ entries: 7, problems: [], notes: [] });
  await collector.close();
  expect(verifyDatabase(collector.dbPath)).toEqual({ entries: 7, problems: [], notes: [] });
});

test('a missing write-ahead log is noticed, and by the next start too', async () => {
  const collector = await aCollector();
  const copy = copyOf(collector.dbPath);
  truncateSync(`${copy}-wal`, 0);
  expect(codesOf(copy)).not.toEqual([]);
  const store = new Store(copy);
  expect(store.log.losses()).toMatchObject([{ firstSeq: 1, lastSeq: 7 }]);
  expect(store.log.head().seq).toBe(7);
  store.close();
  expect(verifyDatabase(copy).problems).toEqual([
    {
      code: 'lost',
      message: 'log entries 1 to 7 are gone although acknowledged (noticed at an earlier start)',
    },
  ]);
});

test('entries missing at the end are named', async () => {
  const collector = await aCollector();
  const copy = copyOf(collector.dbPath);
  edit(copy, 'DELETE FROM log WHERE seq > 5');
  expect(verifyDatabase(copy).problems).toContainEqual({
    code: 'lost',
    message: 'log entries 6 to 7 are gone although acknowledged (the -head file knows of them)',
  });
});

test('what a collector writes after a loss keeps its own number and verifies', async () => {
  const collector = await aCollector();
  await collector.close();
  edit(collector.dbPath, 'DELETE FROM log WHERE seq > 5');
  await collector.reopen();
  await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  expect(collector.writer.status().acknowledged).toBe(8);
  const { problems } = verifyDatabase(collector.dbPath);
  expect(problems.filter(({ code }) => code === 'chain')).toEqual([]);
  expect(problems).toContainEqual({
    code: 'lost',
    message: 'log entries 6 to 7 are gone although acknowledged (noticed at an earlier start)',
  });
});

test.each([
  ["UPDATE log SET body = substr(body, 1, length(body) - 1) || x'00' WHERE seq = 2", 'chain'],
  ['DELETE FROM log WHERE seq = 3', 'chain'],
  ["UPDATE cells SET outcome = 'solved'", 'projection'],
  ['UPDATE scores SET revision = 2', 'projection'],
  ['DELETE FROM track_chunks', 'projection'],
  ["UPDATE meta SET value = 99 WHERE key = 'projected_seq'", 'projection'],
  ["INSERT INTO unprojected VALUES (2, 'because')", 'set_aside'],
  ['DROP INDEX cells_newest', 'structure'],
])('%s is found as %s', async (sql, code) => {
  const collector = await aCollector();
  await collector.close();
  edit(collector.dbPath, sql);
  expect(codesOf(collector.dbPath)).toContain(code);
});

test('a file that is no database is reported, and one beside which nothing lies is noted', async () => {
  const collector = await aCollector();
  await collector.close();
  rmSync(`${collector.dbPath}-head`);
  expect(verifyDatabase(collector.dbPath).notes).toEqual([
    'there is no -head file: entries missing at the end would not be noticed',
  ]);
  writeFileSync(collector.dbPath, Buffer.alloc(20_000, 'x'));
  expect(codesOf(collector.dbPath)).toEqual(['unreadable']);
});

test('a damaged head file is reported', async () => {
  const collector = await aCollector();
  await collector.close();
  writeFileSync(`${collector.dbPath}-head`, 'playhead-head 0000000000000001 00 00\n');
  expect(codesOf(collector.dbPath)).toEqual(['head_file']);
});

test('rebuilding puts right what only the projections had wrong', async () => {
  const collector = await aCollector();
  await collector.close();
  edit(collector.dbPath, "UPDATE cells SET outcome = 'solved'; DELETE FROM track_chunks");
  expect(codesOf(collector.dbPath)).toEqual(['projection']);
  expect(rebuildDatabase(collector.dbPath)).toEqual({ entries: 7, setAside: [] });
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
});

test('a database in use is neither rebuilt nor opened a second time', async () => {
  const collector = await aCollector();
  for (const open of [() => new Store(collector.dbPath), () => rebuildDatabase(collector.dbPath)])
    expect(open).toThrow(expect.objectContaining({ code: 'in_use', exitCode: 4 }) as StartError);
  await collector.close();
  new Store(collector.dbPath).close();
});

test('scores that came in another order than their names read verify after a restart', async () => {
  const collector = await TestCollector.start();
  const cell = 's/a/m/f/ordered';
  const put = (axis: string, value: number) =>
    collector
      .putScores(cell, [{ axis, values: { value } }])
      .then(({ status }) => expect(status).toBeLessThan(300));
  for (const axis of ['y_axis', 'z_axis', 'x_axis']) await put(axis, 1);
  await collector.reopen();
  await put('y_axis', 2);
  await collector.close();
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
});
