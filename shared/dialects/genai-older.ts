// Names that OpenTelemetry's conventions had before: old GenAI attributes and events, the old HTTP status. Last in
// the registry: what says a thing in a newer way as well is read by that.
import type { Dialect } from './dialect.ts';

export const olderGenAi: Dialect = {
  name: 'OpenTelemetry GenAI, older',
  calls: {
    provider: ['gen_ai.system'],
    tokens: {
      input: ['gen_ai.usage.prompt_tokens'],
      output: ['gen_ai.usage.completion_tokens'],
      cacheRead: ['gen_ai.usage.cache_read_input_tokens'],
      cacheWrite: ['gen_ai.usage.cache_creation_input_tokens'],
      reasoning: ['gen_ai.usage.reasoning_tokens'],
      costUsd: ['gen_ai.usage.cost'],
    },
    finish: ['gen_ai.response.finish_reason'],
  },
  messages: {
    lists: { input: ['gen_ai.prompt'], output: ['gen_ai.completion'] },
    texts: { input: ['gen_ai.prompt'], output: ['gen_ai.completion'] },
    events: {
      messages: {
        'gen_ai.system.message': 'system',
        'gen_ai.user.message': 'user',
        'gen_ai.assistant.message': 'assistant',
        'gen_ai.tool.message': 'tool',
      },
      answers: ['gen_ai.choice'],
      carriers: ['gen_ai.content.prompt', 'gen_ai.content.completion'],
      finish: ['finish_reason'],
    },
  },
  ends: { httpStatus: ['http.status_code'] },
};
