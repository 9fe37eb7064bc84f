// Every OTLP body that real agents sent: accepted, and every one of its spans found again by the API.
import { describe, expect, test } from 'vitest';
import { decodeTracesJson } from '../../collector/otlp/json.ts';
import { decodeTracesProtobuf } from '../../collector/otlp/protobuf.ts';
import { TestCollector } from '../support/collector.ts';
import { type RecordedBody, recordedBodies } from '../support/recordings.ts';

async function send(collector: TestCollector, recorded: RecordedBody, cell: string): Promise<void> {
  const { name, signal, encoding, bytes, gzip } = recorded;
  const response = await collector.request(`/cells/${encodeURIComponent(cell)}/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(gzip && { 'content-encoding': 'gzip' }),
    },
    body: new Uint8Array(gzip ?? bytes),
  });
  const answer = Buffer.from(await response.arrayBuffer()).toString();
  expect([response.status, answer], name).toEqual([200, encoding === 'json' ? '{}' : '']);
}

function idsIn({ bytes, encoding }: RecordedBody): string[] {
  const { batches, rejected } = encoding === 'json' ? decodeTracesJson(bytes) : decodeTracesProtobuf(bytes);
  expect(rejected).toBe(0);
  return batches.flatMap(({ records }) => records.map(({ traceId, spanId }) => traceId + spanId));
}

const agents = [
  { folder: 'opencode/1.18.33/otlp-json', spans: 1426, traces: 89, modelCalls: 4 },
  { folder: 'codex/0.169.0/otlp-json', spans: 857, traces: 24, modelCalls: 4 },
  { folder: 'codex/0.169.0/otlp-protobuf', spans: 845, traces: 28, modelCalls: 4 },
  { folder: 'gemini/0.61.0/otlp-json', spans: 10, traces: 7, modelCalls: 4 },
  { folder: 'otel-js-sdk/0.223', spans: 9, traces: 1, modelCalls: 1 },
];

const cellOf = (folder: string) => `r/${folder.replaceAll('/', '-')}/m/f/t`;

describe('the bodies that real agents sent', () => {
  test.each(agents)('$folder: all accepted, $spans spans found again', async ({ folder, ...expected }) => {
    const collector = await TestCollector.start();
    const id = 'recorded/agent/stub/polyglot/rust';
    const cell = folder === 'otel-js-sdk/0.223' ? 'exp/opencode/m/polyglot/rust' : id;
    const bodies = recordedBodies(folder);
    for (const recorded of bodies) await send(collector, recorded, cell);
    const sent = new Set(bodies.filter(({ signal }) => signal === 'traces').flatMap(idsIn));
    const found = await collector.trace(cell);
    expect(new Set(found.spans.map(({ traceId, spanId }) => traceId + spanId))).toEqual(sent);
    expect(found.spans).toHaveLength(sent.size);
    expect(await collector.cell(cell)).toMatchObject(expected);
    expect(await collector.writer.setAside()).toEqual([]);
  });

  test('gemini sends seven traces of one conversation: one cell without any label', async () => {
    const collector = await TestCollector.start();
    for (const recorded of recordedBodies('gemini/0.61.0/otlp-json')) {
      const headers = { 'content-type': 'application/json' };
      const body = new Uint8Array(recorded.bytes);
      await collector.request(`/v1/${recorded.signal}`, { method: 'POST', headers, body });
    }
    expect(await collector.cells()).toMatchObject([{ agent: 'gemini-cli', spans: 10, modelCalls: 4 }]);
  });

  test('each agent is counted in its own words', async () => {
    const collector = await TestCollector.start();
    for (const { folder } of agents.slice(0, 4))
      for (const recorded of recordedBodies(folder)) await send(collector, recorded, cellOf(folder));
    const tokens = async (folder: string) => (await collector.cell(cellOf(folder))).tokens;
    const expected = { input: 11_700, output: 166, grade: 'derived' };
    expect(await tokens('gemini/0.61.0/otlp-json')).toMatchObject(expected);
    expect(await tokens('codex/0.169.0/otlp-protobuf')).toMatchObject({
      ...expected,
      cacheRead: 6000,
      reasoning: 32,
    });
  });
});
