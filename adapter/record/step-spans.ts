// What a step is as a span, with the names of OpenTelemetry's GenAI conventions: a tool call, a model call as
// the agent reports it or as a proxy measured it, an error. Decides nothing: which of them a step becomes, and
// below which span, is settled in step-recorder.ts.
import { logKey, spanKey } from '../../shared/conventions.ts';
import type { Media } from '../../shared/media/media.ts';
import type {
  AgentRun,
  ErrorStep,
  ModelCallStep,
  OutputPart,
  Step,
  StreamLine,
  ToolCallStep,
} from '../agents/step.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import type { Phase } from '../sdk/phase.ts';
import type { SpanIdentity } from '../sdk/span-ids.ts';
import type { MeasuredCall } from './observations.ts';
import { answerIdOf, stepKey, type Told } from './step-identity.ts';

/** What the user said at once. */
export interface Prompt {
  readonly text: string;
  readonly media?: readonly Media[];
}

/** A collector keeps 1 MiB of a value; what it would cut is not sent to it. */
const MAX_TEXT_CHARS = 1_000_000;

/** The beginning and the end of a text that is too long, and how much is missing between. */
export function cut(text: string): string {
  if (text.length <= MAX_TEXT_CHARS) return text;
  const half = MAX_TEXT_CHARS / 2;
  const left = text.length - MAX_TEXT_CHARS;
  return `${text.slice(0, half)}\n… (${left} characters left out) …\n${text.slice(-half)}`;
}

/**
 * What a run says of itself as a whole.
 * @param counted whether its model calls have tokens: the agent's own sum stands on the run where they have none
 */
export function runAttributes(run: AgentRun, counted: boolean): Record<string, string | string[] | number> {
  return {
    [spanKey.operation]: 'invoke_agent',
    ...(run.command === null ? {} : { [spanKey.commandArgs]: [...run.command] }),
    ...(run.workingDirectory === null ? {} : { [spanKey.workingDirectory]: run.workingDirectory }),
    ...(run.sessionId === null ? {} : { [spanKey.conversationId]: run.sessionId }),
    ...(run.model === null ? {} : { [spanKey.requestModel]: run.model }),
    ...(counted ? {} : totalAttributes(run)),
    // Told beside what the calls cost: never added to it.
    ...(typeof run.totalCostUsd === 'number' ? { [spanKey.cost]: run.totalCostUsd } : {}),
  };
}

/** The agent's own sum, which cannot be told apart by call. */
function totalAttributes({ totals = null, totalsOf }: AgentRun): Record<string, number | string> {
  if (totals === null) return {};
  const sums: Record<string, number | string> = {};
  if (totals.input !== null) sums[spanKey.inputTokens] = totals.input;
  if (totals.cacheRead !== null) sums[spanKey.cacheReadTokens] = totals.cacheRead;
  if (totals.cacheWrite !== null) sums[spanKey.cacheWriteTokens] = totals.cacheWrite;
  if (totals.output !== null) sums[spanKey.outputTokens] = totals.output;
  if (totals.reasoning !== null) sums[spanKey.reasoningTokens] = totals.reasoning;
  if (totalsOf !== undefined) sums[spanKey.usageOf] = totalsOf;
  return sums;
}

/** A tool call without the file changes that the agent tells of. */
export function recordToolSpan(parent: Phase, step: ToolCallStep, told: Told | null = null): Phase {
  const { tool, callId, startNs, endNs, timing } = step;
  const identity = identityOf(told, step);
  const call = parent.toolCall({ tool, callId, startNs, timing, arguments: step.arguments, identity });
  call.end({
    endNs,
    result: step.output === null ? null : cut(step.output),
    toolStatus: step.status,
    exitCode: step.exitCode,
    attributes: { ...toolMedia(step), ...agentAttributes(step) },
    ...(step.failed
      ? { status: 'error', message: lastLine(step.output), errorType: 'tool_error' }
      : { status: 'unset' }),
  });
  return call;
}

function toolMedia({ media = [] }: ToolCallStep): Record<string, string> {
  if (media.length === 0) return {};
  const keep = keeper();
  return { [spanKey.toolMedia]: JSON.stringify(media.map((one) => mediaPart(one, keep))) };
}

/** Whose step it is where no span around it says so: the subagent's id, or that of the call that sent it. */
function agentAttributes({ withinCallId, lostAgentId }: Step): Record<string, string> {
  const id = lostAgentId ?? withinCallId;
  return id ? { [spanKey.agentId]: id } : {};
}

/** A model call as the agent reports it. @param prompts what the user said since the call before */
export function recordModelCall(
  parent: Phase,
  step: ModelCallStep,
  prompts: readonly Prompt[],
  told: Told | null = null,
): Phase {
  const { model, provider, startNs, endNs, timing } = step;
  const call = parent.modelCall({
    model,
    provider,
    startNs,
    timing,
    identity: identityOf(told, step),
    attributes: toldAttributes(step, told),
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

function identityOf(told: Told | null, step: Step): SpanIdentity | undefined {
  return told === null ? undefined : { run: told.run, step: stepKey(told, step), telling: told };
}

/** Who tells of the call, and by what others may know it. */
function toldAttributes(step: ModelCallStep, told: Told | null): Record<string, string> {
  const answerId = answerIdOf(told, step);
  return {
    [spanKey.toldBy]: told?.by ?? 'stream',
    ...agentAttributes(step),
    ...(answerId === null ? {} : { [spanKey.answerId]: answerId }),
    ...(step.responseId ? { [spanKey.responseId]: step.responseId } : {}),
    ...(step.tokensGrade === undefined ? {} : { [spanKey.usageGrade]: step.tokensGrade }),
  };
}

/** A model call as the proxy measured it, with the agent's words where it reported the same call. */
export function recordMeasuredCall(
  parent: Phase,
  call: MeasuredCall,
  {
    step,
    prompts,
    content,
  }: {
    readonly step: ModelCallStep | null;
    readonly prompts: readonly Prompt[];
    /** Record what was said and answered as the proxy heard it. */
    readonly content: boolean;
  },
): void {
  const span = parent.modelCall({
    model: call.requestModel ?? call.responseModel,
    provider: call.provider,
    startNs: call.startNs,
    inputMessages: content ? call.content.inputMessages : promptMessages(prompts),
    attributes: {
      [spanKey.toldBy]: 'proxy',
      ...(step === null ? {} : agentAttributes(step)),
      ...(call.responseId ? { [spanKey.responseId]: call.responseId } : {}),
      [spanKey.requestHash]: call.requestHash,
      [spanKey.serverAddress]: call.serverAddress,
      [spanKey.serverPort]: call.serverPort,
      ...(call.retries > 0 ? { [spanKey.retries]: call.retries } : {}),
      ...(call.status === null ? {} : { [spanKey.httpStatus]: call.status }),
    },
  });
  for (const part of step?.parts ?? [])
    if (part.type === 'text' && part.endNs !== null) span.message(cut(part.text), part.endNs);
  const heard = call.content.parts;
  const finish = call.finishReason === null ? {} : { finish_reason: call.finishReason };
  const reported = step === null ? null : answerMessages(step);
  const error = errorOf(call);
  span.end({
    endNs: call.endNs,
    tokens: call.tokens,
    finishReason: call.finishReason,
    responseModel: call.responseModel,
    firstChunkNs: call.firstChunkNs,
    costUsd: step?.costUsd ?? null,
    outputMessages: content && heard.length > 0 ? [{ role: 'assistant', parts: heard, ...finish }] : reported,
    ...(error === null ? {} : { status: 'error' as const, message: error.message, errorType: error.type }),
  });
}

/** What went wrong with a measured call; null where it was answered. */
export function errorOf({ error, aborted }: MeasuredCall): MeasuredCall['error'] {
  return (
    error ??
    (aborted ? { type: 'aborted', message: 'the agent went away before the answer was whole' } : null)
  );
}

/** An answer that no proxy saw, beside calls that one measured: its words; its numbers would count twice. */
export function recordAnswer(parent: Phase, step: ModelCallStep): void {
  const { startNs, endNs, timing } = step;
  const span = parent.child('agent_step', 'answer', { startNs, timing });
  const messages = answerMessages(step);
  span.end({
    endNs,
    ...(messages === null ? {} : { attributes: { [spanKey.outputMessages]: JSON.stringify(messages) } }),
    ...(step.error === null ? {} : { status: 'error', message: step.error }),
  });
}

/** What the user said, as the GenAI conventions write it; null where nothing was. */
function promptMessages(prompts: readonly Prompt[]): unknown {
  if (prompts.length === 0) return null;
  const keep = keeper();
  return prompts.map(({ text, media = [] }) => ({
    role: 'user',
    parts: [
      ...(text === '' && media.length > 0 ? [] : [{ type: 'text', content: cut(text) }]),
      ...media.map((one) => mediaPart(one, keep)),
    ],
  }));
}

/** Base64 that one value holds: a collector keeps 1 MiB of it, and words stand beside. */
const MAX_MEDIA_CHARS = 700_000;

/** Whether so many characters more may be kept of one value's media. */
function keeper(): (chars: number) => boolean {
  let left = MAX_MEDIA_CHARS;
  return (chars) => {
    if (chars > left) return false;
    left -= chars;
    return true;
  };
}

/** As the GenAI conventions write it: bytes, or an address; of bytes that are too many, how many they are. */
function mediaPart(media: Media, keep: (chars: number) => boolean): Record<string, unknown> {
  const { kind, mediaType, name, address, base64, text, size } = media;
  const told = {
    modality: kind,
    ...(mediaType === null ? {} : { mime_type: mediaType }),
    ...(name === null ? {} : { name }),
  };
  if (address !== null) return { type: 'uri', uri: address, ...told };
  if (text !== null && keep(text.length))
    return { type: 'document', source: { type: 'text', data: text }, ...told };
  if (base64 !== null && keep(base64.length)) return { type: 'blob', content: base64, ...told };
  return { type: 'blob', ...(size === null ? {} : { size }), ...told };
}

/** What the model answered, as the GenAI conventions write it; null where the agent did not tell. */
function answerMessages(step: ModelCallStep): unknown {
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
export function recordError(parent: Phase, step: ErrorStep, told: Told | null = null): Phase {
  const { startNs, endNs, timing, name, message } = step;
  const options = {
    startNs,
    timing,
    identity: identityOf(told, step),
    attributes: { [spanKey.errorType]: name },
  };
  const span = parent.child('agent_step', `error ${name}`, options);
  span.end({ endNs, status: 'error', message: cut(message) });
  return span;
}

function lastLine(text: string | null): string {
  return (text ?? '').trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '';
}

/** A line that was no event stays findable as a log. @param endNs of the run, for a line without a time */
export function recordLine(recorder: CellRecorder, line: StreamLine, endNs: bigint): void {
  recorder.log(line.text, { atNs: line.atNs ?? endNs, attributes: { [logKey.outputStream]: line.stream } });
}
