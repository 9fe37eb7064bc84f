// Pydantic AI: GenAI's names, with what they have no word for beside them.
// Source: ai.pydantic.dev/logfire, pydantic_ai.models.instrumented.
import type { Dialect } from './dialect.ts';

const details = (part: string): string => `gen_ai.usage.details.${part}`;

export const pydanticAi: Dialect = {
  name: 'Pydantic AI',
  calls: {
    tokens: {
      cacheRead: [details('cache_read_tokens')],
      cacheWrite: [details('cache_write_tokens')],
      reasoning: [details('reasoning_tokens')],
      costUsd: ['operation.cost'],
    },
  },
  messages: { lists: { input: ['pydantic_ai.all_messages', 'all_messages_events'], output: [] } },
  tools: { arguments: ['tool_arguments'], result: ['tool_response'] },
};
