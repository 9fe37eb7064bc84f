// Laminar: `lmnr.*`. What goes into a span and comes out of it stands under one name each, whatever its kind.
// Source: docs.lmnr.ai/tracing/otel.
import type { Dialect } from './dialect.ts';

export const laminar: Dialect = {
  name: 'Laminar',
  kinds: {
    key: 'lmnr.span.type',
    values: { LLM: 'model_call', TOOL: 'tool_call', EXECUTOR: 'agent_step', EVALUATOR: 'verify' },
  },
  messages: {
    lists: { input: ['lmnr.span.input'], output: ['lmnr.span.output'] },
    texts: { input: ['lmnr.span.input'], output: ['lmnr.span.output'] },
  },
  tools: { arguments: ['lmnr.span.input'], result: ['lmnr.span.output'] },
};
