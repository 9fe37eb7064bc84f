// What an agent did, as plain data: the one shape into which every agent's own stream is read and from
// which spans are recorded. Knows no agent, no file format and no OpenTelemetry. A value that the
// stream did not give is null, never 0; every step says how its times came to be known.

import type { Media } from '../../shared/media/media.ts';
import type { valueGrades } from '../../shared/score.ts';
import type { TimingGrade } from '../../shared/span.ts';
import { compareNs } from '../../shared/time.ts';
import type { LineAccount, LineTally } from './reading/line-account.ts';

/** JSON as an agent wrote it. Never index an object of it by a key that came from data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One line that an agent printed. `atNs` is its arrival, or null where nobody stamped it. */
export interface StreamLine {
  readonly atNs: bigint | null;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What is known of a process when it begins. */
export interface ProcessStart {
  readonly command: readonly string[] | null;
  readonly spawnNs: bigint | null;
  /**
   * Steps without a date wait for the first that bears one: `awaited`, also where absent. Where they are `taken`, each is
   * handed out as it comes; where there are `none`, nothing is taken for one.
   */
  readonly dates?: 'awaited' | 'taken' | 'none';
}

/** What is known of a process when it is over. */
export interface ProcessExit {
  readonly exitNs: bigint | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Everything known of one process from outside: how it began, what it printed, how it ended. */
export interface AgentStream extends ProcessStart, ProcessExit {
  /** Walked as often as one likes; a large file's lines are made while they are walked. */
  readonly lines: Iterable<StreamLine>;
  /** How the lines of the file are used that are none of the agent's, as far as the walk came last. */
  readonly others?: LineAccount;
}

export interface Timed {
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** The weaker of the two times' grades. */
  readonly timing: TimingGrade;
  /** The tool call that this belongs to: what a subagent does stands under the call that sent it. */
  readonly withinCallId?: string | null;
  /** The subagent that did it, where nothing tells which call sent it. */
  readonly lostAgentId?: string | null;
}

export type ValueGrade = (typeof valueGrades)[number];

/** Tokens in OpenTelemetry's sense: `input` holds cached input too, `output` holds reasoning too. */
export interface TokenCounts {
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  /** Part of it: to a cache that lives for an hour. */
  readonly cacheWriteLong?: number;
  readonly output: number | null;
  readonly reasoning: number | null;
}

export interface FileChange {
  /** Relative to the run's working directory where that is known. */
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
  /** Unified diff with `a/` and `b/` headers, or null where the stream gave none. */
  readonly diff: string | null;
}

export interface ToolCallStep extends Timed {
  readonly type: 'tool_call';
  readonly tool: string;
  readonly callId: string | null;
  readonly arguments: Json;
  readonly output: string | null;
  /** In the agent's own word: "completed", "error"; null where the call never ended. */
  readonly status: string | null;
  /** True where the agent itself called it an error. An exit code alone does not. */
  readonly failed: boolean;
  /** The exit code of the process that the tool ran, where the agent told it. */
  readonly exitCode: number | null;
  readonly changes: readonly FileChange[];
  /** Images and documents that it gave back. */
  readonly media?: readonly Media[];
  /** The subagent that the call sent: what it does may name it, rather than the call, as `withinCallId`. */
  readonly agentId?: string | null;
}

/** A piece of a model's answer, in the order in which it came. */
export type OutputPart =
  | { readonly type: 'text' | 'reasoning'; readonly text: string; readonly endNs: bigint | null }
  | {
      readonly type: 'tool_call';
      readonly callId: string | null;
      readonly tool: string;
      readonly arguments: Json;
    };

export interface ModelCallStep extends Timed {
  readonly type: 'model_call';
  /** As `provider/model` or as the agent named it. */
  readonly model: string | null;
  readonly provider: string | null;
  readonly firstChunkNs: bigint | null;
  readonly tokens: TokenCounts;
  /** How the tokens are known; `measured` where absent. Rounded text is `estimated`. */
  readonly tokensGrade?: ValueGrade;
  readonly costUsd: number | null;
  readonly finishReason: string | null;
  readonly parts: readonly OutputPart[];
  /** What went wrong, where the agent said so of this call. */
  readonly error: string | null;
  /** The provider's id of the answer. */
  readonly responseId?: string | null;
  /** The agent's own id of the answer behind a word for its kind: it stays wherever the answer is copied to. */
  readonly answerId?: string | null;
}

/** Something said to the model that is no answer of it: the user's prompt. */
export interface MessageStep extends Timed {
  readonly type: 'message';
  readonly role: string;
  readonly text: string;
  /** Images and documents that were attached. */
  readonly media?: readonly Media[];
}

export interface ErrorStep extends Timed {
  readonly type: 'error';
  /** The agent's name for it, e.g. "ContextOverflowError". */
  readonly name: string;
  readonly message: string;
}

export type Step = ToolCallStep | ModelCallStep | MessageStep | ErrorStep;

export type SumOf = 'session' | 'thread';

/** A whole run of an agent. Steps stand in order of their start. */
export interface AgentRun extends Timed {
  /** The parser's name: "opencode", "pi". */
  readonly agent: string;
  readonly sessionId: string | null;
  readonly model: string | null;
  readonly command: readonly string[] | null;
  readonly workingDirectory: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly steps: readonly Step[];
  /** Lines that were no event: warnings, permission questions, standard error. */
  readonly unparsedLines: readonly StreamLine[];
  /** Events whose type the parser does not know, by type, with their number. */
  readonly unknownEvents: ReadonlyMap<string, number>;
  readonly agentVersion?: string | null;
  /** The agent's own sum over the run, where it tells one. Not what its model calls add up to. */
  readonly totals?: TokenCounts | null;
  /**
   * What the sum is over, where it is not the run: the session so far, with the runs that this one goes on from; or
   * its thread, which may have been forked from another session and hold that one's.
   */
  readonly totalsOf?: SumOf;
  /** The agent's own sum of what the run cost, in US dollars. */
  readonly totalCostUsd?: number | null;
  /** What ended it, as whoever ran it says; absent where nothing did. */
  readonly failure?: string;
  /** It was stopped at its limit of time, in seconds; null where that is not told. Absent where it was not. */
  readonly timedOutAfterS?: number | null;
  /** How each line of the file or stream was used. */
  readonly lines?: LineTally;
  /** What was not taken over, and what must be known to read the times, in sentences without a full stop. */
  readonly remarks?: readonly string[];
}

export const noTokens: TokenCounts = {
  input: null,
  cacheRead: null,
  cacheWrite: null,
  output: null,
  reasoning: null,
};

export function toolCalls(run: AgentRun): ToolCallStep[] {
  return run.steps.filter((step) => step.type === 'tool_call');
}

export function modelCalls(run: AgentRun): ModelCallStep[] {
  return run.steps.filter((step) => step.type === 'model_call');
}

/** Steps in order of start; steps of one start keep the order in which they were told. */
export function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => compareNs(a.startNs, b.startNs));
}

/** The sums over a run's model calls; a count that no call gave stays null. */
export function sumTokens(steps: readonly Step[]): TokenCounts {
  const add = (pick: (tokens: TokenCounts) => number | null): number | null => {
    let sum: number | null = null;
    for (const step of steps) {
      const value = step.type === 'model_call' ? pick(step.tokens) : null;
      if (value !== null) sum = (sum ?? 0) + value;
    }
    return sum;
  };
  return {
    input: add((tokens) => tokens.input),
    cacheRead: add((tokens) => tokens.cacheRead),
    cacheWrite: add((tokens) => tokens.cacheWrite),
    output: add((tokens) => tokens.output),
    reasoning: add((tokens) => tokens.reasoning),
  };
}
