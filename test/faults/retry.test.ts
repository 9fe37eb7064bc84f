// The retry law: clients send again what was not answered, the network repeats and reorders, and every span
// is there exactly once. Answers are dropped after the collector has given them, as a broken line does.
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Collector, startCollector } from '../../collector/main.ts';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import type { TraceJson } from '../../shared/wire.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../support/otlp/otlp-encode.ts';
import { projected } from './answers.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import type { Random } from './random.ts';

const SPANS = times(20_000, 10);
const SPANS_A_REQUEST = 50;
const CLIENTS = 12;
const CELLS = 20;
const cellOf = (n: number) => `retries/agent/model/family/task#run${n + 1}`;
const ANSWERS_DROPPED = 0.3;
const REQUESTS_REPEATED = 0.3;

interface Request {
  readonly cell: string;
  readonly type: string;
  readonly body: Uint8Array;
}

/** All requests of all clients, in the order in which the network delivers them. */
function makeRequests(random: Random): Request[] {
  const traceIds = Array.from({ length: CELLS * 2 }, () => random.hex(16));
  return Array.from({ length: SPANS / SPANS_A_REQUEST }, () => {
    const cell = random.below(CELLS);
    const ids = traceIds.slice(cell * 2, cell * 2 + 2);
    const spans = Array.from({ length: SPANS_A_REQUEST }, () =>
      aSpan({ traceId: random.pick(ids), spanId: random.hex(8), attributes: [['n', random.below(99)]] }),
    );
    const batches = [aBatch(spans)];
    return random.chance(0.2)
      ? { cell: cellOf(cell), type: 'application/json', body: tracesJson(batches) }
      : { cell: cellOf(cell), type: 'application/x-protobuf', body: tracesProtobuf(batches) };
  });
}

faultTest(
  'retry',
  `${SPANS} spans arrive exactly once over a line that drops, repeats and reorders`,
  120_000,
  async (random) => {
    const dbPath = join(aFolder(), 'playhead.db');
    const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath });
    const queue = makeRequests(random);
    const seen = { delivered: 0, dropped: 0, repeated: 0 };
    const deliver = async ({ cell, type, body }: Request) => {
      const response = await fetch(`${collector.url}/cells/${encodeURIComponent(cell)}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: Buffer.from(body),
      });
      expect([200, 503]).toContain(response.status);
      const answer = Buffer.from(await response.arrayBuffer());
      // A repeat is no error of the client: nothing is rejected, no partial success.
      if (response.status === 200) expect(answer.toString()).toMatch(/^(\{\})?$/);
      seen.delivered++;
      return response.status === 200;
    };
    const client = async () => {
      for (let request = queue.shift(); request; request = queue.shift()) {
        if (random.chance(REQUESTS_REPEATED)) {
          // The repeat goes its own way and comes at any later time.
          queue.splice(random.below(queue.length + 1), 0, request);
          seen.repeated++;
        }
        const answered = await deliver(request);
        if (answered && !random.chance(ANSWERS_DROPPED)) continue;
        queue.splice(random.below(queue.length + 1), 0, request);
        seen.dropped++;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const spans = await shown(collector);
    const keys = new Set(spans.map(({ traceId, spanId }) => traceId + spanId));
    expect([spans.length, keys.size]).toEqual([SPANS, SPANS]);
    await collector.close();
    expect(verifyDatabase(dbPath).problems).toEqual([]);
    report(
      'Retry law',
      `${SPANS} spans exactly once over ${seen.delivered} deliveries: ${seen.dropped} answers dropped, ` +
        `${seen.repeated} requests repeated, all reordered`,
    );
  },
);

/** The cells' spans once all that was acknowledged is projected. */
async function shown(collector: Collector): Promise<TraceJson['spans']> {
  await projected(collector);
  const spans: TraceJson['spans'] = [];
  for (let cell = 0; cell < CELLS; cell++) {
    const response = await fetch(`${collector.url}/api/cells/${encodeURIComponent(cellOf(cell))}/trace`);
    const trace = (await response.json()) as TraceJson & { conflicts?: unknown[] };
    expect(trace.conflicts ?? []).toEqual([]);
    spans.push(...trace.spans);
  }
  return spans;
}
