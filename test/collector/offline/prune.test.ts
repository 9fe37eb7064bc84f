// Pruning by age, count and size, and copying a database while it is written. Real files throughout.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unpackBody } from '../../../collector/cell/log-entry.ts';
import type { StartError } from '../../../collector/errors.ts';
import { backupDatabase } from '../../../collector/offline/backup.ts';
import { type PruneRules, pruneDatabase } from '../../../collector/offline/prune.ts';
import { rebuildDatabase } from '../../../collector/offline/rebuild.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import { Store } from '../../../collector/store/store.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

const DAY_MS = 86_400_000;
const DAY_NS = 86_400_000_000_000n;
const idOf = (day: number) => `s/a/m/f/day${day}`;
const traceOf = (day: number) => `${day + 1}c5e`.repeat(8);

/** Four cells of days 0 to 3, each of 64 kB that do not compress, received on their day. */
async function fourDays(): Promise<TestCollector> {
  let nowNs = builtAtNs;
  const collector = await TestCollector.start({ now: () => nowNs });
  for (let day = 0; day < 4; day++) {
    nowNs = builtAtNs + BigInt(day) * DAY_NS;
    const noise = createHash('shake256', { outputLength: 65_536 }).update(String(day)).digest('base64');
    const span = aSpan({
      traceId: traceOf(day),
      startNs: nowNs,
      attributes: [['secret', `day${day}${noise}`]],
    });
    await collector.sendTraces([aBatch([span])], { cell: idOf(day) });
    await collector.putScores(idOf(day), [{ axis: 'pass_rate', values: { pass: 0 } }]);
    await collector.putScores(idOf(day), [{ axis: 'pass_rate', values: { pass: 1 } }]);
  }
  return collector;
}

const nowNs = builtAtNs + 3n * DAY_NS + DAY_NS / 2n;

test.each([
  ['age', { olderThanMs: 2 * DAY_MS }, [1, 0]],
  ['count', { keep: 1 }, [2, 1, 0]],
  ['age, but never the newest three', { olderThanMs: DAY_MS, keep: 3 }, [0]],
  ['nothing', {}, []],
] as [string, Partial<PruneRules>, number[]][])(
  'by %s the right cells go, the others stay, and the file verifies',
  async (_name, rules, gone) => {
    const collector = await fourDays();
    await collector.close();
    const planned = pruneDatabase(collector.dbPath, { ...rules, nowNs, dryRun: true });
    expect(planned.cells.map(({ cellId }) => cellId)).toEqual(gone.map(idOf));
    expect(planned.entries).toBe(0);
    const done = pruneDatabase(collector.dbPath, { ...rules, nowNs });
    expect(done.cells).toEqual(planned.cells);
    expect(done.entries).toBe(gone.length * 3);
    expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
    const file = readFileSync(collector.dbPath, 'latin1');
    await collector.reopen();
    const left = [0, 1, 2, 3].filter((day) => !gone.includes(day));
    expect(await collector.cellIds()).toEqual(left.map(idOf));
    for (const day of gone) {
      expect(file).not.toContain(
        traceOf(day).replace(/../g, (hex) => String.fromCharCode(Number(`0x${hex}`))),
      );
      expect((await collector.request(cellPath(idOf(day)))).status).toBe(410);
    }
    const { spans } = await collector.trace(idOf(3));
    expect(String(spans[0]?.attributes.secret)).toMatch(/^day3/);
  },
);

test('by size the oldest go until the file is small enough', async () => {
  const collector = await fourDays();
  await collector.close();
  const size = statSync(collector.dbPath).size;
  const { cells, bytesBefore, bytesAfter } = pruneDatabase(collector.dbPath, {
    maxBytes: size - 100_000,
    nowNs,
  });
  expect(cells.length).toBeGreaterThan(0);
  expect(cells.at(-1)?.cellId).toBe(idOf(0));
  expect(bytesAfter).toBeLessThan(bytesBefore);
  expect(statSync(collector.dbPath).size).toBeLessThanOrEqual(size - 100_000);
});

test('what was deleted before leaves the log too, a request shared with a living cell stays', async () => {
  const collector = await fourDays();
  const both = [
    aBatch([aLog({ body: 'shared words' })], [['bench.cell.id', idOf(0)]]),
    aBatch([aLog({ body: 'of the living' })], [['bench.cell.id', idOf(3)]]),
  ];
  await collector.sendLogs(both);
  await collector.request(cellPath(idOf(0)), { method: 'DELETE' });
  await collector.close();
  expect(pruneDatabase(collector.dbPath, { nowNs })).toMatchObject({ cells: [], entries: 3 });
  expect(rebuildDatabase(collector.dbPath).setAside).toEqual([]);
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
  // A second time there is nothing left to do.
  expect(pruneDatabase(collector.dbPath, { nowNs })).toMatchObject({ cells: [], entries: 0 });
  await collector.reopen();
  expect((await collector.logs(idOf(3))).logs.map(({ body }) => body)).toEqual(['of the living']);
  await collector.sendTraces([aBatch([aSpan({ traceId: 'd'.repeat(32) })])], { cell: idOf(3) });
  expect((await collector.cell(idOf(3))).spans).toBe(2);
  await collector.close();
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
});

test('a database in use is not pruned', async () => {
  const collector = await fourDays();
  expect(() => pruneDatabase(collector.dbPath, { keep: 1, nowNs })).toThrow(
    expect.objectContaining({ code: 'in_use' }) as StartError,
  );
});

test('a copy made while requests come holds all that was acknowledged before, and verifies', async () => {
  const collector = await fourDays();
  const target = `${collector.dbPath}.backup`;
  const acknowledged = collector.writer.status().acknowledged;
  let copying = true;
  const ingest = (async () => {
    for (let sent = 0; copying || sent < 5; sent++)
      await collector.sendTraces([aBatch([aSpan()])], { cell: 's/a/m/f/meanwhile' });
  })();
  const entries = await backupDatabase(collector.dbPath, target);
  copying = false;
  await ingest;
  expect(entries).toBeGreaterThanOrEqual(acknowledged);
  expect(verifyDatabase(target)).toEqual({ entries, problems: [], notes: [] });
  const copied = await TestCollector.open(target);
  expect((await copied.cellIds()).filter((id) => id.includes('day'))).toEqual([0, 1, 2, 3].map(idOf));
  await expect(backupDatabase(collector.dbPath, target)).rejects.toMatchObject({ code: 'cannot_open' });
  expect(existsSync(`${target}.part`)).toBe(false);
});

const LABEL = 's/a/m/f/doomed';
const labelled = [['bench.cell.id', LABEL]] as const;
const own = '2'.repeat(32);

/** A cell whose every request was sent twice, part of which came before its label; deleted. */
async function deletedTwiceSent(): Promise<TestCollector> {
  const collector = await TestCollector.start();
  const before = [aBatch([aSpan({ traceId: own, spanId: '2'.repeat(16), name: 'canary' })])];
  const logs = [aBatch([aLog({ body: 'canary' })], [...labelled])];
  for (let sent = 0; sent < 2; sent++) await collector.sendTraces(before);
  await collector.sendTraces([aBatch([aSpan({ traceId: own, spanId: '3'.repeat(16) })], [...labelled])]);
  for (let sent = 0; sent < 3; sent++) await collector.sendLogs(logs);
  await collector.sendTraces([aBatch([aSpan({ name: 'stays' })])], { cell: idOf(3) });
  expect((await collector.request(cellPath(LABEL), { method: 'DELETE' })).status).toBe(200);
  return collector;
}

/** Every body of the log, unpacked. */
function bodiesOf(dbPath: string): string[] {
  const store = new Store(dbPath);
  const bodies: string[] = [];
  for (const { entry } of store.log.chain()) bodies.push(Buffer.from(unpackBody(entry)).toString('latin1'));
  store.close();
  return bodies;
}

test('what was sent twice leaves the log with its cell, and no address of it answers again', async () => {
  const collector = await deletedTwiceSent();
  const adhoc = `adhoc/test-agent/${own}`;
  await collector.close();
  expect(bodiesOf(collector.dbPath).join()).toContain('canary');
  pruneDatabase(collector.dbPath, { nowNs });
  expect(bodiesOf(collector.dbPath).join()).not.toContain('canary');
  expect(bodiesOf(collector.dbPath).join()).toContain('stays');
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
  await collector.reopen();
  for (const id of [LABEL, adhoc]) expect((await collector.request(cellPath(id))).status).toBe(410);
});

test('a span of a deleted trace is dropped after prune, rebuild, backup and another prune, too', async () => {
  const collector = await deletedTwiceSent();
  const late = async (at: TestCollector) => {
    await at.sendTraces([aBatch([aSpan({ traceId: own })])]);
    expect(await at.cellIds()).toEqual([idOf(3)]);
    await at.close();
    expect(verifyDatabase(at.dbPath).problems).toEqual([]);
  };
  await late(collector);
  for (const again of [pruneDatabase, pruneDatabase]) {
    again(collector.dbPath, { nowNs });
    expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
    await collector.reopen();
    await late(collector);
  }
  expect(rebuildDatabase(collector.dbPath).setAside).toEqual([]);
  await collector.reopen();
  await late(collector);
  const target = `${collector.dbPath}.copy`;
  await backupDatabase(collector.dbPath, target);
  await late(await TestCollector.open(target));
}, 120_000);
