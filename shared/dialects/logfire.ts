// Pydantic's Logfire: GenAI's names, beside objects of its own as JSON text. What an API told of usage beyond GenAI's
// names stands whole in one of them.
// Source: logfire's instrumentations of OpenAI's and Anthropic's clients.
import type { Dialect } from './dialect.ts';

const raw = (field: string): string => `gen_ai.usage.raw → ${field}`;

export const logfire: Dialect = {
  name: 'Logfire',
  kinds: {
    // Of the OpenAI Agents SDK: templates of messages stand for names.
    spanNames: {
      'Responses API with {gen_ai.request.model!r}': 'model_call',
      'Chat completion with {gen_ai.request.model!r}': 'model_call',
      'Function: {name}': 'tool_call',
      'Agent run: {name!r}': 'agent_step',
    },
  },
  calls: {
    model: ['request_data → model'],
    streamEnd: { key: 'logfire.span_type', value: 'log', seconds: 'duration' },
    tokens: {
      reasoning: [
        raw('completion_tokens_details → reasoning_tokens'),
        raw('output_tokens_details → reasoning_tokens'),
      ],
    },
  },
  messages: { eventLists: ['events'] },
  tools: { name: ['name'], arguments: ['input'], result: ['output'] },
  agents: { spanNames: ['Agent run: {name!r}'], name: ['agent_name', 'name'] },
};
