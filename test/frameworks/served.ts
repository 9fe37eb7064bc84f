// What the scripted model served to a framework's program, and what is kept of it beside the capture: the truth
// that a reading of the capture is compared with. Shapes only.

/** The API that a request was made by. */
export type Wire = 'chat' | 'responses' | 'anthropic';

/** One request and its answer, as they went over the wire. */
export interface ServedCall {
  readonly wire: Wire;
  readonly status: number;
  readonly streamed: boolean;
  /** As asked for, and as the answer names it; null where there was none. */
  readonly model: string;
  readonly answeredBy: string | null;
  readonly responseId: string | null;
  /** What the answer told; null where it told no usage. Input counts its cached parts, as sums do. */
  readonly tokens: ServedTokens | null;
  /** In the API's own words. */
  readonly finish: string | null;
  /** The texts that were sent, in order: system, user and tool results. */
  readonly asked: readonly string[];
  readonly answered: string | null;
  readonly call: ServedTool | null;
  readonly error: string | null;
}

export interface ServedTokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number | null;
  readonly output: number;
  readonly reasoning: number | null;
}

/** A tool that the model asked for. */
export interface ServedTool {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The file beside a capture. */
export interface Truth {
  readonly name: string;
  /** The instrumentation and what it instruments, each at its version. */
  readonly packages: readonly string[];
  readonly language: 'Python' | 'Node';
  readonly calls: readonly ServedCall[];
  /** Tools that the program ran, in order, with what they gave. */
  readonly tools: readonly (ServedTool & { readonly result: string })[];
}

/** The file beside what an agent kept of its session. */
export interface AgentTruth {
  readonly agent: string;
  readonly version: string;
  readonly exitCode: number;
  /** What was served, in order. */
  readonly calls: readonly {
    readonly tokens: { readonly input: number; readonly cached: number; readonly output: number };
    readonly tool: { readonly name: string; readonly arguments: unknown } | null;
    /** Whether it is a turn of the plan: what an agent asks beside is a title or a summary. */
    readonly offered: boolean;
  }[];
}
