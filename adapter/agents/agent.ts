// What an agent is to the rest of the house: how its command line looks, what it prints, where it keeps
// its sessions, how its model calls are led through a proxy, what it leaves lying about. An adapter is
// data and pure functions: it starts nothing, reads no file and asks no network.
import type { AgentRun, AgentStream } from './step.ts';

export type Environment = Readonly<Record<string, string>>;

/** What is known when a run is over and its session files are looked for. */
export interface SessionContext {
  readonly home: string;
  /** Absolute. */
  readonly workdir: string;
  readonly env: Environment;
  /** When the agent was started: a file that was last written before is another run's. */
  readonly startNs: bigint;
}

export interface SessionPlace {
  /** Absolute; walked with all its folders. It need not be there. */
  readonly dir: string;
  /** Tested on a file's path relative to `dir`, with forward slashes. */
  readonly match: RegExp;
}

export interface AgentAdapter {
  /** As cells carry it. */
  readonly name: string;
  /** Whether this command line starts the agent. */
  recognises(command: readonly string[]): boolean;
  /** Whether lines of standard output are this agent's event stream. */
  prints?(lines: readonly string[]): boolean;
  /** Reads what the agent printed. Never throws. */
  parseStream?(stream: AgentStream): AgentRun;
  /** Where the agent keeps what it tells to nobody else. */
  sessionFiles?(context: SessionContext): readonly SessionPlace[];
  /** The stream tells all that the session does: the session is needed only where nothing was printed. */
  readonly printsAll?: boolean;
  /** A session is a folder of files, an event a file: `parseSession` gets them as lines of one text. */
  readonly sessionIsFolder?: boolean;
  /** Reads one session file; null where it is none of this agent's. Never throws. */
  parseSession?(text: string, file: string): AgentRun | null;
  /** One run from several session files of it; default: all their steps, see `assemble.ts`. */
  merge?(sessions: readonly AgentRun[]): AgentRun | null;
  /** One run from what was printed and what was kept of it; see `assemble.ts`. Default: the session's steps. */
  join?(printed: AgentRun, kept: AgentRun): AgentRun;
  /**
   * The variables that lead the agent's model calls through a proxy.
   * @param proxyUrl the proxy's root, without a slash at its end; see `proxy-env.ts` for the paths under it
   * @param env the environment that the agent would have had
   */
  proxyEnv?(proxyUrl: string, env: Environment): Record<string, string>;
  /** Whether this command line makes the agent print events rather than draw a screen: pipes, no terminal. */
  streamsJson(command: readonly string[]): boolean;
  /** Globs, relative to the working directory, of files that the agent itself leaves there. */
  readonly droppings: readonly string[];
}
