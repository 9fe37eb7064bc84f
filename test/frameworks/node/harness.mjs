// What the programs for Node share: OpenTelemetry's SDK with its OTLP exporter, set by the environment.

import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { SimpleSpanProcessor } from '@opentelemetry/sdk-trace';

export const modelUrl = process.env.MODEL_URL;
export const words = {
  task: 'Fix the failing test.',
  instructions: 'You are a careful coder.',
  again: 'Say it again, slowly.',
  tooLong: 'Read all of it.',
};
export const parameters = {
  type: 'object',
  properties: { command: { type: 'string', description: 'The command.' } },
  required: ['command'],
};

export async function bash() {
  return 'hi';
}

export function start(instrumentations = []) {
  const sdk = new NodeSDK({
    spanProcessors: [new SimpleSpanProcessor({ exporter: new OTLPTraceExporter() })],
    instrumentations,
  });
  sdk.start();
  return sdk;
}

export function run(body) {
  return trace.getTracer('harness').startActiveSpan('run', async (span) => {
    await body();
    span.end();
  });
}

export async function refused(call) {
  try {
    await call();
  } catch {
    return;
  }
  throw new Error('the model did not refuse');
}
