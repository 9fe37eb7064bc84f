// The relay between an agent's own telemetry and the collector: whatever the agent does with it, the run ends.
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TelemetryRelay } from '../../../adapter/run/telemetry-relay.ts';
import { Redactor } from '../../../adapter/sdk/redact.ts';
import { Spool } from '../../../adapter/sdk/spool.ts';
import { TestCollector } from '../../support/collector.ts';
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
  socket.write(`POST ${pathname}/v1/traces HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await relay.close();
  expect(performance.now() - began).toBeLessThan(5000);
  expect(problems).toEqual([expect.stringContaining('was lost')]);
});
