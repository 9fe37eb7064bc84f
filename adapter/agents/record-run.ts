// Turns a run, as data, into calls of the recorder: one adapter_run span from spawn to exit, and below it
// a span for every model call, tool call and error, with the names of OpenTelemetry's GenAI conventions.
// Knows no agent: what an agent's stream means was settled by its parser.
import { spanKey } from '../../shared/conventions.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import type { Phase } from '../sdk/phase.ts';
import type { AgentRun, ErrorStep, ModelCallStep, OutputPart, Step, ToolCallStep } from './step.ts';

/** A recorder's queue holds 8192 records; a step makes a handful. */
const STEPS_A_FLUSH = 500;

/** Records the run and returns its adapter_run span, ended. @param name of that span */
export async function recordAgentRun(recorder: CellRecorder, run: AgentRun, name: string): Promise<Phase> {
  const phase = recorder.phase('adapter_run', name, {
    startNs: run.startNs,
    timing: run.timing,
    attributes: runAttributes(run),
  });
  let prompts: string[] = [];
  for (const [index, step] of run.steps.entries()) {
    if (step.type === 'message') prompts.push(step.text);
    else {
      recordStep(recorder, phase, step, prompts);
      if (step.type === 'model_call') prompts = [];
    }
    if (index % STEPS_A_FLUSH === STEPS_A_FLUSH - 1) await recorder.flush();
  }
  for (const line of run.otherLines) {
    const attributes = { 'log.iostream': line.stream };
    recorder.log(line.text, { atNs: line.atNs ?? run.endNs, attributes });
  }
  const ended = { ...(run.exitCode === null ? {} : { [spanKey.exitCode]: run.exitCode }) };
  phase.end({ endNs: run.endNs, attributes: ended, ...runStatus(run) });
  return phase;
}

function runAttributes(run: AgentRun): Record<string, string | string[]> {
  return {
    [spanKey.operation]: 'invoke_agent',
    ...(run.command === null ? {} : { [spanKey.commandArgs]: [...run.command] }),
    ...(run.workingDirectory === null ? {} : { [spanKey.workingDirectory]: run.workingDirectory }),
    ...(run.sessionId === null ? {} : { [spanKey.conversationId]: run.sessionId }),
    ...(run.model === null ? {} : { [spanKey.requestModel]: run.model }),
  };
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
): void {
  if (step.type === 'tool_call') recordToolCall(recorder, parent, step);
  else if (step.type === 'model_call') recordModelCall(parent, step, prompts);
  else recordError(parent, step);
}

function recordToolCall(recorder: CellRecorder, parent: Phase, step: ToolCallStep): void {
  const { tool, callId, startNs, endNs, timing } = step;
  const call = parent.toolCall({ tool, callId, startNs, timing, arguments: step.arguments });
  for (const { path, change, diff } of step.changes)
    recorder.fileChange({ path, change, diff, span: call, atNs: endNs, timing });
  call.end({
    endNs,
    result: step.output,
    toolStatus: step.status,
    exitCode: step.exitCode,
    ...(step.failed
      ? { status: 'error', message: lastLine(step.output), errorType: 'tool_error' }
      : { status: 'unset' }),
  });
}

function recordModelCall(parent: Phase, step: ModelCallStep, prompts: readonly string[]): void {
  const { model, provider, startNs, endNs, timing } = step;
  const call = parent.modelCall({
    model,
    provider,
    startNs,
    timing,
    inputMessages:
      prompts.length === 0
        ? null
        : prompts.map((content) => ({ role: 'user', parts: [{ type: 'text', content }] })),
  });
  for (const part of step.parts)
    if (part.type === 'text' && part.endNs !== null) call.message(part.text, part.endNs);
  call.end({
    endNs,
    tokens: step.tokens,
    finishReason: step.finishReason,
    firstChunkNs: step.firstChunkNs,
    costUsd: step.costUsd,
    outputMessages:
      step.parts.length === 0
        ? null
        : [
            {
              role: 'assistant',
              parts: step.parts.map(messagePart),
              ...(step.finishReason === null ? {} : { finish_reason: step.finishReason }),
            },
          ],
    ...(step.error === null
      ? { status: 'unset' }
      : { status: 'error', message: step.error, errorType: step.finishReason ?? 'error' }),
  });
}

/** The part as the GenAI conventions write it. */
function messagePart(part: OutputPart): Record<string, unknown> {
  if (part.type !== 'tool_call') return { type: part.type, content: part.text };
  return { type: 'tool_call', id: part.callId, name: part.tool, arguments: part.arguments };
}

/** An error is a moment, not a length of time; as a span it stands on the timeline and is counted. */
function recordError(parent: Phase, step: ErrorStep): void {
  const { startNs, endNs, timing, name, message } = step;
  const options = { startNs, timing, attributes: { [spanKey.errorType]: name } };
  parent.child('agent_step', `error ${name}`, options).end({ endNs, status: 'error', message });
}

function lastLine(text: string | null): string {
  return (text ?? '').trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '';
}
