// What one request may bring: beyond it the answer is 413 with the number, nothing is acknowledged, and the
// metrics show limit and refusals. An entry that is too much to be projected all the same is set aside.
import { expect, test } from 'vitest';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aPoint, aSpan } from '../../support/otlp/otlp-builders.ts';

const idOf = (i: number) => `s/a/m/f/cell${i}`;
const traceOf = (i: number) => (i + 1).toString(16).padStart(32, '0');
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const few = { limits: { requestCells: 10, requestResources: 15 } };

/** Requests of a kind that are of so many cells. */
const kinds: Record<string, (collector: TestCollector, cells: number) => Promise<Response>> = {
  'spans under labels': (collector, cells) =>
    collector.sendTraces(upTo(cells).map((i) => aBatch([aSpan()], [['bench.cell.id', idOf(i)]]))),
  'spans under labels, as JSON': (collector, cells) =>
    collector.sendTraces(
      upTo(cells).map((i) => aBatch([aSpan()], [['bench.cell.id', idOf(i)]])),
      { encoding: 'json' },
    ),
  'spans of as many traces': (collector, cells) =>
    collector.sendTraces([aBatch(upTo(cells).map((i) => aSpan({ traceId: traceOf(i) })))]),
  'spans of one trace each, which a cell claims': (collector, cells) =>
    collector.sendTraces([aBatch(upTo(cells).map((i) => aSpan({ traceId: traceOf(i) })))], {
      cell: idOf(0),
    }),
  'log records of as many sessions': (collector, cells) =>
    collector.sendLogs([
      aBatch(upTo(cells).map((i) => aLog({ attributes: [['session.id', `session ${i}`]] }))),
    ]),
  'log records under labels': (collector, cells) =>
    collector.sendLogs(upTo(cells).map((i) => aBatch([aLog()], [['bench.cell.id', idOf(i)]]))),
  'data points of as many resources': (collector, cells) =>
    collector.sendMetrics(upTo(cells).map((i) => aBatch([aPoint()], [['service.instance.id', `i${i}`]]))),
};

test.each(Object.entries(kinds))('%s: ten are taken, eleven are 413', async (_name, send) => {
  const collector = await TestCollector.start(few);
  const refused = await send(collector, 11);
  expect(refused.status).toBe(413);
  expect(await refused.text()).toContain('more than 10 cells or traces in one request');
  expect(collector.writer.status().acknowledged).toBe(0);
  expect((await send(collector, 10)).status).toBe(200);
  const metrics = await (await collector.request('/metrics')).text();
  expect(metrics).toContain('playhead_limit{limit="request_cells"} 10\n');
  expect(metrics).toContain('playhead_requests_over_limit_total{limit="request_cells"} 1\n');
});

test('many records of one cell are no many cells', async () => {
  const collector = await TestCollector.start(few);
  const spans = upTo(100).map(() => aSpan());
  expect((await collector.sendTraces([aBatch(spans)])).status).toBe(200);
  expect((await collector.sendLogs([aBatch(upTo(100).map(() => aLog()))])).status).toBe(200);
  expect((await collector.sendMetrics([aBatch(upTo(100).map(() => aPoint()))])).status).toBe(200);
});

test('resources with records are limited, empty ones are nothing', async () => {
  const collector = await TestCollector.start(few);
  const label = [['bench.cell.id', idOf(0)]] as const;
  const resources = (count: number) => upTo(count).map(() => aBatch([aSpan()], [...label]));
  const refused = await collector.sendTraces(resources(16));
  expect([refused.status, await refused.text()]).toEqual([
    413,
    expect.stringContaining('more than 15 resources in one request'),
  ]);
  expect((await collector.sendTraces(resources(15))).status).toBe(200);
});

test('an entry of too many cells is set aside, what follows is projected, and a restart is as before', async () => {
  const collector = await TestCollector.start({ limits: { requestCells: 1e6, settleMs: 120_000 } });
  const many = upTo(25_001).map((i) => aSpan({ traceId: traceOf(i) }));
  expect((await collector.sendTraces([aBatch(many)])).status).toBe(200);
  await collector.sendTraces([aBatch([aSpan()])], { cell: idOf(0) });
  const setAside = [{ seq: 1, reason: expect.stringContaining('it is of more than 25000 cells') }];
  for (const isRestarted of [false, true]) {
    if (isRestarted) await collector.reopen();
    expect(await collector.cellIds()).toEqual([idOf(0)]);
    expect(await collector.writer.setAside()).toEqual(setAside);
  }
  await collector.close();
  expect(verifyDatabase(collector.dbPath).problems).toEqual([
    { code: 'set_aside', message: expect.stringContaining('log entry 1 could not be projected') },
  ]);
}, 120_000);

test('a read that cannot wait for what was acknowledged is 503, and no answer from before', async () => {
  const collector = await TestCollector.start({ limits: { settleMs: 1 } });
  await collector.sendTraces([aBatch([aSpan()])], { cell: idOf(0) });
  const path = `/api/cells/${encodeURIComponent(idOf(0))}`;
  for (const method of ['GET', 'DELETE']) {
    const early = await collector.request(path, { method });
    expect([method, early.status, early.headers.get('retry-after')]).toEqual([method, 503, '1']);
  }
  await expect
    .poll(async () => (await collector.request(path)).status, { timeout: 20_000, interval: 20 })
    .toBe(200);
});

test('the limits on records are shown, and what they refuse is counted', async () => {
  const collector = await TestCollector.start();
  const many = { resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: 200_001 }, () => ({})) }] }] };
  const refused = await collector.request('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(many),
  });
  expect(refused.status).toBe(413);
  const metrics = await (await collector.request('/metrics')).text();
  expect(metrics).toContain('playhead_limit{limit="request_records"} 200000\n');
  expect(metrics).toContain('playhead_limit{limit="request_parts"} 2000000\n');
  expect(metrics).toContain('playhead_limit{limit="answer_bytes"} 134217728\n');
  expect(metrics).toContain('playhead_requests_over_limit_total{limit="request_records"} 1\n');
});
