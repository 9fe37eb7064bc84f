// The session files that an agent writes of this run, looked at again and again while it runs. Such a file may
// be written anew as a whole, so it is read as a whole; a step of it is known by its id, else by its place
// among its kind. Looking is held to a twentieth of the time. The agent owns these files: links are not followed,
// pipes and devices not opened, and no more is read than has room in memory.
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { AgentAdapter, SessionContext } from '../agents/agent.ts';
import type { SessionFile } from '../agents/reading/assemble.ts';
import { joinSessions, readSessions } from '../agents/reading/assemble.ts';
import type { AgentRun, Step } from '../agents/step.ts';
import { isInside } from './outside-program.ts';

/** Of all session files of a run, the ones written last first. */
const MAX_SESSION_BYTES = 256 * 2 ** 20;
/** Files and folders that are looked at where sessions are kept. */
const MAX_ENTRIES = 100_000;
/** Looking for session files is a walk through a folder. */
const MIN_PAUSE_MS = 1000;
const PAUSE_PER_LOOK = 20;
/** A session file's time is coarser than ours. */
const CLOCK_SLACK_MS = 1000;

export interface SessionFollowerOptions {
  readonly agent: AgentAdapter;
  readonly context: SessionContext;
  readonly onSteps: (steps: readonly Step[]) => void;
}

export class SessionFollower {
  readonly #options: SessionFollowerOptions;
  readonly #handedOut = new Set<string>();
  /** What the files were when they were last read. */
  #state = '';
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SessionFollowerOptions) {
    this.#options = options;
    this.#lookAfter(MIN_PAUSE_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /**
   * The steps of a run that were not handed out yet. While it goes on, a tool call comes when it has ended, an
   * answer when it has ended or something follows it, an error at the end: until then it may be one that the
   * agent tries again.
   */
  take(run: AgentRun, state: 'under way' | 'final'): Step[] {
    const last = run.steps.findLast(({ type }) => type !== 'message');
    const isComplete = (step: Step): boolean => {
      if (state === 'final' || step.type === 'message') return true;
      if (step.type === 'tool_call') return step.status !== null;
      return step.type === 'model_call' && (step.finishReason !== null || step !== last);
    };
    const places = new Map<string, number>();
    return run.steps.filter((step) => {
      const id = identityOf(step, places);
      if (this.#handedOut.has(id) || !isComplete(step)) return false;
      this.#handedOut.add(id);
      return true;
    });
  }

  #lookAfter(pauseMs: number): void {
    this.#timer = setTimeout(async () => {
      const began = performance.now();
      const run = await this.#readIfChanged();
      if (this.#stopped) return;
      const steps = run === null ? [] : this.take(run, 'under way');
      if (steps.length > 0) this.#options.onSteps(steps);
      this.#lookAfter(Math.max(MIN_PAUSE_MS, (performance.now() - began) * PAUSE_PER_LOOK));
    }, pauseMs);
  }

  async #readIfChanged(): Promise<AgentRun | null> {
    const { agent, context } = this.#options;
    const paths = await sessionPaths(agent, context);
    const state = paths.map(({ path, size }) => `${path} ${size}`).join('\n');
    if (state === this.#state) return null;
    this.#state = state;
    return joinSessions(agent, null, await readKept(agent, context, null));
  }
}

/** What names a step in every reading of its file. @param places how many of each kind came before; counted on */
function identityOf(step: Step, places: Map<string, number>): string {
  if (step.type === 'tool_call' && step.callId !== null) return `tool_call ${step.callId}`;
  const kind = `${step.type} of ${step.withinCallId ?? 'the run'}`;
  const place = (places.get(kind) ?? 0) + 1;
  places.set(kind, place);
  return `${kind}, number ${place}`;
}

/**
 * What the agent kept of this run, among the files that were written since its start: the session of that
 * id, else of this folder, else the one that tells most; with all its files, for a session may be several.
 */
export async function readKept(
  agent: AgentAdapter,
  context: SessionContext,
  sessionId: string | null,
): Promise<AgentRun[]> {
  if (!agent.parseSession) return [];
  const files: SessionFile[] = [];
  for (const { path } of await sessionPaths(agent, context)) {
    // It may have vanished: an agent may tidy up after itself.
    const text = await readRegular(path).catch(() => null);
    if (text !== null) files.push({ path, text });
  }
  const runs = readSessions(agent, files).map((run) => ownPart(run, context.startNs));
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

/** What a session holds since the run began: what it goes on from, or was forked from, is another run's. */
function ownPart(run: AgentRun, startNs: bigint): AgentRun {
  const steps = run.steps.filter((step) => {
    if (step.timing === 'none') return true;
    // When an answer was asked for is worked out from what went before it.
    return (step.type === 'model_call' ? step.endNs : step.startNs) >= startNs;
  });
  if (steps.length === run.steps.length) return run;
  // The agent's own sums are of the whole session.
  return { ...run, steps, totals: null, totalCostUsd: null };
}

/** The agent's session files that were written since the run began. */
async function sessionPaths(
  agent: AgentAdapter,
  context: SessionContext,
): Promise<{ path: string; size: number }[]> {
  const startMs = Number(context.startNs / 1_000_000n) - CLOCK_SLACK_MS;
  const found: { path: string; size: number; mtimeMs: number }[] = [];
  for (const { dir, match } of agent.sessionFiles?.(context) ?? []) {
    if (await leadsAway(dir, context.workdir)) continue;
    for await (const name of filesBelow(dir)) {
      if (!match.test(name.replaceAll('\\', '/'))) continue;
      const path = join(dir, name);
      const file = await lstat(path).catch(() => null);
      if (file?.isFile() && file.mtimeMs >= startMs)
        found.push({ path, size: file.size, mtimeMs: file.mtimeMs });
    }
  }
  const read = new Set<string>();
  let room = MAX_SESSION_BYTES;
  for (const { path, size } of found.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
    if (size > room) continue;
    room -= size;
    read.add(path);
  }
  return found.filter(({ path }) => read.has(path));
}

/** Whether a folder of the working directory is one elsewhere: an agent may put a link there that its user never saw. */
async function leadsAway(dir: string, workdir: string): Promise<boolean> {
  if (!isInside(workdir, dir)) return false;
  const inside = relative(workdir, dir);
  return (
    (await realpath(dir).catch(() => dir)) !== join(await realpath(workdir).catch(() => workdir), inside)
  );
}

/** Paths of the regular files below a folder, relative to it. Links are no way into another folder, or into this one again. */
async function* filesBelow(dir: string): AsyncGenerator<string> {
  const folders = [''];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of await readdir(join(dir, folder), { withFileTypes: true }).catch(() => [])) {
      if (++entries > MAX_ENTRIES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) yield path;
    }
}

/** Opening a pipe would wait for whoever writes it; what was looked at may be another file by now. */
async function readRegular(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > MAX_SESSION_BYTES) return null;
    const { size } = found;
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size), position: 0 });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
