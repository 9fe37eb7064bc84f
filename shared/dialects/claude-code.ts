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
  tools: { name: ['tool_name'], callId: ['tool_use_id'], arguments: ['tool_input', 'tool_parameters'] },
  ends: { httpStatus: ['status_code'] },
  logs: [
    {
      event: 'claude_code.api_request',
      scope: 'com.anthropic.claude_code.events',
      kind: 'model_call',
      durationMs: ['duration_ms'],
    },
    {
      event: 'claude_code.api_error',
      scope: 'com.anthropic.claude_code.events',
      kind: 'model_call',
      fails: true,
      durationMs: ['duration_ms'],
      error: ['error'],
    },
    {
      event: 'claude_code.tool_result',
      scope: 'com.anthropic.claude_code.events',
      kind: 'tool_call',
      durationMs: ['duration_ms'],
      success: ['success'],
      error: ['error'],
    },
  ],
};
