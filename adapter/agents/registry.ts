// The agents that are known, each by a file of its own. Adding an agent is one line here; nothing else
// in the house asks which agent it is.
import type { AgentAdapter, PrintingAgent } from './agent.ts';
import { aider } from './aider/aider.ts';
import { claudeCode } from './claude-code/claude-code.ts';
import { codex } from './codex/codex.ts';
import { copilot } from './copilot.ts';
import { crush } from './crush.ts';
import { cursorAgent } from './cursor-agent.ts';
import { gemini } from './gemini/gemini.ts';
import { generic } from './generic.ts';
import { goose } from './goose.ts';
import { opencode } from './opencode/opencode.ts';
import { openhands } from './openhands/openhands.ts';
import { pi } from './pi/pi.ts';
import { plandex } from './plandex.ts';
import { qwenCode } from './qwen-code/qwen-code.ts';
import { isPrinting } from './reading/read-stream.ts';
import type { AgentRun, AgentStream } from './step.ts';
import { miniSweAgent } from './swe-agent/mini-swe-agent.ts';
import { sweAgent } from './swe-agent/swe-agent.ts';

export type { AgentAdapter } from './agent.ts';

/** The generic one stands last: it takes every command. */
export const agents: readonly AgentAdapter[] = [
  opencode,
  pi,
  codex,
  gemini,
  qwenCode,
  claudeCode,
  cursorAgent,
  openhands,
  aider,
  goose,
  copilot,
  sweAgent,
  miniSweAgent,
  crush,
  plandex,
  generic,
];

/** How many lines are looked at: warnings may stand before the first event. */
const PROBE_LINES = 200;

/**
 * The agent of a run: the one of that name, else the one that the command line starts, else the generic
 * one, which records the terminal, model calls and files.
 */
export function findAgent(of: {
  readonly name?: string | undefined;
  readonly command?: readonly string[] | undefined;
}): AgentAdapter {
  const named = agents.find(({ name }) => name === of.name?.toLowerCase());
  const command = of.command ?? [];
  return named ?? agents.find((agent) => agent.recognises(command)) ?? generic;
}

/** The agent that printed these lines, or null where none of the known ones did. */
export function recogniseAgent(stream: AgentStream): PrintingAgent | null {
  const lines: string[] = [];
  for (const line of stream.lines) {
    if (line.stream === 'stdout') lines.push(line.text);
    if (lines.length >= PROBE_LINES) break;
  }
  for (const agent of agents) if (isPrinting(agent) && agent.prints?.(lines)) return agent;
  return null;
}

/** The agent that kept this file, with what it tells; null where none of the known ones did. */
export function recogniseSession(
  text: string,
  file: string,
): { readonly agent: AgentAdapter; readonly run: AgentRun } | null {
  for (const agent of agents) {
    const run = agent.parseSession?.(text, file) ?? null;
    if (run !== null) return { agent, run };
  }
  return null;
}
