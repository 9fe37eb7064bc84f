// A stranger's program: the OpenTelemetry Node SDK with nothing configured but OTEL_* variables. Run
// as a child process by the exporter tests; prints the trace id it used.
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ instrumentations: [] });
sdk.start();
const tracer = trace.getTracer('stranger', '1.2.3');
const run = tracer.startSpan('adapter_run', {
  attributes: { 'bench.span.kind': 'adapter_run', timeout_s: 600 },
});
const inRun = trace.setSpan(context.active(), run);
const chat = tracer.startSpan(
  'chat stub-model',
  {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'stub-model',
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.response.finish_reasons': ['stop'],
      ratio: 0.25,
      text: 'Fix “ünïcode” 🚀',
    },
  },
  inRun,
);
chat.addEvent('first chunk', { n: 1 });
chat.end();
const tool = tracer.startSpan(
  'execute_tool bash',
  { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'bash' } },
  inRun,
);
tool.recordException(new Error('command exited 3'));
tool.setStatus({ code: SpanStatusCode.ERROR, message: 'command exited 3' });
tool.end();
run.end();
await sdk.shutdown();
process.stdout.write(run.spanContext().traceId);
