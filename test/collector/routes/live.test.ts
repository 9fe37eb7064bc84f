// A run under way as server-sent events: what is told, when, to how many, and how it ends.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { type LiveOptions, live } from '../../../collector/routes/live.ts';
import { Store } from '../../../collector/store/store.ts';
import { Writer } from '../../../collector/writer.ts';
import { logEvent, logKey, spanKey } from '../../../shared/conventions.ts';
import type { CellDetail, LogsJson } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { EventReader } from '../../support/event-reader.ts';
import { databaseFolder } from '../../support/machine/database-folder.ts';
import { aBatch, aLog, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';
import { tracesJson } from '../../support/otlp/otlp-encode.ts';

const CELL = 'sweep-1/pi/stub/polyglot/rust';
const SECOND = 1_000_000_000n;

function heartbeat(state: 'started' | 'alive') {
  return aLog({ eventName: logEvent.run, attributes: [[logKey.runState, state]] });
}

async function follow(collector: TestCollector): Promise<EventReader> {
  const response = await collector.request(`${cellPath(CELL)}/live`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return new EventReader(response);
}

test('tells at once how far the cell is, and again when records arrive', async () => {
  const collector = await TestCollector.start();
  await collector.sendLogs([aBatch([heartbeat('started')])], { cell: CELL });
  const events = await follow(collector);
  const first = await events.next();
  expect(first).toMatchObject({ event: 'advance', data: { spans: 0, state: 'running' } });
  await collector.sendTraces([aBatch([aSpan({ name: 'chat' }), aSpan({ name: 'read' })])], { cell: CELL });
  const second = await events.next();
  expect(second.data).toMatchObject({ spans: 2, state: 'running', endNs: String(builtAtNs + 13_000_000n) });
  expect(Number(second.data.revision)).toBeGreaterThan(Number(first.data.revision));
  await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 1 } }]);
  expect(Number((await events.next()).data.revision)).toBeGreaterThan(Number(second.data.revision));
  await events.cancel();
});

test('a heartbeat moves the cell’s clock and is none of its logs', async () => {
  const collector = await TestCollector.start();
  const later = { ...heartbeat('alive'), timeNs: builtAtNs + 5n * SECOND };
  const agentsOwn = aLog({ body: 'reading the configuration' });
  await collector.sendLogs([aBatch([heartbeat('started'), agentsOwn, later])], { cell: CELL });
  const detail = await collector.get<CellDetail>(cellPath(CELL));
  expect(detail.tracks.find(({ name }) => name === 'logs')?.count).toBe(1);
  expect(detail.endNs).toBe(String(builtAtNs + 5n * SECOND));
  const { total, logs } = await collector.get<LogsJson>(`${cellPath(CELL)}/logs`);
  expect([total, logs.map(({ body }) => body)]).toEqual([1, ['reading the configuration']]);
});

test('gathers a burst into few events, the last of which is the newest state', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  const events = await follow(collector);
  await events.next();
  for (let i = 0; i < 30; i++) await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  let told = 0;
  for (let spans = 0; spans < 31; told++) spans = Number((await events.next()).data.spans);
  expect(told).toBeLessThan(30);
  await events.cancel();
});

test('says that the run ended when its own span did, and nothing of a run that nobody announced', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan({ name: 'chat' })])], { cell: CELL });
  const events = await follow(collector);
  expect((await events.next()).data.state).toBe('unknown');
  const run = aSpan({ name: 'run', attributes: [[spanKey.kind, 'adapter_run']] });
  await collector.sendTraces([aBatch([run])], { cell: CELL });
  expect((await events.next()).data.state).toBe('ended');
  await events.cancel();
});

test('says that a run was interrupted once its recorder has been silent for half a minute', async () => {
  let nowNs = builtAtNs;
  const { store, writer } = await open(() => nowNs);
  const app = liveApp({ store, writer }, { heartbeatMs: 20 });
  const cell = await started(store, writer);
  cell.aliveNs = builtAtNs;
  store.write([{ kind: 'cellChanged', cell }]);
  const events = new EventReader(await app.request(`${cellPath(CELL)}/live`));
  expect((await events.next()).data.state).toBe('running');
  nowNs += 31n * SECOND;
  expect((await events.next()).data.state).toBe('interrupted');
  await events.cancel();
});

test('ends with "gone" when the cell is deleted, and when the collector stops', async () => {
  const { store, writer } = await open(() => builtAtNs);
  const app = liveApp({ store, writer });
  const cell = await started(store, writer);
  const events = new EventReader(await app.request(`${cellPath(CELL)}/live`));
  const stopped = new EventReader(await app.request(`${cellPath(CELL)}/live`));
  await Promise.all([events.next(), stopped.next()]);
  writer.cellUpdates.stop();
  expect(await stopped.nextOrEnd()).toBeNull();
  const again = new EventReader(await app.request(`${cellPath(CELL)}/live`));
  await again.next();
  store.dropProjections();
  writer.cellUpdates.publish(new Set([cell.no]));
  expect((await again.next()).event).toBe('gone');
  expect(await again.nextOrEnd()).toBeNull();
  expect(writer.cellUpdates.listenerCount).toBe(0);
});

test('holds the number of listeners to a bound and frees a place when one leaves', async () => {
  const { store, writer } = await open(() => builtAtNs);
  const app = liveApp({ store, writer }, { maxListeners: 2 });
  await started(store, writer);
  const address = `${cellPath(CELL)}/live`;
  const first = new EventReader(await app.request(address));
  const second = new EventReader(await app.request(address));
  const refusals: unknown[] = [];
  app.onError((error, c) => {
    refusals.push(error);
    return c.body(null, 503);
  });
  expect((await app.request(address)).status).toBe(503);
  expect(refusals).toMatchObject([{ code: 'busy', httpStatus: 503 }]);
  await first.cancel();
  expect((await app.request(address)).status).toBe(200);
  await second.cancel();
});

test('answers 404 for a cell that is not there, and 405 to a write', async () => {
  const collector = await TestCollector.start();
  expect((await collector.request(`${cellPath(CELL)}/live`)).status).toBe(404);
  expect((await collector.request(`${cellPath(CELL)}/live`, { method: 'POST' })).status).toBe(405);
});

test('a stream held open does not hold up the end of the collector', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  const events = new EventReader(await fetch(`${collector.url}${cellPath(CELL)}/live`));
  await events.next();
  const before = performance.now();
  await collector.close();
  expect(performance.now() - before).toBeLessThan(4000);
  expect(await events.nextOrEnd()).toBeNull();
});

/** The one route alone, with limits of the test's choice. */
function liveApp(context: { store: Store; writer: Writer }, options?: LiveOptions): Hono {
  const app = new Hono();
  const { store, writer } = context;
  app.get('/api/cells/:id/live', live(options)({ store: store.reads, writer }));
  return app;
}

/** A store and its writer without a server. */
async function open(now: () => bigint): Promise<{ store: Store; writer: Writer }> {
  const folder = databaseFolder();
  const store = new Store(join(folder, 'playhead.db'));
  const writer = new Writer(store, now);
  onTestFinished(async () => {
    await writer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, writer };
}

async function started(store: Store, writer: Writer) {
  const body = tracesJson([aBatch([aSpan({ name: 'chat' })])]);
  const entry = { signal: 'traces', encoding: 'json', accepted: 1, rejected: 0, params: null } as const;
  await writer.append({ ...entry, cellId: CELL, body, gzip: null });
  await writer.settled();
  const cell = store.cells.find(CELL);
  if (!cell) throw new Error('the cell was not projected');
  return cell;
}
