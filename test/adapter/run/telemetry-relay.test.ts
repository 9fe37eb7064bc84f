// The relay between an agent's own telemetry and the collector: whatever the agent does with it, the run ends.
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import { TelemetryRelay } from '../../../adapter/run/telemetry-relay.ts';
import { Redactor } from '../../../adapter/sdk/redact.ts';
import { Spool } from '../../../adapter/sdk/spool.ts';
import { logEvent, logKey, resourceKey, spanKey } from '../../../shared/conventions.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan } from '../../support/otlp/otlp-builders.ts';
import { logsJson, tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';
import { scratchFolder } from '../../support/runs.ts';

const cellId = 'tests/a/m/f/relayed';

async function startRelay() {
  const collector = await TestCollector.start();
  const problems: string[] = [];
  const relay = await TelemetryRelay.start({
    endpoint: collector.url,
    cellId,
    redactor: new Redactor([]),
    spool: new Spool(join(scratchFolder().folder, 'spool.jsonl'), cellId),
    timeoutMs: 3000,
    onProblem: (problem) => problems.push(problem),
  });
  return { collector, problems, relay };
}

test('a request that never becomes whole does not hold up the end, and is told', async () => {
  const { relay, problems } = await startRelay();
  const { port, pathname } = new URL(relay.url);
  const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
  const head = `POST ${pathname}/v1/traces HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nexpect: 100-continue`;
  socket.write(`${head}\r\n\r\nhalf`);
  // The relay has the request when it asks for the rest.
  await new Promise((resolve) => socket.once('data', resolve));
  const began = performance.now();
  await relay.close();
  expect(performance.now() - began).toBeLessThan(5000);
  expect(problems).toEqual([expect.stringContaining('was lost')]);
});

test('an agent that sends more at once than there is room for is told to come again', async () => {
  const { relay } = await startRelay();
  const { port, pathname } = new URL(relay.url);
  const half = `POST ${pathname}/v1/traces HTTP/1.1\r\nhost: x\r\ncontent-length: 20000000\r\n\r\n`;
  const held = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      socket.write(half);
      await new Promise((resolve) => socket.write(Buffer.alloc(19_900_000), resolve));
      return socket;
    }),
  );
  const send = () =>
    fetch(`${relay.url}/v1/traces`, { method: 'POST', body: new Uint8Array(10_000_000) }).then(
      ({ status }) => status,
    );
  await expect.poll(send).toBe(503);
  for (const socket of held) socket.destroy();
  await expect.poll(send).toBe(200);
  await relay.close();
});

test('what an agent is not to say does not become its cell’s verdict, and is told at the end', async () => {
  const { collector, relay, problems } = await startRelay();
  const evaluation = aLog({
    eventName: logEvent.evaluation,
    attributes: [
      [logKey.evaluationName, 'pass_rate'],
      [logKey.evaluationScore, 1],
    ],
  });
  const verify = aSpan({ attributes: [[spanKey.kind, 'verify']] });
  for (const [signal, type, body] of [
    ['logs', 'application/json', logsJson([aBatch([evaluation, aLog()])])],
    ['traces', 'application/x-protobuf', tracesProtobuf([aBatch([verify, aSpan()])])],
    [
      'traces',
      'application/json',
      tracesJson([aBatch([aSpan()], [[resourceKey.cellId, 'tests/b/m/f/rival']])]),
    ],
  ] as const)
    await fetch(`${relay.url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body),
    });
  await relay.close();
  expect(problems).toEqual([expect.stringContaining("3 records of the agent's own telemetry were rejected")]);
  expect(await collector.cellIds()).toEqual([cellId]);
  expect(await collector.cell(cellId)).toMatchObject({ scores: [], pass: null, spans: 1, refusedRecords: 3 });
});

test('what an agent said while the collector was away is no more when it is loaded later', async () => {
  const { folder } = scratchFolder();
  const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
  const verify = tracesProtobuf([aBatch([aSpan({ attributes: [[spanKey.kind, 'verify']] }), aSpan()])]);
  const path = (cell: string) => `/cells/${encodeURIComponent(cell)}/v1/traces`;
  spool.appendRelayed(path(cellId), 'application/x-protobuf', Buffer.from(verify));
  spool.appendRelayed(path('tests/b/m/f/rival'), 'application/x-protobuf', Buffer.from(verify));
  const collector = await TestCollector.start();
  const report = await importFiles([spool.path], { endpoint: collector.url });
  expect(report.entries[0]?.detail).toBe(
    '1 requests, 1 records rejected, 1 lines that were cut, or for another cell',
  );
  expect(await collector.cellIds()).toEqual([cellId]);
  expect(await collector.cell(cellId)).toMatchObject({ spans: 1, refusedRecords: 1 });
});
