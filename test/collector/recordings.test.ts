// Every OTLP body that real agents sent: accepted, and every one of its spans found again by the API.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeTracesJson } from '../../collector/otlp/json.ts';
import { decodeTracesProtobuf } from '../../collector/otlp/protobuf.ts';
import { TestCollector } from '../support/collector.ts';
import { hasRecordings, needsRecordings } from '../support/recordings.ts';

const root = join(import.meta.dirname, '../../../shared/recordings');

interface RecordedBody {
  readonly path: string;
  readonly signal: string;
  readonly isJson: boolean;
  /** As it went over the wire. */
  readonly body: Buffer;
  readonly isGzip: boolean;
}

/** The OTLP bodies below a folder, in the order in which they were sent. */
function bodiesIn(folder: string): RecordedBody[] {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((file) => {
      const match = /^\d+-(traces|logs|metrics|wire)\.(json|pb)(\.gz)?$/.exec(file);
      if (!match) return [];
      const bytes = readFileSync(join(root, folder, file));
      const isWire = match[1] === 'wire';
      return {
        path: `${folder}/${file}`,
        signal: isWire ? 'traces' : (match[1] ?? ''),
        isJson: match[2] === 'json',
        body: match[3] && !isWire ? gunzipSync(bytes) : bytes,
        isGzip: isWire,
      };
    });
}

async function send(collector: TestCollector, recorded: RecordedBody, cell: string): Promise<void> {
  const response = await collector.request(`/cells/${encodeURIComponent(cell)}/v1/${recorded.signal}`, {
    method: 'POST',
    headers: {
      'content-type': recorded.isJson ? 'application/json' : 'application/x-protobuf',
      ...(recorded.isGzip && { 'content-encoding': 'gzip' }),
    },
    body: new Uint8Array(recorded.body),
  });
  const answer = Buffer.from(await response.arrayBuffer()).toString();
  expect([response.status, answer], recorded.path).toEqual([200, recorded.isJson ? '{}' : '']);
}

function idsIn({ body, isGzip, isJson }: RecordedBody): string[] {
  const bytes = isGzip ? gunzipSync(body) : body;
  const { batches, rejected } = isJson ? decodeTracesJson(bytes) : decodeTracesProtobuf(bytes);
  expect(rejected).toBe(0);
  return batches.flatMap(({ records }) => records.map(({ traceId, spanId }) => traceId + spanId));
}

const agents = [
  { folder: 'opencode-1.18.33/otlp-json', spans: 1426, traces: 89, modelCalls: 4 },
  { folder: 'codex-0.169.0/otlp-json', spans: 857, traces: 24, modelCalls: 4 },
  { folder: 'codex-0.169.0/otlp-protobuf', spans: 845, traces: 28, modelCalls: 4 },
  { folder: 'gemini-0.61.0/otlp-json', spans: 10, traces: 7, modelCalls: 4 },
  { folder: 'otel-js-sdk', spans: 9, traces: 1, modelCalls: 1 },
];

describe.skipIf(!hasRecordings)(`the bodies that real agents sent ${needsRecordings}`, () => {
  test.each(agents)('$folder: all accepted, $spans spans found again', async ({ folder, ...expected }) => {
    const collector = await TestCollector.start();
    const id = 'recorded/agent/stub/polyglot/rust';
    const cell = folder === 'otel-js-sdk' ? 'exp/opencode/m/polyglot/rust' : id;
    const bodies = bodiesIn(folder);
    for (const recorded of bodies) await send(collector, recorded, cell);
    const sent = new Set(bodies.filter(({ signal }) => signal === 'traces').flatMap(idsIn));
    const found = await collector.trace(cell);
    expect(new Set(found.spans.map(({ traceId, spanId }) => traceId + spanId))).toEqual(sent);
    expect(found.spans).toHaveLength(sent.size);
    expect(await collector.cell(cell)).toMatchObject(expected);
    expect(collector.writer.status().setAside).toEqual([]);
  });

  test('gemini sends seven traces of one conversation: one cell without any label', async () => {
    const collector = await TestCollector.start();
    for (const recorded of bodiesIn('gemini-0.61.0/otlp-json')) {
      const headers = { 'content-type': 'application/json' };
      const body = new Uint8Array(recorded.body);
      await collector.request(`/v1/${recorded.signal}`, { method: 'POST', headers, body });
    }
    expect(await collector.cells()).toMatchObject([{ agent: 'gemini-cli', spans: 10, modelCalls: 4 }]);
  });

  test('each agent is counted in its own words', async () => {
    const collector = await TestCollector.start();
    for (const { folder } of agents.slice(0, 4))
      for (const recorded of bodiesIn(folder)) await send(collector, recorded, `r/${folder}/f/t`);
    const tokens = async (folder: string) => (await collector.cell(`r/${folder}/f/t`)).tokens;
    const expected = { input: 11_700, output: 166, grade: 'derived' };
    expect(await tokens('gemini-0.61.0/otlp-json')).toMatchObject(expected);
    expect(await tokens('codex-0.169.0/otlp-protobuf')).toMatchObject({
      ...expected,
      cacheRead: 6000,
      reasoning: 32,
    });
  });
});
