// Traceloop's OpenLLMetry: `traceloop.*` for the program's own steps, `llm.*` and numbered old GenAI names for requests.
// Source: github.com/traceloop/openllmetry, opentelemetry-semantic-conventions-ai.
import type { Dialect } from './dialect.ts';

export const traceloop: Dialect = {
  name: 'Traceloop OpenLLMetry',
  kinds: {
    key: 'traceloop.span.kind',
    values: { tool: 'tool_call', agent: 'agent_step', task: 'agent_step', workflow: 'agent_step' },
    // It marks a request by its type alone.
    carrying: [{ keys: ['llm.request.type'], kind: 'model_call' }],
  },
  calls: {
    model: ['llm.request.model'],
    firstChunkEvents: ['gen_ai.content.completion.chunk'],
    tokens: { input: ['llm.usage.prompt_tokens'], output: ['llm.usage.completion_tokens'] },
  },
  messages: {
    lists: { input: ['traceloop.entity.input'], output: ['traceloop.entity.output'] },
    indexed: {
      input: 'gen_ai.prompt',
      output: 'gen_ai.completion',
      field: '',
      calls: { list: 'tool_calls', id: 'id', name: 'name', arguments: 'arguments', one: 'function_call' },
    },
    texts: { input: ['traceloop.entity.input'], output: ['traceloop.entity.output'] },
  },
  tools: { arguments: ['traceloop.entity.input'], result: ['traceloop.entity.output'] },
  agents: { key: 'traceloop.span.kind', values: ['agent'], name: ['traceloop.entity.name'] },
};
