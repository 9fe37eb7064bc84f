// Strands Agents: GenAI's names, older and newest, with a first token in milliseconds.
// Source: github.com/strands-agents/sdk-python, strands.telemetry.tracer.
import { spanKey } from '../conventions.ts';
import type { Dialect } from './dialect.ts';

export const strands: Dialect = {
  name: 'Strands Agents',
  kinds: { key: spanKey.operation, values: { execute_event_loop_cycle: 'agent_step' } },
  calls: {
    firstChunkByScope: [{ scope: 'strands', name: 'gen_ai.server.time_to_first_token', unitMs: 1 }],
  },
  tools: {
    eventArguments: { event: 'gen_ai.tool.message', names: ['content'] },
    eventResult: { event: 'gen_ai.choice', names: ['message'] },
  },
};
