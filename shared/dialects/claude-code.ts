// Claude Code's own telemetry: it names its spans, sets no operation, and its attributes bear no prefix. As Anthropic's
// API does, it counts cached input apart.
// Source: code.claude.com/docs/en/monitoring-usage.
import type { Dialect } from './dialect.ts';

export const claudeCode: Dialect = {
  name: 'Claude Code',
  inputWithoutCache: true,
  kinds: {
    spanNames: {
      'claude_code.llm_request': 'model_call',
      'claude_code.tool': 'tool_call',
      'claude_code.interaction': 'agent_step',
    },
  },
  calls: {
    model: ['model'],
    tokens: {
      input: ['input_tokens'],
      output: ['output_tokens'],
      cacheRead: ['cache_read_tokens'],
      cacheWrite: ['cache_creation_tokens'],
      costUsd: ['cost_usd'],
    },
    firstChunkMs: ['ttft_ms'],
    finish: ['stop_reason'],
    requestId: ['request_id'],
  },
  metrics: {
    split: [
      {
        metric: 'claude_code.token.usage',
        key: 'type',
        values: { input: 'input', output: 'output', cacheRead: 'cacheRead', cacheCreation: 'cacheWrite' },
      },
    ],
    whole: { 'claude_code.cost.usage': 'costUsd' },
  },
  tools: { name: ['tool_name'] },
};
