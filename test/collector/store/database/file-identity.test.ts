// A database that goes away under a running collector: it says so, and takes nothing that nobody would read.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { startCollector } from '../../../../collector/main.ts';
import { openDatabase } from '../../../../collector/store/database/database.ts';
import { FileIdentity } from '../../../../collector/store/database/file-identity.ts';
import { TestCollector } from '../../../support/collector.ts';
import { aBatch, aSpan } from '../../../support/otlp/otlp-builders.ts';

const replace = (path: string) => {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
};

const databaseWays: Record<string, (path: string) => void> = {
  'the database deleted': (path) => rmSync(path),
  'all its files deleted': (path) => {
    for (const end of ['', '-wal', '-shm', '-head']) rmSync(path + end, { force: true });
  },
  'its own copy in its place': replace,
  'another file in its place': (path) => {
    renameSync(path, `${path}.old`);
    writeFileSync(path, '');
  },
  'the database cut to nothing': (path) => truncateSync(path),
  'the database cut short': (path) => truncateSync(path, statSync(path).size - 4096),
  'its folder renamed': (path) => renameSync(dirname(path), `${dirname(path)}-moved`),
  'a file where its folder was': (path) => {
    renameSync(dirname(path), `${dirname(path)}-moved`);
    writeFileSync(dirname(path), '');
  },
};

const LOG = "the database's write-ahead log";
const SHARED = "the database's shared memory";
const logWays: Record<string, (path: string) => void> = {
  'the write-ahead log deleted': (path) => rmSync(`${path}-wal`),
  'the write-ahead log replaced': (path) => replace(`${path}-wal`),
  'the write-ahead log cut to nothing': (path) => truncateSync(`${path}-wal`),
  'the write-ahead log cut short': (path) => truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - 1),
  'the write-ahead log cut and of its old length': (path) => {
    const { size } = statSync(`${path}-wal`);
    truncateSync(`${path}-wal`);
    truncateSync(`${path}-wal`, size);
  },
};
const sharedWays: Record<string, (path: string) => void> = {
  'the shared memory deleted': (path) => rmSync(`${path}-shm`),
  'the shared memory replaced': (path) => replace(`${path}-shm`),
};
const ways = {
  ...databaseWays,
  'the write-ahead log cut to nothing': (path: string) => truncateSync(`${path}-wal`),
};

test.each(Object.entries(ways))('%s: not ready, and nothing is acknowledged', async (name, lose) => {
  const outer = mkdtempSync(join(tmpdir(), 'playhead-lost-'));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  mkdirSync(join(outer, 'inner'));
  const collector = await TestCollector.open(join(outer, 'inner', 'playhead.db'));
  const send = () => collector.sendTraces([aBatch([aSpan()])], { cell: 's/a/m/f/lost' });
  expect((await send()).status).toBe(200);
  await collector.writer.settled();
  expect((await collector.request('/readyz')).status).toBe(200);
  lose(collector.dbPath);
  const ready = await collector.request('/readyz');
  expect([ready.status, await ready.json()]).toEqual([
    503,
    {
      status: 'not ready',
      problems: [
        `${name in databaseWays ? 'the database file' : LOG} was deleted, moved, replaced or cut short`,
      ],
    },
  ]);
  const refused = await send();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(collector.writer.status().acknowledged).toBe(1);
});

test.each([
  ...Object.entries(logWays).map(([name, lose]) => ({ name, lose, file: LOG })),
  ...Object.entries(sharedWays).map(([name, lose]) => ({ name, lose, file: SHARED })),
])('$name: is told of the file by name', ({ lose, file }) => {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-lost-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'playhead.db');
  const db = openDatabase(path, 0);
  onTestFinished(() => void db.close());
  const files = new FileIdentity(path, db);
  db.exec('CREATE TABLE kept (value)');
  expect(files.problem()).toBeNull();
  lose(path);
  expect(files.problem()).toBe(`${file} was deleted, moved, replaced or cut short`);
});

test('a write-ahead log that another program folded into the database is as good as before', async () => {
  const collector = await TestCollector.start();
  const send = () => collector.sendTraces([aBatch([aSpan()])], { cell: 's/a/m/f/folded' });
  await send();
  await collector.writer.settled();
  const other = new Database(collector.dbPath);
  other.pragma('wal_checkpoint(TRUNCATE)');
  other.close();
  expect(statSync(`${collector.dbPath}-wal`).size).toBe(0);
  expect((await collector.request('/readyz')).status).toBe(200);
  expect((await send()).status).toBe(200);
  expect((await collector.cell('s/a/m/f/folded')).spans).toBe(2);
});

test('a start beside the witness of a database that is gone says how much it held, once', async () => {
  const collector = await TestCollector.start();
  for (let request = 0; request < 3; request++) await collector.sendTraces([aBatch([aSpan()])]);
  await collector.close();
  rmSync(collector.dbPath);
  const start = async () => {
    const started = await startCollector({ port: 0, host: '127.0.0.1', dbPath: collector.dbPath });
    await started.close();
    return started.warnings;
  };
  expect(await start()).toEqual([expect.stringContaining('3 log entries were acknowledged into it')]);
  expect(await start()).toEqual([]);
});
