// OpenTelemetry's semantic conventions for generative AI, which Playhead's own adapters write too.
// Source: opentelemetry.io/docs/specs/semconv/gen-ai.
import { resourceKey, spanKey } from '../conventions.ts';
import type { Dialect } from './dialect.ts';

export const genAi: Dialect = {
  name: 'OpenTelemetry GenAI',
  kinds: {
    key: spanKey.operation,
    values: {
      chat: 'model_call',
      generate_content: 'model_call',
      text_completion: 'model_call',
      execute_tool: 'tool_call',
      invoke_agent: 'agent_step',
      create_agent: 'agent_step',
      invoke_workflow: 'agent_step',
      plan: 'agent_step',
    },
    carrying: [
      // codex puts usage on a span that names no operation.
      { keys: [spanKey.inputTokens], kind: 'model_call' },
      { keys: [spanKey.outputTokens], kind: 'model_call' },
      { keys: [spanKey.toolCallId], kind: 'tool_call' },
    ],
  },
  calls: {
    model: [spanKey.responseModel, spanKey.requestModel],
    provider: [spanKey.provider],
    tokens: {
      input: [spanKey.inputTokens],
      output: [spanKey.outputTokens],
      cacheRead: [spanKey.cacheReadTokens],
      // The second is its name until 1.41.
      cacheWrite: [spanKey.cacheWriteTokens, 'gen_ai.usage.cache_creation.input_tokens'],
      reasoning: [spanKey.reasoningTokens],
      costUsd: [spanKey.cost],
    },
    cacheWriteLong: [spanKey.cacheWriteLongTokens],
    isStreamed: ['gen_ai.request.stream'],
    firstChunkSeconds: [spanKey.timeToFirstChunk],
    // A message may say how it ended: the newest conventions take that back.
    finish: [spanKey.finishReasons, `${spanKey.outputMessages} → 0 → finish_reason`],
    responseId: [spanKey.responseId],
  },
  metrics: {
    split: [
      {
        metric: 'gen_ai.client.token.usage',
        key: 'gen_ai.token.type',
        values: { input: 'input', output: 'output' },
      },
    ],
    // Since 1.41.
    whole: {
      'gen_ai.client.inference.usage.input_tokens': 'input',
      'gen_ai.client.inference.usage.output_tokens': 'output',
      'gen_ai.client.inference.usage.cache_read.input_tokens': 'cacheRead',
      'gen_ai.client.inference.usage.cache_write.input_tokens': 'cacheWrite',
      'gen_ai.client.inference.usage.reasoning.output_tokens': 'reasoning',
    },
  },
  messages: {
    instructions: ['gen_ai.system_instructions'],
    lists: { input: [spanKey.inputMessages], output: [spanKey.outputMessages] },
    events: { carriers: ['gen_ai.client.inference.operation.details'] },
  },
  tools: {
    name: [spanKey.toolName],
    callId: [spanKey.toolCallId],
    arguments: [spanKey.toolArguments],
    result: [spanKey.toolResult],
  },
  ends: {
    exitCode: [spanKey.exitCode],
    timedOut: [spanKey.timedOut],
    image: [resourceKey.imageName],
    imageDigest: [resourceKey.imageDigests],
    httpStatus: [spanKey.httpStatus],
  },
  agents: {
    key: spanKey.operation,
    values: ['invoke_agent'],
    name: [spanKey.agentName],
    id: [spanKey.agentId],
    conversation: [spanKey.conversationId, 'conversation.id'],
  },
  sessions: ['session.id', spanKey.conversationId, 'conversation.id'],
};
