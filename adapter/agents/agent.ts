// What an agent is to the rest of the house: how its command line looks, what it prints, where it keeps
// its sessions, how its model calls are led through a proxy, what it leaves lying about. An adapter is
// data and pure functions: it starts nothing, reads no file and asks no network.
import type { OwnModel } from '../../shared/wire.ts';
import type { LineKinds } from './reading/line-account.ts';
import type { AgentRun, Json, ProcessExit, ProcessStart, Step, StreamLine } from './step.ts';

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

/** What is known when an agent is about to be started with a proxy before its model. */
export interface OverlayContext {
  readonly command: readonly string[];
  /** The environment that the agent would have had. */
  readonly env: Environment;
  /** What `proxyEnv` sets. */
  readonly set: Environment;
  readonly home: string;
  readonly workdir: string;
  /** A folder that lives as long as the run. */
  readonly scratch: string;
  /** The text of a file of the user; empty where there is none. */
  readonly read: (path: string) => string;
  /** Puts a provider behind a path of the proxy. @returns the address to be used instead */
  readonly route: (path: string, upstream: string) => string;
}

/** How one run is led past the user's configuration, of which no file is changed. */
export interface Overlay {
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A folder to be made of links to everything in another one, but for some files. */
  readonly mirror?: {
    readonly of: string;
    readonly at: string;
    readonly files: readonly { readonly name: string; readonly text: string }[];
    /** Folders that must be in the other one, so that what the agent writes there stays. */
    readonly folders: readonly string[];
  };
}

/**
 * Reads what one process of an agent prints, a line at a time, and keeps only what is still open. Never
 * throws: what it does not understand is counted and passed by.
 */
export interface AgentReader {
  push(line: StreamLine): void;
  /** The steps that became complete since the last call, each once, in the order in which they did. */
  take(): readonly Step[];
  /** Closes what is still open. The run's steps are those that were not taken, in order of their start. */
  end(exit: ProcessExit): AgentRun;
}

/** A database of SQLite in which an agent keeps its sessions, as data: who opens it knows no agent. */
export interface SessionDatabase {
  /** By the table, the columns that are read of it. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** The sessions in it, each as a text that `parseSession` reads. @param rows of a table, a value a column */
  sessions(rows: (table: string) => Iterable<readonly Json[]>): Iterable<SessionText>;
  /** The row that a file holds, where older versions kept each as a file of its own; null where it holds none. */
  rowIn?(text: string): SessionRow | null;
}

export interface SessionRow {
  readonly table: string;
  /** A value a column of that table. */
  readonly values: readonly Json[];
}

export interface SessionText {
  /** As the agent calls it. */
  readonly id: string;
  readonly text: string;
}

/** Where an agent's configuration is looked for. */
export type ConfigContext = Pick<OverlayContext, 'env' | 'home' | 'workdir' | 'read'>;

export interface AgentAdapter {
  /** As cells carry it. */
  readonly name: string;
  /** Whether this command line starts the agent. */
  recognises(command: readonly string[]): boolean;
  /** Whether lines of standard output are this agent's event stream. */
  prints?(lines: readonly string[]): boolean;
  /** A reader of what one process of the agent prints; absent where that is no event stream. */
  reader?(start: ProcessStart): AgentReader;
  /** What becomes of the lines that it prints. */
  readonly printed?: LineKinds;
  /** What becomes of the lines or entries of the files that it keeps, by what such a file is called. */
  readonly kept?: Readonly<Record<string, LineKinds>>;
  /** Where the agent keeps what it tells to nobody else. */
  sessionFiles?(context: SessionContext): readonly SessionPlace[];
  /** Where it keeps sessions that are no files by themselves: its database, or a file for each of their pieces. */
  sessionStore?(context: SessionContext): readonly SessionPlace[];
  /** The stream tells all that the session does: the session is needed only where nothing was printed. */
  readonly printsAll?: boolean;
  /**
   * Where a session is a folder of files, an event a file: the folder that a file is of. `parseSession` gets the
   * folder's files as lines of one text.
   */
  sessionFolder?(file: string): string;
  /** Reads one session file; null where it is none of this agent's. Never throws. */
  parseSession?(text: string, file: string): AgentRun | null;
  /** Where its sessions are rows of a database. */
  readonly database?: SessionDatabase;
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
  /** The model that the user's configuration names, for a command line that names none. */
  configuredModel?(context: ConfigContext): string | null;
  /** What variables cannot say: providers that the user named in a configuration file. */
  overlay?(context: OverlayContext): Overlay;
  /** Whether this command line makes the agent print events rather than draw a screen: pipes, no terminal. */
  streamsJson(command: readonly string[]): boolean;
  /** Globs, relative to the working directory, of files that the agent itself leaves there. */
  readonly leftovers: readonly string[];
  /** It sends telemetry of its own, with its model and tool calls, as soon as it is told where to. */
  readonly reportsItself?: boolean;
  /** How it is pointed at one's own endpoint and model, for people to copy. From its own documentation. */
  readonly ownModel?: OwnModel;
}

/** An agent whose standard output can be read. */
export type PrintingAgent = AgentAdapter & Required<Pick<AgentAdapter, 'reader'>>;
