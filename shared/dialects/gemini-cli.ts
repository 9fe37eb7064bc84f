// Gemini CLI and its descendant Qwen Code: GenAI names with operations of their own.
// Source: github.com/google-gemini/gemini-cli, docs/cli/telemetry.md.
import { spanKey } from '../conventions.ts';
import type { Dialect, UsagePart } from './dialect.ts';

const parts: Readonly<Record<string, UsagePart>> = {
  input: 'input',
  output: 'output',
  cache: 'cacheRead',
  thought: 'reasoning',
};

export const geminiCli: Dialect = {
  name: 'Gemini CLI',
  kinds: {
    key: spanKey.operation,
    values: {
      llm_call: 'model_call',
      tool_call: 'tool_call',
      agent_call: 'agent_step',
      schedule_tool_calls: 'agent_step',
    },
  },
  metrics: {
    split: [
      { metric: 'gemini_cli.token.usage', key: 'type', values: parts },
      { metric: 'qwen-code.token.usage', key: 'type', values: parts },
    ],
  },
  calls: {
    tokens: { cacheRead: ['cached_content_token_count'], reasoning: ['thoughts_token_count'] },
    apart: ['thoughts_token_count'],
  },
  tools: { name: ['function_name'], arguments: ['function_args'] },
  logs: ['gemini_cli', 'qwen-code'].flatMap((prefix) => [
    { event: `${prefix}.api_response`, kind: 'model_call', durationMs: ['duration_ms'] } as const,
    {
      event: `${prefix}.api_error`,
      kind: 'model_call',
      fails: true,
      durationMs: ['duration_ms'],
      error: ['error', 'error.message'],
    } as const,
    {
      event: `${prefix}.tool_call`,
      kind: 'tool_call',
      durationMs: ['duration_ms'],
      success: ['success'],
      error: ['error', 'error.message'],
    } as const,
  ]),
  agents: { key: spanKey.operation, values: ['agent_call'], name: ['agent_name'] },
};
