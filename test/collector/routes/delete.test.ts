// Deleting a cell: gone from every answer, refused when it comes again, and the same after a rebuild.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { pruneDatabase } from '../../../collector/offline/prune.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aPoint, aSpan } from '../../support/otlp/otlp-builders.ts';

const CELL = 's/a/m/f/doomed';
const OTHER = 's/a/m/f/spared';
const TRACE = '7'.repeat(32);

async function filled(): Promise<TestCollector> {
  const collector = await TestCollector.start();
  for (const cell of [CELL, OTHER]) {
    const traceId = cell === CELL ? TRACE : '8'.repeat(32);
    await collector.sendTraces([aBatch([aSpan({ traceId }), aSpan({ traceId })])], { cell });
    await collector.sendLogs([aBatch([aLog({ body: `for ${cell}` })])], { cell });
    await collector.sendMetrics([aBatch([aPoint({ attributes: [['cell', cell]] })])], { cell });
    await collector.putScores(cell, [{ axis: 'pass_rate', values: { pass: 1 } }]);
    await collector.putTerminal(cell, '{"version":2,"width":80,"height":24}\n[1,"o","x"]\n');
  }
  return collector;
}

async function remove(collector: TestCollector, id = CELL): Promise<[number, unknown]> {
  const response = await collector.request(cellPath(id), { method: 'DELETE' });
  return [response.status, await response.json()];
}

function rowsOf(path: string): Record<string, number> {
  const db = new Database(path, { readonly: true });
  const count = (table: string) =>
    Number(db.prepare(`SELECT count(*) FROM ${table} WHERE cell = 1`).pluck().get());
  const tables = ['span_chunks', 'track_chunks', 'scores', 'recordings'];
  const counts = Object.fromEntries(tables.map((table) => [table, count(table)]));
  db.close();
  return counts;
}

test('a deleted cell is gone from every answer and every projection, and the others are not', async () => {
  const collector = await filled();
  await collector.cell(CELL);
  expect(rowsOf(collector.dbPath)).toEqual({ span_chunks: 1, track_chunks: 2, scores: 1, recordings: 1 });
  expect(await remove(collector)).toEqual([200, { cell: CELL, status: 'deleted' }]);
  expect(await collector.cellIds()).toEqual([OTHER]);
  for (const track of ['', '/trace', '/logs', '/metrics', '/terminal', '/model-calls', '/changes', '/live']) {
    const response = await collector.request(cellPath(CELL) + track);
    expect(response.status).toBe(410);
    expect((await response.json()).error.code).toBe('deleted');
  }
  expect((await collector.cell(OTHER)).related).toEqual([]);
  expect(rowsOf(collector.dbPath)).toEqual({ span_chunks: 0, track_chunks: 0, scores: 0, recordings: 0 });
  expect(await remove(collector)).toEqual([200, { cell: CELL, status: 'unchanged' }]);
  expect((await remove(collector, 's/a/m/f/never'))[0]).toBe(404);
});

test.each(['json', 'protobuf'] as const)(
  'what comes for it later is refused and counted (%s)',
  async (encoding) => {
    const collector = await filled();
    await remove(collector);
    const before = collector.writer.status().acknowledged;
    const late = await collector.sendTraces([aBatch([aSpan(), aSpan()])], { cell: CELL, encoding });
    expect(late.status).toBe(200);
    if (encoding === 'json')
      expect(await late.json()).toEqual({
        partialSuccess: { rejectedSpans: '2', errorMessage: `2 rejected: the cell ${CELL} was deleted` },
      });
    expect(collector.writer.status().acknowledged).toBe(before);
    const labelled = [
      aBatch([aSpan()], [['bench.cell.id', CELL]]),
      aBatch([aSpan({ traceId: '9'.repeat(32) })], [['bench.cell.id', OTHER]]),
    ];
    const mixed = await collector.sendTraces(labelled, { encoding });
    if (encoding === 'json') expect((await mixed.json()).partialSuccess.rejectedSpans).toBe('1');
    const logs = await collector.sendLogs([aBatch([aLog()])], { cell: CELL, encoding });
    const metrics = await collector.sendMetrics([aBatch([aPoint()])], { cell: CELL, encoding });
    if (encoding === 'json') {
      expect((await logs.json()).partialSuccess.rejectedLogRecords).toBe('1');
      expect((await metrics.json()).partialSuccess.rejectedDataPoints).toBe('1');
    }
    // Nothing names the cell but the trace: acknowledged, and kept out of the projections.
    expect((await collector.sendTraces([aBatch([aSpan({ traceId: TRACE })])], { encoding })).status).toBe(
      200,
    );
    expect((await collector.putScores(CELL, [])).status).toBe(410);
    expect(await collector.cellIds()).toEqual([OTHER]);
    expect((await collector.cell(OTHER)).spans).toBe(3);
    await collector.writer.settled();
    const text = await (await collector.request('/metrics')).text();
    const of = (kind: string) => Number(new RegExp(`_${kind}_total{signal="traces"} (\\d+)`).exec(text)?.[1]);
    expect([of('received'), of('accepted'), of('rejected'), of('duplicate')]).toEqual([9, 5, 4, 0]);
  },
);

test('a rebuild and a restart give the same, and the file verifies', async () => {
  const collector = await filled();
  await remove(collector);
  await collector.sendTraces([aBatch([aSpan({ traceId: TRACE })])]);
  const answers = async () => [await collector.cells(), await collector.trace(OTHER)];
  const before = await answers();
  await collector.writer.rebuild();
  expect(await answers()).toEqual(before);
  await collector.reopen();
  expect(await answers()).toEqual(before);
  expect((await collector.request(cellPath(CELL))).status).toBe(410);
  await collector.close();
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
});

test('an ad-hoc cell that turns out to be of a deleted one goes with it', async () => {
  const collector = await filled();
  await remove(collector);
  const stray = 'c'.repeat(32);
  await collector.sendTraces([aBatch([aSpan({ traceId: stray })])]);
  expect(await collector.cellIds()).toHaveLength(2);
  const labelled = aSpan({ traceId: stray, attributes: [['bench.cell.id', CELL]] });
  await collector.sendTraces([aBatch([labelled])]);
  expect(await collector.cellIds()).toEqual([OTHER]);
  await collector.close();
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
});

test('what only its trace tells to be of a deleted cell is acknowledged, dropped, and counted as both', async () => {
  const collector = await filled();
  await remove(collector);
  await collector.writer.settled();
  const late = await collector.sendTraces([aBatch([aSpan({ traceId: TRACE }), aSpan({ traceId: TRACE })])], {
    encoding: 'json',
  });
  expect([late.status, await late.json()]).toEqual([200, {}]);
  await collector.sendLogs([aBatch([aLog({ traceId: TRACE })])]);
  await collector.writer.settled();
  const metrics = await (await collector.request('/metrics')).text();
  const of = (kind: string, signal: string) =>
    Number(new RegExp(`records_${kind}_total{signal="${signal}"} (\\d+)`).exec(metrics)?.[1]);
  expect([of('dropped', 'traces'), of('rejected', 'traces')]).toEqual([2, 2]);
  expect([of('dropped', 'logs'), of('rejected', 'logs')]).toEqual([1, 1]);
  expect(of('received', 'traces')).toBe(of('accepted', 'traces') + 2);
  expect(await collector.cellIds()).toEqual([OTHER]);
});

test('a deleted cell that nobody named becomes a part of no other, whatever label comes on its trace later', async () => {
  const collector = await TestCollector.start();
  const traceId = '9'.repeat(32);
  const adhoc = `adhoc/test-agent/${traceId}`;
  const send = (spanId: string, ...attributes: [string, string][]) =>
    collector.sendTraces([
      aBatch([aSpan({ traceId, spanId })], [['service.name', 'test-agent'], ...attributes]),
    ]);
  await send('1'.repeat(16));
  expect((await remove(collector, adhoc))[0]).toBe(200);
  await send('2'.repeat(16), ['bench.cell.id', OTHER]);
  // Sent once more, and what is new of its trace: dropped, not led to the cell that the label names.
  await send('1'.repeat(16));
  await send('3'.repeat(16));
  const state = async () => [
    (await collector.request(cellPath(adhoc))).status,
    (await collector.trace(OTHER)).spans.map(({ spanId }) => spanId),
  ];
  const expected = [410, ['2'.repeat(16)]];
  expect(await state()).toEqual(expected);
  await collector.writer.rebuild();
  expect(await state()).toEqual(expected);
  await collector.close();
  pruneDatabase(collector.dbPath, { keep: 1000, nowNs: BigInt(Date.now()) * 1_000_000n });
  await collector.reopen();
  await send('1'.repeat(16));
  await send('4'.repeat(16), ['bench.cell.id', OTHER]);
  await send('5'.repeat(16));
  expect(await state()).toEqual([410, ['2'.repeat(16), '4'.repeat(16)]]);
});
