// The Vercel AI SDK with its own telemetry: one call that loops over a tool, one streamed, one refused.
import { createOpenAI } from '@ai-sdk/openai';
import * as ai from 'ai';
import { bash, modelUrl, parameters, refused, run, start, words } from './harness.mjs';

const sdk = start();
const openai = createOpenAI({ baseURL: `${modelUrl}/v1`, apiKey: 'none' });
let telemetry = { experimental_telemetry: { isEnabled: true, functionId: 'coder' } };
if (process.argv[2] === 'integration') {
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  ai.registerTelemetry(new OpenTelemetry());
  telemetry = {};
}
await run(async () => {
  await ai.generateText({
    model: openai.chat('gpt-5'),
    maxRetries: 0,
    system: words.instructions,
    prompt: words.task,
    tools: {
      bash: ai.tool({ description: 'Run a command.', inputSchema: ai.jsonSchema(parameters), execute: bash }),
    },
    stopWhen: ai.stepCountIs(4),
    ...telemetry,
  });
  const result = ai.streamText({
    model: openai.chat('gpt-5'),
    maxRetries: 0,
    prompt: words.again,
    ...telemetry,
  });
  for await (const _ of result.textStream);
  await refused(() =>
    ai.generateText({ model: openai.chat('boom-model'), maxRetries: 0, prompt: words.tooLong, ...telemetry }),
  );
});
await sdk.shutdown();
