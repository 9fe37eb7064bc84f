// What Playhead says of a captured run, and what it ought to say by what was served, in one shape: a test compares
// the two, and the table of docs/frameworks.md is made of the second. Does not know any framework.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelCallJson, SpanJson } from '../../shared/wire.ts';
import type { CallMessage, MessagePart } from '../../viewer/model/model-calls/message-parts.ts';
import { saidInAny } from '../../viewer/model/model-calls/messages.ts';
import { toolArgumentsOf, toolNameOf, toolResultOf } from '../../viewer/model/transcript/tool-text.ts';
import type { ServedCall, ServedTokens, ServedTool, Truth } from './served.ts';
import { priced, type Untold, untold } from './untold.ts';

const fixtures = join(import.meta.dirname, '../fixtures/frameworks');

export interface Captured {
  readonly name: string;
  readonly version: string;
  readonly truth: Truth;
  /** OTLP JSON, a request each. */
  readonly traces: readonly string[];
  readonly logs: readonly string[];
}

export function capturedFrameworks(): Captured[] {
  return readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(fixtures, name)).map((version) => readCapture(name, version)));
}

function readCapture(name: string, version: string): Captured {
  const folder = join(fixtures, name, version);
  const files = readdirSync(folder);
  const lines = (file: string): string[] =>
    files.includes(file) ? readFileSync(join(folder, file), 'utf8').trimEnd().split('\n') : [];
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
  return { name, version, truth, traces: lines('traces.jsonl'), logs: lines('logs.jsonl') };
}

/** One model call, by both. */
export interface CallReading {
  readonly model: string | null;
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
  readonly finish: string | null;
  readonly hasFirstChunk: boolean;
  readonly failed: boolean;
  /** What was put to the model, without what it said itself before. */
  readonly asked: readonly string[];
  readonly answered: string | null;
  readonly tool: string | null;
  readonly cost: number | null;
}

export interface ToolReading {
  readonly name: string;
  readonly arguments: unknown;
  readonly result: string | null;
}

export interface RunReading {
  readonly calls: readonly CallReading[];
  readonly tools: readonly ToolReading[];
}

/** One word for what the APIs and the frameworks call the same end. */
const finishWords: Readonly<Record<string, string>> = {
  tool_use: 'tool calls',
  tool_calls: 'tool calls',
  tool_call: 'tool calls',
  'tool-calls': 'tool calls',
  end_turn: 'stop',
};

/** @param asksForTool whether the answer is a call: the Responses API calls every end `completed` */
function finishOf(word: string | null, asksForTool: boolean): string | null {
  if (word === 'completed') return asksForTool ? 'tool calls' : 'stop';
  return word === null ? null : (finishWords[word] ?? word);
}

/** @param calls and spans as the API tells them; spans with their messages in them */
export function readingOf(calls: readonly ModelCallJson[], spans: readonly SpanJson[]): RunReading {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const ordered = [...calls].sort((a, b) => (BigInt(a.startNs) < BigInt(b.startNs) ? -1 : 1));
  return {
    calls: ordered.map((call) =>
      callReading(
        call,
        [call, ...call.otherSpans].map(({ spanId }) => byId.get(spanId)!),
      ),
    ),
    tools: spans
      .filter(({ kind }) => kind === 'tool_call')
      .map((span) => ({
        name: toolNameOf(span),
        arguments: toolArgumentsOf(span) ?? null,
        result: toolResultOf(span),
      })),
  };
}

function callReading(call: ModelCallJson, spans: readonly SpanJson[]): CallReading {
  const { input, output } = saidInAny(spans);
  const said = output.flatMap(({ parts }) => parts);
  const answered = said.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const asked = said.find((part) => part.type === 'call');
  return {
    model: call.model,
    input: call.inputTokens,
    cacheRead: call.cacheReadTokens || null,
    // OpenAI's API tells nothing of it; some say 0.
    cacheWrite: call.cacheWriteTokens || null,
    output: call.outputTokens,
    reasoning: call.reasoningTokens,
    finish: finishOf(call.finishReason, asked !== undefined),
    hasFirstChunk: call.timeToFirstChunkMs !== null,
    failed: call.error !== null,
    asked: input.flatMap(textsOf),
    answered: answered === '' ? null : answered,
    tool: asked?.type === 'call' ? asked.name : null,
    cost: call.costGrade === 'measured' && call.costUsd !== null ? rounded(call.costUsd) : null,
  };
}

function textsOf({ role, parts }: CallMessage): string[] {
  // smolagents calls what the model said to call a tool by a role of its own.
  if (['assistant', 'model', 'tool-call'].includes(role)) return [];
  const texts = (part: MessagePart) => (part.type === 'text' || part.type === 'result' ? [part.text] : []);
  return parts.flatMap(texts);
}

/** What ought to be read: what was served, without what the capture does not tell. */
export function expectedOf({ name, truth }: Captured): RunReading {
  const leftOut = untold[name] ?? {};
  const told = (what: keyof Untold): boolean => leftOut[what] === undefined;
  const calls = truth.calls.filter(({ status }) => status === 200 || told('failedCalls'));
  return {
    calls: calls.map((call) => {
      const cost = priced.has(name) ? listPrice(call) : null;
      return { ...expectedCall(call, leftOut), cost };
    }),
    tools: told('tools')
      ? truth.tools.map((tool) => ({
          name: tool.name,
          arguments: told('toolArguments') ? argumentsOf(tool, told('toolArgumentNames')) : null,
          result: told('toolResult') ? resultOf(tool.result, told('toolResultText')) : null,
        }))
      : [],
  };
}

function cachedOf({ cacheRead, cacheWrite }: ServedTokens): number {
  return cacheRead + (cacheWrite ?? 0);
}

/** Dollars for gpt-5: 1.25, 0.125 from the cache and 10 for a million tokens. */
function listPrice({ tokens }: ServedCall): number | null {
  if (tokens === null) return null;
  const { input, cacheRead, output } = tokens;
  return rounded(((input - cacheRead) * 1.25 + cacheRead * 0.125 + output * 10) / 1e6);
}

/** Sums of fractions differ in their last digits. */
function rounded(usd: number): number {
  return Number(usd.toFixed(12));
}

function resultOf(result: string, isText: boolean): string {
  return isText ? result : JSON.stringify(result);
}

function argumentsOf({ arguments: named }: ServedTool, areNamed: boolean): unknown {
  return areNamed ? named : Object.values(named)[0];
}

function expectedCall(call: ServedCall, leftOut: Untold): Omit<CallReading, 'cost'> {
  const told = (what: keyof Untold): boolean => leftOut[what] === undefined;
  const failed = call.status !== 200;
  const tokens = call.streamed && !told('streamedUsage') ? null : call.tokens;
  const tellsFinish = told('finish') && told(call.streamed ? 'streamedFinish' : 'wholeFinish');
  const tellsAnswer = told('answered') && (!call.streamed || told('streamedAnswer'));
  const tellsReasoning = told('reasoning') && (!call.streamed || told('streamedReasoning'));
  const tellsCache = !call.streamed || told('streamedCache');
  const tellsAsked = told('asked') && (!failed || told('failedAsked'));
  const tellsWho = told('answeredBy') && (!call.streamed || told('streamedAnsweredBy'));
  const asked = told('plainModel') ? call.model : `openai/${call.model}`;
  const model = tellsWho ? (call.answeredBy ?? asked) : asked;
  return {
    model: failed && !told('failedModel') ? null : model,
    input: tokens === null ? null : tokens.input - (tellsCache ? 0 : cachedOf(tokens)),
    cacheRead: (told('cacheRead') && tellsCache && tokens?.cacheRead) || null,
    cacheWrite: (told('cacheWrite') && tellsCache && tokens?.cacheWrite) || null,
    output: tokens?.output ?? null,
    reasoning: (tellsReasoning && tokens?.reasoning) || null,
    finish: tellsFinish ? finishOf(call.finish, call.call !== null && told('finishOfCalls')) : null,
    hasFirstChunk: told('firstChunk') && call.streamed && !failed,
    failed,
    asked: tellsAsked ? call.asked : [],
    answered: tellsAnswer && told('answeredText') ? call.answered : null,
    tool: tellsAnswer ? (call.call?.name ?? null) : null,
  };
}
