// Langfuse's SDKs: `langfuse.observation.*`, objects as JSON text. What its usage names `input` and `output` leaves
// their cached and reasoning parts out; what keeps OpenAI's own names counts them in.
// Source: langfuse.com/integrations/native/opentelemetry, and the SDKs for Python and JavaScript.
import type { Dialect } from './dialect.ts';

const usage = (field: string): string => `langfuse.observation.usage_details → ${field}`;
const apart = {
  cacheRead: ['input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens'].map(usage),
  cacheWrite: ['input_cache_creation', 'cache_creation_input_tokens'].map(usage),
  reasoning: ['output_reasoning_tokens', 'output_reasoning'].map(usage),
};

export const langfuse: Dialect = {
  name: 'Langfuse',
  kinds: {
    key: 'langfuse.observation.type',
    values: {
      generation: 'model_call',
      tool: 'tool_call',
      agent: 'agent_step',
      chain: 'agent_step',
      evaluator: 'verify',
    },
  },
  calls: {
    model: ['langfuse.observation.model.name'],
    tokens: {
      input: ['input', 'prompt_tokens', 'input_tokens'].map(usage),
      output: ['output', 'completion_tokens', 'output_tokens'].map(usage),
      cacheRead: [
        ...apart.cacheRead,
        usage('prompt_tokens_details → cached_tokens'),
        usage('input_tokens_details → cached_tokens'),
      ],
      cacheWrite: apart.cacheWrite,
      reasoning: [
        ...apart.reasoning,
        usage('completion_tokens_details → reasoning_tokens'),
        usage('output_tokens_details → reasoning_tokens'),
      ],
      costUsd: ['langfuse.observation.cost_details → total'],
    },
    apart: [...apart.cacheRead, ...apart.cacheWrite, ...apart.reasoning],
    firstChunkTime: ['langfuse.observation.completion_start_time'],
    finish: ['langfuse.observation.metadata.finish_reason'],
  },
  messages: {
    lists: { input: ['langfuse.observation.input'], output: ['langfuse.observation.output'] },
    texts: { input: ['langfuse.observation.input'], output: ['langfuse.observation.output'] },
  },
  tools: { arguments: ['langfuse.observation.input'], result: ['langfuse.observation.output'] },
  agents: { key: 'langfuse.observation.type', values: ['agent'] },
  sessions: ['langfuse.session.id'],
};
