// The three formats in which an agent's run comes: what it printed with arrival times, what it printed, what
// it kept. Each is told by whether a known agent's parser takes it.
import { isArrivals, readArrivals, readBareOutput } from '../agents/reading/arrivals.ts';
import { addTallies } from '../agents/reading/line-account.ts';
import { readStream } from '../agents/reading/read-stream.ts';
import { recogniseAgent, recogniseSession } from '../agents/registry.ts';
import type { AgentStream } from '../agents/step.ts';
import type { RunFormat, Source } from './format.ts';
import { ImportError } from './import-error.ts';

export const arrivals: RunFormat = {
  name: 'arrivals',
  words: "an agent's output with arrival times",
  phase: 'run',
  kinds: null,
  rank: 'stamped',
  recognises({ head, text }) {
    if (head === null || !isArrivals(text)) return false;
    return recogniseAgent(readArrivals(text)) === null
      ? 'holds the output of an agent that is not known'
      : true;
  },
  read: (source) => readPrinted(source, readArrivals(source.text)),
};

export const agentOutput: RunFormat = {
  name: 'agent-output',
  words: "an agent's bare output",
  phase: 'run',
  kinds: null,
  rank: 'bare',
  recognises: ({ text }) => recogniseAgent(readBareOutput(text)) !== null,
  read: (source) => readPrinted(source, readBareOutput(source.text)),
};

export const agentSession: RunFormat = {
  name: 'agent-session',
  words: "an agent's session file",
  phase: 'run',
  kinds: null,
  rank: 'kept',
  recognises: ({ text }) => recogniseSession(text, '') !== null,
  read({ text, file }) {
    const session = recogniseSession(text, file);
    if (session === null) throw new ImportError('unknown_format', file, 'holds no known agent’s session');
    return session;
  },
};

function readPrinted({ file }: Source, stream: AgentStream): ReturnType<RunFormat['read']> {
  const agent = recogniseAgent(stream);
  if (agent === null) throw new ImportError('unknown_format', file, 'holds no known agent’s output');
  const run = readStream(agent, stream);
  const tallies = [run.lines, stream.others?.tally()].filter((tally) => tally !== undefined);
  return { agent, run: { ...run, lines: addTallies(tallies) } };
}
