// A run recorded by OpenTelemetry's own SDK for JavaScript: spans, terminal output, a file change and a score.
//
//     OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node harness.mjs nightly/my-agent/gpt-5/polyglot/greeting
import { context, logs, SpanKind, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';

// The cell is named once, on the resource; without an argument the address that is posted to names it.
const [cell] = process.argv.slice(2);
const sdk = new NodeSDK({
  resource: resourceFromAttributes(cell ? { 'bench.cell.id': cell } : {}),
  instrumentations: [],
});
sdk.start();
const tracer = trace.getTracer('my-harness');
const logger = logs.getLogger('my-harness');

// A span inside another, and an event of the span that it came from.
const within = (span) => trace.setSpan(context.active(), span);
const phase = (kind, name) => tracer.startSpan(name, { attributes: { 'bench.span.kind': kind } });
const event = (span, eventName, body, attributes) =>
  logger.emit({ eventName, body, attributes, context: within(span) });

const run = phase('adapter_run', 'my-agent:polyglot/greeting');
const call = tracer.startSpan(
  'chat gpt-5',
  {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.model': 'gpt-5',
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 45,
      'gen_ai.response.finish_reasons': ['tool_calls'],
    },
  },
  within(run),
);
call.end();
const tool = tracer.startSpan(
  'execute_tool bash',
  {
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'bash',
      'gen_ai.tool.call.arguments': '{"command": "echo hello"}',
      'gen_ai.tool.call.result': 'hello\n',
      'process.exit.code': 0,
    },
  },
  within(run),
);
event(tool, 'bench.terminal.output', 'hello\n', { 'bench.terminal.stream': 'stdout' });
event(tool, 'bench.file.change', undefined, {
  'file.path': 'hello.txt',
  'bench.file.change': 'added',
  'bench.file.diff': '--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+hello\n',
});
tool.end();
run.setAttribute('process.exit.code', 0);
run.end();
const verify = phase('verify', 'verify:polyglot/greeting');
event(verify, 'gen_ai.evaluation.result', undefined, {
  'gen_ai.evaluation.name': 'pass_rate',
  'gen_ai.evaluation.score.value': 1,
});
verify.end();

await sdk.shutdown();
