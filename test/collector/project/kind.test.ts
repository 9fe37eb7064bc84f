// What the dialects' names mean: kinds of spans, and tokens in one vocabulary.
import { expect, test } from 'vitest';
import { mapOf } from '../../../collector/project/attributes.ts';
import { kindOf } from '../../../collector/project/kind.ts';
import { callFactsOf } from '../../../collector/project/usage.ts';
import type { Attribute, SpanRecord } from '../../../collector/record.ts';
import { aSpan } from '../../support/otlp/otlp-builders.ts';

test.each<[kind: string, name: string, attributes: Attribute[]]>([
  ['verify', 'x', [['bench.span.kind', 'verify']]],
  [
    'model_call',
    'x',
    [
      ['bench.span.kind', 'nonsense'],
      ['gen_ai.operation.name', 'chat'],
    ],
  ],
  [
    'tool_call',
    'x',
    [
      ['bench.span.kind', 'tool_call'],
      ['gen_ai.operation.name', 'chat'],
    ],
  ],
  ['model_call', 'chat m', [['gen_ai.operation.name', 'chat']]],
  ['model_call', 'x', [['gen_ai.operation.name', 'generate_content']]],
  ['model_call', 'x', [['gen_ai.operation.name', 'text_completion']]],
  ['model_call', 'llm_call', [['gen_ai.operation.name', 'llm_call']]],
  ['tool_call', 'tool_call', [['gen_ai.operation.name', 'tool_call']]],
  ['tool_call', 'x', [['gen_ai.operation.name', 'execute_tool']]],
  ['agent_step', 'x', [['gen_ai.operation.name', 'invoke_agent']]],
  [
    'agent_step',
    'ai.streamText',
    [
      ['ai.operationId', 'ai.streamText'],
      ['ai.usage.inputTokens', 5],
    ],
  ],
  ['model_call', 'x', [['ai.operationId', 'ai.streamText.doStream']]],
  ['model_call', 'x', [['ai.operationId', 'ai.generateText.doGenerate']]],
  ['tool_call', 'x', [['ai.operationId', 'ai.toolCall']]],
  ['model_call', 'x', [['openinference.span.kind', 'LLM']]],
  ['tool_call', 'x', [['openinference.span.kind', 'TOOL']]],
  ['agent_step', 'x', [['openinference.span.kind', 'CHAIN']]],
  ['tool_call', 'x', [['traceloop.span.kind', 'tool']]],
  ['agent_step', 'x', [['traceloop.span.kind', 'workflow']]],
  ['model_call', 'openai.chat', [['llm.request.type', 'chat']]],
  ['model_call', 'x', [['lmnr.span.type', 'LLM']]],
  ['model_call', 'claude_code.llm_request', []],
  ['tool_call', 'claude_code.tool', []],
  ['agent_step', 'claude_code.interaction', []],
  ['model_call', 'handle_responses', [['gen_ai.usage.input_tokens', 1200]]],
  [
    'tool_call',
    'exec_command',
    [
      ['codex.tool.phase', 'dispatch'],
      ['tool_name', 'exec_command'],
    ],
  ],
  ['other', 'chat', []],
  ['other', 'handle_responses', [['tool_name', 'exec_command']]],
  [
    'other',
    'x',
    [
      ['gen_ai.operation.name', 7],
      ['__proto__', 'LLM'],
    ],
  ],
])('%s: %s %j', (kind, name, attributes) => {
  expect(kindOf(name, mapOf(attributes))).toBe(kind);
});

const none = {
  model: null,
  requestHash: null,
  inputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  timeToFirstChunkMs: null,
  costUsd: null,
  finishReason: null,
  error: null,
};

test.each<[dialect: string, attributes: Attribute[], facts: Partial<typeof none> | Record<string, unknown>]>([
  ['nothing', [], {}],
  [
    'OpenTelemetry',
    [
      ['gen_ai.request.model', 'asked'],
      ['gen_ai.response.model', 'answered'],
      ['gen_ai.usage.input_tokens', 100],
      ['gen_ai.usage.cache_read.input_tokens', 80],
      ['gen_ai.usage.cache_write.input_tokens', 5],
      ['gen_ai.usage.output_tokens', 20],
      ['gen_ai.usage.reasoning.output_tokens', 8],
      ['gen_ai.response.finish_reasons', ['tool_calls', 'stop']],
      ['gen_ai.response.time_to_first_chunk', 0.25],
      ['bench.model_call.cost_usd', 0.0125],
      ['bench.model_call.request_hash', 'abc'],
    ],
    {
      model: 'answered',
      requestHash: 'abc',
      inputTokens: 100,
      cacheReadTokens: 80,
      cacheWriteTokens: 5,
      outputTokens: 20,
      reasoningTokens: 8,
      finishReason: 'tool_calls',
      timeToFirstChunkMs: 250,
      costUsd: 0.0125,
    },
  ],
  ['zero', [['gen_ai.usage.input_tokens', 0]], { inputTokens: 0 }],
  [
    'input that is less than its cached part: the conventions count it in, whatever the sizes',
    [
      ['gen_ai.usage.input_tokens', 10],
      ['gen_ai.usage.cache_read.input_tokens', 900],
    ],
    { inputTokens: 10, cacheReadTokens: 900 },
  ],
  [
    'Langfuse, parts apart',
    [
      [
        'langfuse.observation.usage_details',
        '{"input": 800, "output": 5, "cache_read_input_tokens": 400, "output_reasoning_tokens": 3, "total": 1208}',
      ],
      ['langfuse.observation.cost_details', '{"total": 0.0123}'],
    ],
    { inputTokens: 1200, cacheReadTokens: 400, outputTokens: 8, reasoningTokens: 3, costUsd: 0.0123 },
  ],
  [
    'Langfuse, OpenAI’s usage as it came',
    [
      [
        'langfuse.observation.usage_details',
        '{"prompt_tokens": 1200, "completion_tokens": 80, "prompt_tokens_details": {"cached_tokens": 400}}',
      ],
    ],
    { inputTokens: 1200, cacheReadTokens: 400, outputTokens: 80 },
  ],
  [
    'objects that are none',
    [
      ['langfuse.observation.usage_details', '{"input": {"deep": 1}, "output": "many", "total": [1]'],
      ['langfuse.observation.cost_details', '[]'],
      ['langfuse.observation.completion_start_time', '"soon"'],
      ['llm.invocation_parameters', '{"__proto__": {"model": "m"}, "model": 3}'],
    ],
    {},
  ],
  [
    'Claude Code',
    [
      ['input_tokens', 10],
      ['cache_read_tokens', 4],
      ['cache_creation_tokens', 2],
      ['output_tokens', 3],
    ],
    { inputTokens: 16, cacheReadTokens: 4, cacheWriteTokens: 2, outputTokens: 3 },
  ],
  [
    'Vercel AI SDK',
    [
      ['ai.usage.inputTokens', 9],
      ['ai.usage.cachedInputTokens', 4],
      ['ai.usage.outputTokens', 3],
      ['ai.response.finishReason', 'stop'],
      ['ai.model.id', 'm'],
      ['ai.response.msToFirstChunk', 264.3],
    ],
    {
      inputTokens: 9,
      cacheReadTokens: 4,
      outputTokens: 3,
      finishReason: 'stop',
      model: 'm',
      timeToFirstChunkMs: 264.3,
    },
  ],
  [
    'OpenInference',
    [
      ['llm.token_count.prompt', 7],
      ['llm.token_count.completion', 2],
      ['llm.model_name', 'm'],
    ],
    { inputTokens: 7, outputTokens: 2, model: 'm' },
  ],
  ['texts of digits', [['gen_ai.usage.input_tokens', '12']], { inputTokens: 12 }],
  [
    'nonsense',
    [
      ['gen_ai.usage.input_tokens', -3],
      ['gen_ai.usage.output_tokens', Number.NaN],
    ],
    {},
  ],
])('usage in the words of %s', (_dialect, attributes, facts) => {
  expect(callFactsOf(aSpan(), mapOf(attributes))).toEqual({ ...none, ...facts });
});

test('a failed call says why', () => {
  const failed = aSpan({ statusCode: 2, statusMessage: '429 slow down' });
  expect(callFactsOf(failed, mapOf([])).error).toBe('429 slow down');
  expect(callFactsOf(aSpan(), mapOf([['error.type', 'timeout']])).error).toBe('timeout');
});

test('the first piece of an answer is timed by its event, or by its date, from the call’s start', () => {
  const startNs = 1_796_026_779_000_000_000n;
  const event = {
    name: 'First Token Stream Event',
    timeNs: startNs + 250_000_000n,
    attributes: [],
    droppedAttributes: 0,
  };
  const firstMs = (record: Partial<SpanRecord>, attributes: Attribute[] = []) =>
    callFactsOf(aSpan({ startNs, ...record }), mapOf(attributes)).timeToFirstChunkMs;
  expect(firstMs({ events: [event] })).toBe(250);
  expect(firstMs({ events: [event], startNs: startNs + 300_000_000n })).toBeNull();
  const dated = (text: string): Attribute[] => [['langfuse.observation.completion_start_time', text]];
  expect(firstMs({}, dated('"2026-11-30T08:19:39.042125Z"'))).toBe(42.125);
  expect(firstMs({}, dated('2026-11-30T08:19:39.5Z'))).toBe(500);
  expect(firstMs({}, dated('"99999-01-01T00:00:00Z"'))).toBeNull();
});
