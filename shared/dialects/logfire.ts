// Pydantic's Logfire: GenAI's names, beside objects of its own as JSON text. What an API told of usage beyond GenAI's
// names stands whole in one of them.
// Source: logfire's instrumentations of OpenAI's and Anthropic's clients.
import type { Dialect } from './dialect.ts';

const raw = (field: string): string => `gen_ai.usage.raw → ${field}`;

export const logfire: Dialect = {
  name: 'Logfire',
  calls: {
    model: ['request_data → model'],
    tokens: {
      reasoning: [
        raw('completion_tokens_details → reasoning_tokens'),
        raw('output_tokens_details → reasoning_tokens'),
      ],
      costUsd: ['operation.cost'],
    },
  },
};
