// The projector's thread beside the connection that writes: what it is refused, what it is told, and what
// it does when the log is ahead of it.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { resourceKey } from '../../../shared/conventions.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan, builtTraceId } from '../../support/otlp/otlp-builders.ts';

const cellOf = (n: number) => `s/a/m/f/t${n}`;

/** A request of `count` spans for a cell of its own. */
function send(collector: TestCollector, n: number, count: number): Promise<Response> {
  const traceId = builtTraceId.slice(0, -4) + String(n).padStart(4, '0');
  const spans = Array.from({ length: count }, () => aSpan({ traceId }));
  return collector.sendTraces([aBatch(spans, [[resourceKey.cellId, cellOf(n)]])]);
}

test('an entry whose rows the database refuses is set aside alone', async () => {
  const collector = await TestCollector.start();
  const db = new Database(collector.dbPath);
  db.exec(`CREATE TRIGGER refuse BEFORE INSERT ON span_chunks WHEN new.count = 3
           BEGIN SELECT RAISE(ABORT, 'three are too many'); END`);
  db.close();
  await Promise.all([1, 2, 3, 4, 5].map((n) => send(collector, n, n)));
  expect(await collector.cellIds()).toEqual([1, 2, 4, 5].map(cellOf));
  const { acknowledged, projected } = collector.writer.status();
  expect([acknowledged, projected]).toEqual([5, 5]);
  expect(await collector.writer.setAside()).toEqual([
    { seq: 3, reason: expect.stringContaining('three are too many') },
  ]);
});

test('what was set aside is projected by a rebuild, once the database takes it', async () => {
  const collector = await TestCollector.start();
  const trigger = (sql: string) => {
    const db = new Database(collector.dbPath);
    db.exec(sql);
    db.close();
  };
  trigger(`CREATE TRIGGER refuse BEFORE INSERT ON cells WHEN new.id = '${cellOf(2)}'
           BEGIN SELECT RAISE(ABORT, 'not this one'); END`);
  for (const n of [1, 2, 3]) await send(collector, n, 2);
  expect(await collector.cellIds()).toEqual([1, 3].map(cellOf));
  trigger('DROP TRIGGER IF EXISTS refuse');
  await collector.writer.rebuild();
  expect(await collector.cellIds()).toEqual([1, 2, 3].map(cellOf));
  expect(await collector.writer.setAside()).toEqual([]);
});

test('a read shows what was acknowledged before it while requests go on coming', async () => {
  const collector = await TestCollector.start();
  let running = true;
  const load = (async () => {
    for (let n = 1000; running; n++) await send(collector, n, 20);
  })();
  for (let n = 1; n <= 10; n++) {
    expect((await send(collector, n, 5)).status).toBe(200);
    expect((await collector.cell(cellOf(n))).spans).toBe(5);
  }
  running = false;
  await load;
});

test('closing in the middle of projecting loses nothing: the next start goes on', async () => {
  const collector = await TestCollector.start();
  await Promise.all(Array.from({ length: 60 }, (_, n) => send(collector, n, 200)));
  await collector.reopen();
  const cells = await collector.cells('?limit=500');
  expect(cells).toHaveLength(60);
  expect(new Set(cells.map(({ spans }) => spans))).toEqual(new Set([200]));
});
