// What `playhead run` is told, and what it tells when it is over. Shapes only.
import type { Findings } from '../../shared/failures/reader.ts';
import type { OutcomeFacts } from '../../shared/outcome.ts';
import type { ScoreRecord } from '../../shared/score.ts';

export interface RunOptions {
  /** The collector's base address. */
  readonly endpoint: string;
  /** The collector's, if it asks for one. Neither the agent nor the verifier gets to see it. */
  readonly token?: string | undefined;
  readonly sweep: string;
  /** As the cell's id carries it; an agent of that name is read by its parser. */
  readonly agent: string;
  readonly agentVersion?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly model: string;
  /** `<family>/<name>` */
  readonly task: string;
  /** From 1. */
  readonly attempt: number;
  readonly command: readonly string[];
  /** Made where it is not there. */
  readonly workdir: string;
  /** A shell command; none leaves the cell without a verdict. */
  readonly verify: string | null;
  readonly verifyTimeoutMs: number;
  /** Files or folders, below the working directory, in which the verifier writes JUnit's XML or CTRF. */
  readonly reports?: readonly string[];
  /** Globs of the changes that the task asks for. */
  readonly expect: readonly string[];
  /** Null for no limit. */
  readonly timeoutMs: number | null;
  readonly image: string | null;
  /** Names of variables that a container gets beside those of the recording. */
  readonly imageEnv: readonly string[];
  /** Lead the model calls through the recording proxy. */
  readonly proxy: boolean;
  /** Record what was said to the model and what it answered. */
  readonly content: boolean;
  /** Point the agent's own OpenTelemetry at the cell. */
  readonly telemetry: boolean;
  /** `auto`: pipes where the agent's command line asks for a stream of events, else a terminal. */
  readonly terminal: 'auto' | 'pty' | 'pipes';
  readonly cols: number;
  readonly rows: number;
  readonly stdin: 'inherit' | 'none';
  /** Folder for what a collector did not take. */
  readonly spoolDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How the agent is listened to, told before it starts. */
  readonly onStart?: ((mode: 'pty' | 'pipes') => void) | undefined;
  /** What the agent printed, as it comes: the user's own screen. Not redacted. */
  readonly onOutput?: ((stream: 'pty' | 'stdout' | 'stderr', text: string) => void) | undefined;
  /** One line of progress. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Called with a function that tells the agent's terminal a new size. */
  readonly onResizer?: ((resize: (cols: number, rows: number) => void) => void) | undefined;
  /** Ends the run: the agent is stopped, cleanup is still done and recorded. */
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  readonly cellId: string;
  /** The replay's address. */
  readonly url: string;
  /** The agent's, 124 where its time was up, 130 where the run was interrupted, 128 + n for signal n. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly interrupted: boolean;
  /** What the verifier says; null without one, or where it came to none. */
  readonly pass: boolean | null;
  /** What its output says of a verifier that failed; null where it says nothing of tests. */
  readonly failures: Findings | null;
  readonly scores: readonly ScoreRecord[];
  /** What its outcome is judged by. */
  readonly facts: OutcomeFacts;
  readonly toolCalls: number;
  readonly modelCalls: number;
  /** What could not be recorded, in sentences. Empty when everything was acknowledged or spooled. */
  readonly problems: readonly string[];
  /** The file that holds what the collector did not take; null where it took everything. */
  readonly spoolFile: string | null;
}
