// A whole stream at once, for what was printed before: pushes its lines into the agent's reader. Knows no
// agent and interprets no line.
import type { AgentAdapter, PrintingAgent } from '../agent.ts';
import type { AgentRun, AgentStream } from '../step.ts';

/** Reads one run. Never throws. */
export function readStream(agent: PrintingAgent, stream: AgentStream): AgentRun {
  const reader = agent.reader(stream);
  for (const line of stream.lines) reader.push(line);
  return reader.end(stream);
}

export function isPrinting(agent: AgentAdapter): agent is PrintingAgent {
  return agent.reader !== undefined;
}
