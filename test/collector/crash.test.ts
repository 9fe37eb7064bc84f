// Kill -9 in the middle of ingest: every acknowledged span is there afterwards, no request is torn, and
// the hash chain of the log holds. A child process is killed for real; the ledger is the client's.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Store } from '../../collector/store/store.ts';
import { TestCollector } from '../support/collector.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../support/otlp/otlp-encode.ts';

const KILLS = 3;
const CLIENTS = 4;
const SPANS_A_REQUEST = 20;
const CELL = 's/a/m/f/crash';
const program = join(import.meta.dirname, '../support/collector-process.ts');

async function startProcess(dbPath: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, dbPath], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout!, 'data');
  return { child, url: String(line).trim() };
}

/** Sends requests one after the other until the process dies; notes the ids of acknowledged spans. */
async function ingest(
  url: string,
  acknowledged: Set<string>,
  sent: string[][],
  until: () => void,
): Promise<void> {
  for (;;) {
    const spans = Array.from({ length: SPANS_A_REQUEST }, () => aSpan());
    const ids = spans.map(({ spanId }) => spanId);
    sent.push(ids);
    try {
      const response = await fetch(`${url}/cells/${encodeURIComponent(CELL)}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: Buffer.from(tracesProtobuf([aBatch(spans)])),
      });
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
    for (const id of ids) acknowledged.add(id);
    until();
  }
}

test(`after ${KILLS} kills in the middle of ingest every acknowledged span is there`, async () => {
  const collector = await TestCollector.start();
  await collector.close();
  const acknowledged = new Set<string>();
  const sent: string[][] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, url } = await startProcess(collector.dbPath);
    const exited = once(child, 'exit');
    const target = acknowledged.size + SPANS_A_REQUEST * (5 + 7 * kill);
    const killWhenEnough = () => {
      if (acknowledged.size >= target) child.kill('SIGKILL');
    };
    await Promise.all(Array.from({ length: CLIENTS }, () => ingest(url, acknowledged, sent, killWhenEnough)));
    expect((await exited)[1]).toBe('SIGKILL');
  }
  await collector.reopen();
  const found = new Set((await collector.trace(CELL)).spans.map(({ spanId }) => spanId));
  expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(KILLS * 100);
  const torn = sent.filter((ids) => ids.some((id) => found.has(id)) && !ids.every((id) => found.has(id)));
  expect(torn).toEqual([]);
  expect(await collector.writer.setAside()).toEqual([]);
  await collector.close();
  const store = new Store(collector.dbPath);
  expect(store.log.firstBroken()).toBeNull();
  store.close();
}, 60_000);

test('SIGTERM finishes what is in flight and leaves one whole file', async () => {
  const collector = await TestCollector.start();
  await collector.close();
  const { child, url } = await startProcess(collector.dbPath);
  const exited = once(child, 'exit');
  const acknowledged = new Set<string>();
  const clients = Array.from({ length: CLIENTS }, () =>
    ingest(url, acknowledged, [], () => {
      if (acknowledged.size >= 400) child.kill('SIGTERM');
    }).catch((error: Error) => expect(error.message).toBe('answered 503')),
  );
  await Promise.all(clients);
  expect(await exited).toEqual([0, null]);
  await collector.reopen();
  const found = new Set((await collector.trace(CELL)).spans.map(({ spanId }) => spanId));
  expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
}, 60_000);
