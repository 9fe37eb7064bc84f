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
  tools: { name: ['function_name'], arguments: ['function_args'] },
};
