// The agents whose streams can be read, each by a file of its own. Adding an agent is one line here;
// nothing else in the house asks which agent it is.
import { isOpencode, parseOpencode } from './opencode.ts';
import { isPi, parsePi } from './pi.ts';
import type { AgentRun, AgentStream } from './step.ts';

export interface AgentFormat {
  /** The agent's name as cells carry it. */
  readonly name: string;
  /** Whether lines of standard output are this agent's. */
  readonly recognises: (lines: readonly string[]) => boolean;
  readonly parse: (stream: AgentStream) => AgentRun;
}

export const agentFormats: readonly AgentFormat[] = [
  { name: 'opencode', recognises: isOpencode, parse: parseOpencode },
  { name: 'pi', recognises: isPi, parse: parsePi },
];

/** How many lines are looked at: warnings may stand before the first event. */
const PROBE_LINES = 200;

/** The agent that printed these lines, or null where none of the known ones did. */
export function recogniseAgent(stream: AgentStream): AgentFormat | null {
  const lines = stream.lines
    .filter((line) => line.stream === 'stdout')
    .slice(0, PROBE_LINES)
    .map((line) => line.text);
  return agentFormats.find((format) => format.recognises(lines)) ?? null;
}
