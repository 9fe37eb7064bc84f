// The official JS exporters against the real server: nothing is configured but where to send.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TraceJson } from '../../shared/wire.ts';
import { startPlayhead } from '../support/playhead.ts';

const run = promisify(execFile);
let playhead: Awaited<ReturnType<typeof startPlayhead>>;

beforeAll(async () => {
  playhead = await startPlayhead();
});
afterAll(() => playhead.stop());

async function sendAs(protocol: string, compression: string): Promise<TraceJson> {
  const cell = `exporters/stranger/m/js/${protocol.replace('/', '-')}-${compression}`;
  const { stdout: traceId } = await run(
    process.execPath,
    [join(import.meta.dirname, '../support/otlp/sdk-client.ts')],
    {
      env: {
        PATH: process.env.PATH,
        OTEL_EXPORTER_OTLP_ENDPOINT: playhead.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_RESOURCE_ATTRIBUTES: `bench.cell.id=${encodeURIComponent(cell)}`,
      },
    },
  );
  const response = await fetch(`${playhead.url}/api/cells/${encodeURIComponent(cell)}/trace`);
  expect(response.status).toBe(200);
  const body = (await response.json()) as TraceJson;
  expect(new Set(body.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  return body;
}

describe('the official JS exporters', () => {
  test.each([
    ['http/json', 'none'],
    ['http/json', 'gzip'],
    ['http/protobuf', 'none'],
    ['http/protobuf', 'gzip'],
  ])('deliver as %s with compression %s', async (protocol, compression) => {
    const { spans } = await sendAs(protocol, compression);
    const byName = new Map(spans.map((span) => [span.name, span]));
    const adapterRun = byName.get('adapter_run');
    expect(spans).toHaveLength(3);
    expect(adapterRun).toMatchObject({
      kind: 'adapter_run',
      parentSpanId: null,
      attributes: { timeout_s: 600 },
    });
    expect(byName.get('chat stub-model')).toMatchObject({
      kind: 'model_call',
      otelKind: 'client',
      parentSpanId: adapterRun?.spanId,
      attributes: { ratio: 0.25, text: 'Fix “ünïcode” 🚀', 'gen_ai.response.finish_reasons': ['stop'] },
      events: [{ name: 'first chunk' }],
      scope: 'stranger',
    });
    expect(byName.get('execute_tool bash')).toMatchObject({
      kind: 'tool_call',
      status: 'error',
      statusMessage: 'command exited 3',
      events: [{ name: 'exception' }],
    });
  });
});
