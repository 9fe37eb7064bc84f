// What `playhead doctor --listen` says of what arrives: who sends, in which dialect, whose cell and why, what nothing
// reads, and what was refused.
import { expect, test } from 'vitest';
import { listen } from '../../bin/commands/listen.ts';
import { aBatch, aScope, aSpan } from '../support/otlp/otlp-builders.ts';
import { tracesJson } from '../support/otlp/otlp-encode.ts';

const CELL = 'nightly/my-agent/gpt-5/polyglot/greeting';

test('doctor --listen says who sends, in which dialect, whose cell and why, what nothing reads, and what was refused', async () => {
  const lines: string[] = [];
  const listening = await listen({ port: 0, host: '127.0.0.1' }, (line) => void lines.push(line));
  const post = (path: string, body: BodyInit, type = 'application/json') =>
    fetch(`${listening.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
  const call = aSpan({
    attributes: [
      ['openinference.span.kind', 'LLM'],
      ['llm.model_name', 'gpt-5'],
      ['tag.tags', 'x'],
    ],
  });
  const resource = [
    ['service.name', 'my-harness'],
    ['telemetry.sdk.language', 'python'],
    ['bench.cell.id', CELL],
  ] as const;
  const scope = aScope({ name: 'openinference.instrumentation.openai', version: '0.1.66' });
  const labelled = tracesJson([aBatch([call], resource, scope)]);
  expect((await post('/v1/traces', Buffer.from(labelled))).status).toBe(200);
  const unnamed = tracesJson([aBatch([aSpan({ name: 'step', traceId: 'b'.repeat(32) })])]);
  expect((await post('/v1/traces', Buffer.from(unnamed))).status).toBe(200);
  const byItself = aSpan({ traceId: 'c'.repeat(32), attributes: [['bench.cell.id', `${CELL}-2`]] });
  expect((await post('/v1/traces', Buffer.from(tracesJson([aBatch([byItself])])))).status).toBe(200);
  expect((await post('/v1/spans', '{}')).status).toBe(404);
  expect((await post('/v1/traces', 'x', 'application/grpc')).status).toBe(415);
  await listening.close();
  const said = lines.join('\n');
  expect(said).toContain(`${CELL}: The resource names this cell.`);
  expect(said).toContain(`${CELL}-2: A span of the trace names this cell.`);
  expect(said).toContain('from    my-harness, python, openinference.instrumentation.openai 0.1.66');
  expect(said).toContain('reads   OpenInference: 1 model_call');
  expect(said).toContain('unread  tag.tags');
  expect(said).toMatch(/adhoc\/test-agent\/\w+: Nothing names a cell/);
  expect(said).toContain('no dialect recognised: 1 other');
  expect(said).toContain('POST /v1/spans: 404');
  expect(said).toContain('POST /v1/traces: 415, this port takes OTLP over HTTP and no gRPC');
});
