// codex: GenAI usage beside names of its own.
// Source: github.com/openai/codex, codex-rs/otel.
import type { Dialect } from './dialect.ts';

export const codex: Dialect = {
  name: 'codex',
  kinds: {
    // One span with the phase a tool call; the spans around it share only call_id.
    carrying: [{ keys: ['codex.tool.phase', 'tool_name'], kind: 'tool_call' }],
  },
  calls: {
    tokens: {
      input: ['input_token_count'],
      output: ['output_token_count'],
      cacheRead: ['cached_token_count'],
      cacheWrite: ['cache_write_token_count'],
      reasoning: ['codex.usage.reasoning_output_tokens', 'reasoning_token_count'],
    },
  },
  logs: [
    {
      // Another record of the name tells the end of the stream, without tokens.
      event: 'codex.sse_event',
      kind: 'model_call',
      carrying: ['input_token_count'],
      durationMs: ['duration_ms'],
    },
    {
      event: 'codex.tool_result',
      kind: 'tool_call',
      durationMs: ['duration_ms'],
      success: ['success'],
    },
  ],
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
