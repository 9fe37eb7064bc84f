// What the agent reports of itself while it runs, as steps: the lines that it prints, read as they come, and,
// where its session files tell more, those files. Each step is handed out once, when it is complete. Keeps no
// line; nothing that the agent prints or writes makes it throw.
import type { AgentAdapter, AgentReader, SessionContext } from '../agents/agent.ts';
import { joinSessions } from '../agents/reading/assemble.ts';
import { MAX_EVENT_CHARS } from '../agents/reading/json-value.ts';
import type { AgentRun, Step } from '../agents/step.ts';
import { inOrder } from '../agents/step.ts';
import type { OutputChunk, ProcessEnd } from './agent-process.ts';
import { readKept, SessionFollower } from './session-follower.ts';

/** A proxy reports a model call when its answer is whole, which the agent may print a moment before. */
const TAKE_AFTER_MS = 100;

export interface AgentOutputOptions {
  readonly agent: AgentAdapter;
  readonly command: readonly string[];
  readonly startNs: bigint;
  /** Whether the agent prints lines, rather than drawing on a terminal. */
  readonly prints: boolean;
  /** Where its session files are. */
  readonly sessions: SessionContext;
  readonly onSteps: (steps: readonly Step[]) => void;
  /** A tool call is over, as the agent says. */
  readonly onToolEnded?: () => void;
}

/** How an agent's steps become known while it runs. */
export function waysToReport(agent: AgentAdapter, prints: boolean): { printed: boolean; kept: boolean } {
  const printed = prints && agent.reader !== undefined;
  const keeps = agent.parseSession !== undefined && agent.sessionFiles !== undefined;
  return { printed, kept: keeps && !(printed && agent.printsAll === true) };
}

export class AgentOutput {
  readonly #options: AgentOutputOptions;
  readonly #reader: AgentReader | null;
  readonly #lines = { stdout: new LineCutter(), stderr: new LineCutter() };
  readonly #follower: SessionFollower | null;
  /** Printed steps, where the session files tell more of them and both are joined at the end. */
  readonly #toJoin: Step[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isEmpty = true;
  #tookAny = false;

  constructor(options: AgentOutputOptions) {
    const { agent, command, startNs, prints, sessions } = options;
    const { printed, kept } = waysToReport(agent, prints);
    this.#options = options;
    this.#reader = printed ? (agent.reader?.({ command, spawnNs: startNs }) ?? null) : null;
    this.#follower = kept
      ? new SessionFollower({ agent, context: sessions, onSteps: (steps) => this.#handOut(steps) })
      : null;
  }

  add({ stream, text, atNs }: OutputChunk): void {
    if (stream === 'pty' || this.#reader === null) return;
    const lines = this.#lines[stream].push(text);
    for (const line of lines) this.#push(stream, line, atNs);
    if (lines.length > 0 && stream === 'stdout')
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#take();
      }, TAKE_AFTER_MS);
  }

  /** The run, once it is over, with the steps that were not handed out; null where the agent told nothing. */
  async finish(end: ProcessEnd): Promise<AgentRun | null> {
    const { agent, sessions, startNs } = this.#options;
    clearTimeout(this.#timer);
    this.#follower?.stop();
    const printed = this.#endPrinted(end);
    const kept = await readKept(agent, sessions, printed?.sessionId ?? null);
    const joined = joinSessions(agent, printed, kept);
    const run = printed === null ? withEnd(joined, startNs, end) : joined;
    if (run === null || this.#follower === null) return run;
    return { ...run, steps: this.#follower.take(run, 'final') };
  }

  #push(stream: 'stdout' | 'stderr', line: string, atNs: bigint): void {
    const text = line.replace(/\r$/, '');
    if (text.trim() === '') return;
    this.#isEmpty = false;
    this.#reader?.push({ atNs, stream, text });
  }

  #take(): void {
    const steps = this.#reader?.take() ?? [];
    if (steps.length === 0) return;
    this.#tookAny = true;
    if (this.#follower === null) this.#handOut(steps);
    else {
      this.#toJoin.push(...steps);
      this.#noticeTools(steps);
    }
  }

  #handOut(steps: readonly Step[]): void {
    this.#noticeTools(steps);
    this.#options.onSteps(steps);
  }

  #noticeTools(steps: readonly Step[]): void {
    if (steps.some((step) => step.type === 'tool_call' && step.status !== null))
      this.#options.onToolEnded?.();
  }

  #endPrinted({ endNs, exitCode, signal }: ProcessEnd): AgentRun | null {
    for (const stream of ['stdout', 'stderr'] as const)
      for (const line of this.#lines[stream].end()) this.#push(stream, line, endNs);
    this.#take();
    const run = this.#reader?.end({ exitNs: endNs, exitCode, signal }) ?? null;
    if (run === null || this.#isEmpty) return null;
    // A command that was taken for the agent's and printed something else: nothing was read.
    if (run.steps.length === 0 && !this.#tookAny && run.sessionId === null) return null;
    return { ...run, steps: inOrder([...this.#toJoin, ...run.steps]) };
  }
}

/** Cuts text that comes in pieces into lines. Of a line too long for an event it keeps no more than shows it. */
class LineCutter {
  #parts: string[] = [];
  #chars = 0;

  push(text: string): string[] {
    const [first = '', ...rest] = text.split('\n');
    this.#keep(first);
    const last = rest.pop();
    if (last === undefined) return [];
    const lines = [...this.end(), ...rest];
    this.#keep(last);
    return lines;
  }

  /** The line that has no end. */
  end(): string[] {
    const line = this.#parts.join('');
    this.#parts = [];
    this.#chars = 0;
    return [line];
  }

  #keep(text: string): void {
    const room = MAX_EVENT_CHARS + 1 - this.#chars;
    if (text === '' || room <= 0) return;
    const kept = text.length > room ? text.slice(0, room) : text;
    this.#parts.push(kept);
    this.#chars += kept.length;
  }
}

/** A session does not know when its process began and ended; we do. */
function withEnd(kept: AgentRun | null, startNs: bigint, end: ProcessEnd): AgentRun | null {
  if (kept === null) return null;
  const { exitCode, signal, endNs } = end;
  return { ...kept, startNs, endNs, exitCode, signal };
}
