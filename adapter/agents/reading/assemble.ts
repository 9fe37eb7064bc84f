// One run from everything that an agent left behind: what it printed and the session files it kept.
// Says which files belong together; what they mean is the agent's own parser's business.
import { compareNs } from '../../../shared/time.ts';
import type { AgentAdapter } from '../agent.ts';
import type { AgentRun, AgentStream, Step, ToolCallStep } from '../step.ts';
import { inOrder, toolCalls } from '../step.ts';
import { later } from './clock.ts';
import { isPrinting, readStream } from './read-stream.ts';

export interface SessionFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads a run from its stream, its session files, or both.
 * @param stream what the agent printed, or null where only files are left
 * @returns null where neither says anything: the run is then known from outside alone
 */
export function assembleRun(
  agent: AgentAdapter,
  stream: AgentStream | null,
  files: readonly SessionFile[],
): AgentRun | null {
  const printed = stream !== null && isPrinting(agent) ? readStream(agent, stream) : null;
  const run = joinSessions(agent, printed, readSessions(agent, files));
  return printed === null ? withProcess(run, stream) : run;
}

/**
 * One run from what was printed and the sessions that were kept; sessions of other runs are passed by.
 * @returns null where there is neither
 */
export function joinSessions(
  agent: AgentAdapter,
  printed: AgentRun | null,
  kept: readonly AgentRun[],
): AgentRun | null {
  const id = printed?.sessionId ?? null;
  const matching = kept.filter(({ sessionId }) => id === null || sessionId === null || sessionId === id);
  const own = matching.length > 0 ? matching : kept.slice(0, 1);
  const session = agent.merge === undefined ? mergeSessions(own) : agent.merge(own);
  if (printed === null || session === null) return printed ?? session;
  return agent.join?.(printed, session) ?? joinRuns(printed, session);
}

/** The sessions that the files hold, each whole; files that are none of this agent's are passed by. */
export function readSessions(agent: AgentAdapter, files: readonly SessionFile[]): AgentRun[] {
  const parse = agent.parseSession?.bind(agent);
  if (parse === undefined || files.length === 0) return [];
  const folderOf = agent.sessionFolder?.bind(agent);
  if (folderOf === undefined)
    return files.flatMap(({ text, path }) => {
      const run = parse(text, path);
      return run === null ? [] : [run];
    });
  const folders = new Map<string, SessionFile[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].flatMap(([folder, parts]) => {
    const run = parse(joinParts(parts), folder);
    return run === null ? [] : [run];
  });
}

/** The files of a folder as one text, an event a line, in the order of their names. */
export function joinParts(parts: readonly SessionFile[]): string {
  return parts
    .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ text }) => oneLine(text))
    .join('\n');
}

function oneLine(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text; // Lines already, or cut: its reader says which.
  }
}

/** Several files of one session: the first is the run, the others add what they alone tell. */
export function mergeSessions(runs: readonly AgentRun[]): AgentRun | null {
  const [first, ...rest] = runs.toSorted((a, b) => compareNs(a.startNs, b.startNs));
  if (first === undefined) return null;
  if (rest.length === 0) return first;
  const steps: Step[] = runs.flatMap((run) => run.steps);
  const unknownEvents = new Map<string, number>();
  for (const run of runs)
    for (const [type, count] of run.unknownEvents)
      unknownEvents.set(type, (unknownEvents.get(type) ?? 0) + count);
  return {
    ...first,
    model: first.model ?? rest.find(({ model }) => model !== null)?.model ?? null,
    endNs: runs.reduce((latest, { endNs }) => later(latest, endNs), first.endNs),
    steps: inOrder(steps),
    unparsedLines: runs.flatMap(({ unparsedLines }) => unparsedLines),
    unknownEvents,
    remarks: runs.flatMap(({ remarks }) => remarks ?? []),
  };
}

/**
 * One run from what was printed and what was kept of it, for agents whose session tells more than their
 * stream: its steps, and from the stream the process, failures, the agent's own sum and what the session
 * had not yet written down.
 * @param isKept whether the session holds this tool call of the stream; default: by its id
 */
export function joinRuns(
  printed: AgentRun,
  kept: AgentRun,
  isKept: (step: ToolCallStep) => boolean = byCallId(kept),
): AgentRun {
  const errors = new Set(kept.steps.flatMap((step) => (step.type === 'error' ? [step.message] : [])));
  const missing = printed.steps.filter((step) => {
    if (step.type === 'tool_call') return !isKept(step);
    return step.type === 'error' && !errors.has(step.message);
  });
  // Without a clock of its own the stream has no place for what it adds.
  const placed = printed.timing !== 'none';
  return {
    ...kept,
    ...(placed ? { startNs: printed.startNs, endNs: printed.endNs, timing: printed.timing } : {}),
    command: printed.command,
    model: kept.model ?? printed.model,
    workingDirectory: kept.workingDirectory ?? printed.workingDirectory,
    agentVersion: kept.agentVersion ?? printed.agentVersion ?? null,
    exitCode: printed.exitCode,
    signal: printed.signal,
    steps: inOrder([...kept.steps, ...(placed ? missing : [])]),
    unparsedLines: [...printed.unparsedLines, ...kept.unparsedLines],
    ...(printed.totals ? totalsIn(printed) : totalsIn(kept)),
    totalCostUsd: printed.totalCostUsd ?? kept.totalCostUsd ?? null,
    remarks: [...(printed.remarks ?? []), ...(kept.remarks ?? [])],
  };
}

function totalsIn({ totals = null, totalsOf }: AgentRun): Pick<AgentRun, 'totals' | 'totalsOf'> {
  return totalsOf === undefined ? { totals } : { totals, totalsOf };
}

function byCallId(run: AgentRun): (step: ToolCallStep) => boolean {
  const known = new Set(toolCalls(run).map(({ callId }) => callId));
  return ({ callId }) => known.has(callId);
}

/** The run at another time. */
export function shiftRun(run: AgentRun, byNs: bigint): AgentRun {
  return {
    ...run,
    startNs: run.startNs + byNs,
    endNs: run.endNs + byNs,
    steps: run.steps.map((step) => shiftStep(step, byNs)),
    unparsedLines: run.unparsedLines.map((line) => ({ ...line, atNs: shift(line.atNs, byNs) })),
  };
}

export function shiftStep(step: Step, byNs: bigint): Step {
  const times = { startNs: step.startNs + byNs, endNs: step.endNs + byNs };
  if (step.type !== 'model_call') return { ...step, ...times };
  const parts = step.parts.map((part) =>
    part.type === 'tool_call' ? part : { ...part, endNs: shift(part.endNs, byNs) },
  );
  return { ...step, ...times, firstChunkNs: shift(step.firstChunkNs, byNs), parts };
}

function shift(ns: bigint | null, byNs: bigint): bigint | null {
  return ns === null ? null : ns + byNs;
}

/** A session that knows nothing of its process, with what was seen of it from outside. */
export function withProcess(session: AgentRun | null, stream: AgentStream | null): AgentRun | null {
  if (session === null || stream === null) return session;
  const { command, spawnNs, exitNs, exitCode, signal } = stream;
  return {
    ...session,
    command: command ?? session.command,
    startNs: spawnNs ?? session.startNs,
    endNs: exitNs ?? session.endNs,
    timing: spawnNs !== null && exitNs !== null ? 'measured' : session.timing,
    exitCode: exitCode ?? session.exitCode,
    signal: signal ?? session.signal,
  };
}
