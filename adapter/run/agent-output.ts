// What the agent tells, read again and again while it runs, so that its steps are there as they happen: the
// lines that it prints, with their arrival, and the session file that it writes. When it is over both are
// joined. Reading is held to a twentieth of the time.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentAdapter, SessionContext } from '../agents/agent.ts';
import type { SessionFile } from '../agents/reading/assemble.ts';
import { joinSessions, readSessions } from '../agents/reading/assemble.ts';
import type { AgentRun, StreamLine } from '../agents/step.ts';
import type { AgentProcess, OutputChunk, ProcessEnd } from './agent-process.ts';

/** Everything beyond is in the terminal and is not read for steps. */
const MAX_CHARS = 256 * 2 ** 20;
const MAX_SESSION_BYTES = 256 * 2 ** 20;
const MIN_PAUSE_MS = 100;
const PAUSE_PER_READ = 20;
/** A session file's time is coarser than ours. */
const CLOCK_SLACK_MS = 1000;

export interface PrintedOptions {
  readonly agent: AgentAdapter;
  readonly command: readonly string[];
  /** Called with what was printed so far. */
  readonly onRun: (run: AgentRun) => void;
  /** Called with what the session files hold so far; without it they are read at the end alone. */
  readonly onKept?: (run: AgentRun) => void;
}

/** Looking for session files is a walk through a folder. */
const SESSION_PAUSE_MS = 1000;

export class Printed {
  readonly #options: PrintedOptions;
  readonly #lines: StreamLine[] = [];
  readonly #open = new Map<'stdout' | 'stderr', string>();
  #chars = 0;
  #startNs: bigint | null = null;
  #timer: NodeJS.Timeout | undefined;
  #sessionTimer: NodeJS.Timeout | undefined;
  /** What the session files were when they were last read. */
  #sessionState = '';
  #ended = false;
  #leftOut = false;
  /** Lines came since the last reading. */
  #unread = false;

  constructor(options: PrintedOptions) {
    this.#options = options;
  }

  /** The agent has started. @param context where its session files are to be looked for */
  started({ startNs }: Pick<AgentProcess, 'startNs'>, context?: SessionContext): void {
    this.#startNs = startNs;
    if (context && this.#options.onKept) this.#readKeptLater(context, SESSION_PAUSE_MS);
  }

  #readKeptLater(context: SessionContext, afterMs: number): void {
    this.#sessionTimer = setTimeout(async () => {
      const began = performance.now();
      const { agent, onKept } = this.#options;
      const state = (await sessionPaths(agent, context))
        .map(({ path, size }) => `${path} ${size}`)
        .join('\n');
      const isNew = state !== this.#sessionState;
      this.#sessionState = state;
      const run = isNew ? joinSessions(agent, null, await readKept(agent, context, null)) : null;
      if (this.#ended) return;
      if (run) onKept?.(run);
      const pauseMs = Math.max(SESSION_PAUSE_MS, (performance.now() - began) * PAUSE_PER_READ);
      this.#readKeptLater(context, pauseMs);
    }, afterMs);
  }

  /** Lines beyond what is read for steps were left out. */
  get leftOut(): boolean {
    return this.#leftOut;
  }

  add({ stream, text, atNs }: OutputChunk): void {
    if (stream === 'pty' || !this.#options.agent.parseStream) return;
    this.#chars += text.length;
    if (this.#chars > MAX_CHARS) {
      this.#leftOut = true;
      return;
    }
    const lines = ((this.#open.get(stream) ?? '') + text).split('\n');
    this.#open.set(stream, lines.pop() ?? '');
    for (const line of lines) this.#addLine(stream, line, atNs);
    if (lines.length === 0 || stream !== 'stdout') return;
    this.#unread = true;
    this.#timer ??= setTimeout(() => this.#read(), MIN_PAUSE_MS);
  }

  #addLine(stream: 'stdout' | 'stderr', line: string, atNs: bigint): void {
    const text = line.replace(/\r$/, '');
    if (text.trim() !== '') this.#lines.push({ atNs, stream, text });
  }

  #read(): void {
    const began = performance.now();
    this.#unread = false;
    const run = this.#parse(null);
    if (run) this.#options.onRun(run);
    const pauseMs = Math.max(MIN_PAUSE_MS, (performance.now() - began) * PAUSE_PER_READ);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#unread) this.#read();
    }, pauseMs);
  }

  #parse(end: ProcessEnd | null): AgentRun | null {
    const { agent, command } = this.#options;
    if (!agent.parseStream || this.#lines.length === 0) return null;
    const lines = this.#lines;
    const { exitCode = null, signal = null, endNs = null } = end ?? {};
    const run = agent.parseStream({
      command,
      spawnNs: this.#startNs,
      exitNs: endNs,
      exitCode,
      signal,
      lines,
    });
    // A command that was taken for the agent's and printed something else: nothing was read.
    return run.steps.length === 0 && run.sessionId === null ? null : run;
  }

  /** The whole run, once it is over; null where the agent told nothing. */
  async finish(end: ProcessEnd, context: SessionContext): Promise<AgentRun | null> {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#sessionTimer);
    for (const [stream, rest] of this.#open) this.#addLine(stream, rest, end.endNs);
    this.#open.clear();
    const printed = this.#parse(end);
    const { agent } = this.#options;
    const kept = await readKept(agent, context, printed?.sessionId ?? null);
    const run = joinSessions(agent, printed, kept);
    return printed === null ? withEnd(run, this.#startNs, end) : run;
  }
}

/** A session does not know when its process began and ended; we do. */
function withEnd(kept: AgentRun | null, startNs: bigint | null, end: ProcessEnd): AgentRun | null {
  if (kept === null) return null;
  const { exitCode, signal, endNs } = end;
  return { ...kept, startNs: startNs ?? kept.startNs, endNs, exitCode, signal };
}

/**
 * What the agent kept of this run, among the files that were written since its start: the session of that
 * id, else of this folder, else the one that tells most; with all its files, for a session may be several.
 */
async function readKept(
  agent: AgentAdapter,
  context: SessionContext,
  sessionId: string | null,
): Promise<AgentRun[]> {
  if (!agent.parseSession) return [];
  const files: SessionFile[] = [];
  for (const { path } of await sessionPaths(agent, context)) {
    // It may have vanished: an agent may tidy up after itself.
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) files.push({ path, text });
  }
  const runs = readSessions(agent, files);
  const worth = (run: AgentRun): number =>
    (sessionId !== null && run.sessionId === sessionId ? 1e9 : 0) +
    (run.workingDirectory === context.workdir ? 1e6 : 0) +
    run.steps.length;
  const [best] = runs.toSorted((a, b) => worth(b) - worth(a));
  if (best === undefined) return [];
  // Files without an id belong together only where the agent knows how.
  if (best.sessionId === null && agent.merge === undefined) return [best];
  return runs.filter((run) => run.sessionId === best.sessionId);
}

/** The agent's session files that were written since the run began. */
async function sessionPaths(
  agent: AgentAdapter,
  context: SessionContext,
): Promise<{ path: string; size: number }[]> {
  const startMs = Number(context.startNs / 1_000_000n) - CLOCK_SLACK_MS;
  const found: { path: string; size: number }[] = [];
  for (const { dir, match } of agent.sessionFiles?.(context) ?? [])
    for (const name of await readdir(dir, { recursive: true }).catch(() => [])) {
      if (!match.test(name.replaceAll('\\', '/'))) continue;
      const path = join(dir, name);
      const file = await stat(path).catch(() => null);
      if (file && file.mtimeMs >= startMs && file.size <= MAX_SESSION_BYTES)
        found.push({ path, size: file.size });
    }
  return found;
}
