// Turns a run, as data, into calls of the recorder: one adapter_run span from spawn to exit, and below it
// a span for every model call, tool call and error, with the names of OpenTelemetry's GenAI conventions.
// Knows no agent: what an agent's stream means was settled by its parser.
import { logKey, spanKey } from '../shared/conventions.ts';
import type { AgentRun, ErrorStep, ModelCallStep, OutputPart, Step, ToolCallStep } from './agents/step.ts';
import type { CellRecorder } from './sdk/cell-recorder.ts';
import type { Phase } from './sdk/phase.ts';

/** A recorder's queue holds 8192 records; a step makes a handful. */
const STEPS_A_FLUSH = 500;
/** A batch is one request, and a collector takes 64 MiB of it. Text grows up to sixfold in JSON. */
const CHARS_A_FLUSH = 4 * 1024 * 1024;
/** A collector keeps 1 MiB of a value; what it would cut is not sent to it. */
const MAX_TEXT_CHARS = 1_000_000;

/** Records the run and returns its adapter_run span, ended. @param name of that span */
export async function recordAgentRun(recorder: CellRecorder, run: AgentRun, name: string): Promise<Phase> {
  const phase = recorder.phase('adapter_run', name, {
    startNs: run.startNs,
    timing: run.timing,
    attributes: runAttributes(run),
  });
  const pace = new Pace(recorder);
  const calls = new Map<string, Phase>();
  let prompts: string[] = [];
  for (const step of run.steps) {
    if (step.type === 'message') prompts.push(cut(step.text));
    else {
      const parent = calls.get(step.withinCallId ?? '') ?? phase;
      const span = recordStep(recorder, parent, step, prompts);
      if (step.type === 'tool_call')
        for (const id of [step.callId, step.agentId]) if (id) calls.set(id, span);
      if (step.type === 'model_call') prompts = [];
    }
    await pace.after(sizeOf(step));
  }
  for (const line of run.otherLines) {
    const attributes = { [logKey.outputStream]: line.stream };
    recorder.log(line.text, { atNs: line.atNs ?? run.endNs, attributes });
    await pace.after(line.text.length);
  }
  const ended = { ...(run.exitCode === null ? {} : { [spanKey.exitCode]: run.exitCode }) };
  phase.end({ endNs: run.endNs, attributes: ended, ...runStatus(run) });
  return phase;
}

/** Waits for the exporter before its queue is full or a batch of it too large for a collector. */
class Pace {
  readonly recorder: CellRecorder;
  #records = 0;
  #chars = 0;

  constructor(recorder: CellRecorder) {
    this.recorder = recorder;
  }

  async after(chars: number): Promise<void> {
    this.#records++;
    this.#chars += chars;
    if (this.#records < STEPS_A_FLUSH && this.#chars < CHARS_A_FLUSH) return;
    this.#records = 0;
    this.#chars = 0;
    await this.recorder.flush();
  }
}

function sizeOf(step: Step): number {
  if (step.type === 'message' || step.type === 'error') return step.type === 'error' ? 0 : step.text.length;
  if (step.type === 'model_call')
    return step.parts.reduce((sum, part) => sum + (part.type === 'tool_call' ? 1000 : part.text.length), 0);
  const diffs = step.changes.reduce((sum, { diff }) => sum + (diff?.length ?? 0), 0);
  return (step.output?.length ?? 0) + diffs;
}

/** The beginning and the end of a text that is too long, and how much is missing between. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT_CHARS) return text;
  const half = MAX_TEXT_CHARS / 2;
  const left = text.length - MAX_TEXT_CHARS;
  return `${text.slice(0, half)}\n… (${left} characters left out) …\n${text.slice(-half)}`;
}

/** What a run says of itself as a whole. */
export function runAttributes(run: AgentRun): Record<string, string | string[] | number> {
  return {
    [spanKey.operation]: 'invoke_agent',
    ...(run.command === null ? {} : { [spanKey.commandArgs]: [...run.command] }),
    ...(run.workingDirectory === null ? {} : { [spanKey.workingDirectory]: run.workingDirectory }),
    ...(run.sessionId === null ? {} : { [spanKey.conversationId]: run.sessionId }),
    ...(run.model === null ? {} : { [spanKey.requestModel]: run.model }),
    ...totalAttributes(run),
  };
}

/** The agent's own sum stands on the run where its calls have no numbers: it cannot be told apart by call. */
function totalAttributes({ steps, totals }: AgentRun): Record<string, number> {
  const counted = steps.some((step) => step.type === 'model_call' && step.tokens.input !== null);
  if (counted || totals === null || totals === undefined) return {};
  const told: Record<string, number> = {};
  if (totals.input !== null) told[spanKey.inputTokens] = totals.input;
  if (totals.cacheRead !== null) told[spanKey.cacheReadTokens] = totals.cacheRead;
  if (totals.cacheWrite !== null) told[spanKey.cacheWriteTokens] = totals.cacheWrite;
  if (totals.output !== null) told[spanKey.outputTokens] = totals.output;
  if (totals.reasoning !== null) told[spanKey.reasoningTokens] = totals.reasoning;
  return told;
}

function runStatus(run: AgentRun): { status?: 'error'; message?: string } {
  if (run.signal !== null) return { status: 'error', message: `ended by ${run.signal}` };
  if (run.exitCode !== null && run.exitCode !== 0)
    return { status: 'error', message: `exit code ${run.exitCode}` };
  return {};
}

function recordStep(
  recorder: CellRecorder,
  parent: Phase,
  step: Exclude<Step, { type: 'message' }>,
  prompts: readonly string[],
): Phase {
  if (step.type === 'tool_call') return recordToolCall(recorder, parent, step);
  if (step.type === 'model_call') return recordModelCall(parent, step, prompts);
  return recordError(parent, step);
}

function recordToolCall(recorder: CellRecorder, parent: Phase, step: ToolCallStep): Phase {
  const { endNs, timing } = step;
  const call = recordToolSpan(parent, step);
  for (const { path, change, diff } of step.changes)
    recorder.fileChange({
      path,
      change,
      diff: diff === null ? null : cut(diff),
      span: call,
      atNs: endNs,
      timing,
    });
  return call;
}

/** A tool call without the file changes that the agent tells of. */
export function recordToolSpan(parent: Phase, step: ToolCallStep): Phase {
  const { tool, callId, startNs, endNs, timing } = step;
  const call = parent.toolCall({ tool, callId, startNs, timing, arguments: step.arguments });
  call.end({
    endNs,
    result: step.output === null ? null : cut(step.output),
    toolStatus: step.status,
    exitCode: step.exitCode,
    ...(step.failed
      ? { status: 'error', message: lastLine(step.output), errorType: 'tool_error' }
      : { status: 'unset' }),
  });
  return call;
}

/** @param prompts what the user said since the call before */
export function recordModelCall(parent: Phase, step: ModelCallStep, prompts: readonly string[]): Phase {
  const { model, provider, startNs, endNs, timing } = step;
  const call = parent.modelCall({
    model,
    provider,
    startNs,
    timing,
    ...(step.tokensGrade === undefined ? {} : { attributes: { [spanKey.usageGrade]: step.tokensGrade } }),
    inputMessages: promptMessages(prompts),
  });
  for (const part of step.parts)
    if (part.type === 'text' && part.endNs !== null) call.message(cut(part.text), part.endNs);
  call.end({
    endNs,
    tokens: step.tokens,
    finishReason: step.finishReason,
    firstChunkNs: step.firstChunkNs,
    costUsd: step.costUsd,
    outputMessages: answerMessages(step),
    ...(step.error === null
      ? { status: 'unset' }
      : { status: 'error', message: step.error, errorType: step.finishReason ?? 'error' }),
  });
  return call;
}

/** What the user said, as the GenAI conventions write it; null where nothing was. */
export function promptMessages(prompts: readonly string[]): unknown {
  if (prompts.length === 0) return null;
  return prompts.map((content) => ({ role: 'user', parts: [{ type: 'text', content: cut(content) }] }));
}

/** What the model answered, as the GenAI conventions write it; null where the agent did not tell. */
export function answerMessages(step: ModelCallStep): unknown {
  if (step.parts.length === 0) return null;
  const finished = step.finishReason === null ? {} : { finish_reason: step.finishReason };
  return [{ role: 'assistant', parts: step.parts.map(messagePart), ...finished }];
}

/** The part as the GenAI conventions write it. */
function messagePart(part: OutputPart): Record<string, unknown> {
  if (part.type !== 'tool_call') return { type: part.type, content: cut(part.text) };
  return { type: 'tool_call', id: part.callId, name: part.tool, arguments: part.arguments };
}

/** An error is a moment, not a length of time; as a span it stands on the timeline and is counted. */
export function recordError(parent: Phase, step: ErrorStep): Phase {
  const { startNs, endNs, timing, name, message } = step;
  const options = { startNs, timing, attributes: { [spanKey.errorType]: name } };
  const span = parent.child('agent_step', `error ${name}`, options);
  span.end({ endNs, status: 'error', message: cut(message) });
  return span;
}

function lastLine(text: string | null): string {
  return (text ?? '').trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '';
}
