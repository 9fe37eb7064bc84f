// A database that goes away under a running collector: it says so, and takes nothing that nobody would read.
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCollector } from '../../../../collector/main.ts';
import { TestCollector } from '../../../support/collector.ts';
import { aBatch, aSpan } from '../../../support/otlp/otlp-builders.ts';

const ways: Record<string, (path: string) => void> = {
  'the database deleted': (path) => rmSync(path),
  'all its files deleted': (path) => {
    for (const end of ['', '-wal', '-shm', '-head']) rmSync(path + end, { force: true });
  },
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

test.each(Object.entries(ways))('%s: not ready, and nothing is acknowledged', async (_name, lose) => {
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
    { status: 'not ready', problems: ['the database file was deleted, moved, replaced or cut short'] },
  ]);
  const refused = await send();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(collector.writer.status().acknowledged).toBe(1);
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
