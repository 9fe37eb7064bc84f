// codex: GenAI usage beside names of its own.
// Source: github.com/openai/codex, codex-rs/otel.
import type { Dialect } from './dialect.ts';

export const codex: Dialect = {
  name: 'codex',
  kinds: {
    // One span with the phase a tool call; the spans around it share only call_id.
    carrying: [{ keys: ['codex.tool.phase', 'tool_name'], kind: 'tool_call' }],
  },
  calls: { tokens: { reasoning: ['codex.usage.reasoning_output_tokens'] } },
  metrics: {
    split: [
      {
        metric: 'codex.turn.token_usage',
        key: 'token_type',
        values: {
          input: 'input',
          output: 'output',
          cached_input: 'cacheRead',
          cache_write_input: 'cacheWrite',
          reasoning_output: 'reasoning',
        },
      },
    ],
  },
  tools: {
    name: ['tool_name'],
    callId: ['call_id'],
    arguments: ['arguments'],
    result: ['output'],
  },
};
