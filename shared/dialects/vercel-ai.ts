// The Vercel AI SDK: `ai.*`. Its outer call spans a whole loop of steps and tools; `.doStream` is the request.
// Source: ai-sdk.dev/docs/ai-sdk-core/telemetry.
import type { Dialect } from './dialect.ts';

export const vercelAi: Dialect = {
  name: 'Vercel AI SDK',
  kinds: {
    key: 'ai.operationId',
    values: {
      'ai.streamText': 'agent_step',
      'ai.generateText': 'agent_step',
      'ai.streamObject': 'agent_step',
      'ai.generateObject': 'agent_step',
      'ai.streamText.doStream': 'model_call',
      'ai.generateText.doGenerate': 'model_call',
      'ai.streamObject.doStream': 'model_call',
      'ai.generateObject.doGenerate': 'model_call',
      'ai.toolCall': 'tool_call',
    },
  },
  calls: {
    model: ['ai.response.model', 'ai.model.id'],
    tokens: {
      input: ['ai.usage.inputTokens', 'ai.usage.promptTokens'],
      output: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
      cacheRead: ['ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
      cacheWrite: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
      reasoning: ['ai.usage.reasoningTokens', 'ai.usage.outputTokenDetails.reasoningTokens'],
    },
    firstChunkMs: ['ai.response.msToFirstChunk'],
    finish: ['ai.response.finishReason'],
    responseId: ['ai.response.id'],
  },
  messages: {
    lists: { input: ['ai.prompt.messages', 'ai.prompt'], output: [] },
    prompts: ['ai.prompt'],
    // An answer that is calls alone has an empty text.
    answer: {
      reasoning: ['ai.response.reasoning'],
      texts: ['ai.response.text', 'ai.response.object'],
      calls: ['ai.response.toolCalls'],
    },
    texts: { input: ['ai.prompt'], output: [] },
  },
  tools: {
    name: ['ai.toolCall.name'],
    callId: ['ai.toolCall.id'],
    arguments: ['ai.toolCall.args'],
    result: ['ai.toolCall.result'],
  },
};
