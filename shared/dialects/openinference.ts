// OpenInference (Arize Phoenix): one attribute for each field of a message.
// Source: github.com/Arize-ai/openinference, spec/semantic_conventions.md.
import type { Dialect } from './dialect.ts';

export const openInference: Dialect = {
  name: 'OpenInference',
  kinds: {
    key: 'openinference.span.kind',
    values: {
      LLM: 'model_call',
      TOOL: 'tool_call',
      AGENT: 'agent_step',
      CHAIN: 'agent_step',
      EVALUATOR: 'verify',
    },
  },
  calls: {
    // A call that was refused names the model among what it was asked with.
    model: ['llm.model_name', 'llm.request.model_name', 'llm.invocation_parameters → model'],
    provider: ['llm.provider', 'llm.system'],
    tokens: {
      input: ['llm.token_count.prompt'],
      output: ['llm.token_count.completion'],
      cacheRead: ['llm.token_count.prompt_details.cache_read'],
      cacheWrite: ['llm.token_count.prompt_details.cache_write'],
      reasoning: ['llm.token_count.completion_details.reasoning'],
      costUsd: ['llm.cost.total'],
    },
    finish: ['llm.finish_reason'],
    firstChunkEvents: ['First Token Stream Event'],
  },
  messages: {
    lists: { input: ['llm.input_messages'], output: ['llm.output_messages'] },
    indexed: {
      input: 'llm.input_messages',
      output: 'llm.output_messages',
      field: 'message.',
      parts: { list: 'contents', field: 'message_content.', address: 'image.image.url' },
      calls: {
        list: 'tool_calls',
        id: 'tool_call.id',
        name: 'tool_call.function.name',
        arguments: 'tool_call.function.arguments',
      },
    },
    texts: { input: ['input.value'], output: ['output.value'] },
  },
  tools: {
    name: ['tool.name'],
    callId: ['tool_call.id'],
    arguments: ['input.value'],
    result: ['output.value'],
  },
  agents: {
    key: 'openinference.span.kind',
    values: ['AGENT'],
    name: ['agent.name'],
    conversation: ['session.id'],
  },
};
