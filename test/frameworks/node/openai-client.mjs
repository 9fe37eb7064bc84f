// OpenAI's client under the instrumentation that the first argument names.
import { createRequire } from 'node:module';
import { modelUrl, parameters, refused, run, start, words } from './harness.mjs';

const require = createRequire(import.meta.url);
const { OpenAIInstrumentation } = require(process.argv[2]);
const instrumentation = new OpenAIInstrumentation();
const sdk = start([instrumentation]);
const module = require('openai');
const OpenAI = module.OpenAI;
instrumentation.manuallyInstrument?.(OpenAI);

const client = new OpenAI({ baseURL: `${modelUrl}/v1`, apiKey: 'none', maxRetries: 0 });
const tools = [{ type: 'function', function: { name: 'bash', description: 'Run a command.', parameters } }];
await run(async () => {
  const messages = [
    { role: 'system', content: words.instructions },
    { role: 'user', content: words.task },
  ];
  const first = await client.chat.completions.create({ model: 'gpt-5', messages, tools });
  const [call] = first.choices[0].message.tool_calls;
  messages.push(
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: call.id, type: 'function', function: call.function }],
    },
    { role: 'tool', tool_call_id: call.id, content: 'hi' },
  );
  await client.chat.completions.create({ model: 'gpt-5', messages, tools });
  const stream = await client.chat.completions.create({
    model: 'gpt-5',
    messages: [{ role: 'user', content: words.again }],
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const _ of stream);
  await refused(() =>
    client.chat.completions.create({
      model: 'boom-model',
      messages: [{ role: 'user', content: words.tooLong }],
    }),
  );
});
await sdk.shutdown();
