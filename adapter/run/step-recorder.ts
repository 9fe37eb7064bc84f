// Turns what the agent told, what the proxy measured and what changed on disk into one trace. Three rules:
// a model call that the proxy measured is recorded once, with the proxy's times and tokens and the agent's
// words; an answer that the agent tells of and the proxy did not see is, beside measured ones, an agent_step
// and not counted; a file change hangs on the tool call that was running when the file changed.
import { logKey, spanKey } from '../../shared/conventions.ts';
import type { AgentRun, ModelCallStep, Step, TokenCounts, ToolCallStep } from '../agents/step.ts';
import {
  answerMessages,
  promptMessages,
  recordError,
  recordModelCall,
  recordToolSpan,
} from '../record-run.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import { nowNs } from '../sdk/instant.ts';
import type { Phase } from '../sdk/phase.ts';
import type { RecordedTool } from './change-owner.ts';
import { isPast, ownerOf } from './change-owner.ts';
import type { SeenChange } from './file-changes.ts';
import type { MeasuredCall } from './model-proxy.ts';

export interface StepOptions {
  readonly recorder: CellRecorder;
  readonly parent: Phase;
  /** Record what was said to the model and what it answered, as the proxy heard it. */
  readonly content: boolean;
  /** Whether files are watched: the changes that the agent tells of are then left out. */
  readonly watched: boolean;
  /** Whether `update` will be called: model calls then wait a little for their words. */
  readonly told: boolean;
  /** Called for each tool call and model call, when it is recorded. */
  readonly onStep: (line: string) => void;
  /** Nanoseconds since the epoch; the wall clock where absent. */
  readonly now?: () => bigint;
}

/** An answer's words come right after it; without them the call is recorded alone. */
const WAIT_FOR_WORDS_NS = 3_000_000_000n;
export interface ModelCallSums {
  readonly count: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Time with at least one call under way. */
  readonly activeMs: number;
}

export class StepRecorder {
  readonly #options: StepOptions;
  readonly #recorded = new Set<string>();
  /** By the agent's id: a tool call of a subagent stands below the call that started it. */
  readonly #byCallId = new Map<string, Phase>();
  readonly #tools: RecordedTool[] = [];
  readonly #calls: MeasuredCall[] = [];
  readonly #told: ModelCallStep[] = [];
  #waiting: MeasuredCall[] = [];
  #changes: SeenChange[] = [];
  #otherLines = 0;
  /** When the model calls began that the agent tells of. */
  #toldStarts: readonly bigint[] = [];

  constructor(options: StepOptions) {
    this.#options = options;
  }

  /** Measured calls whose words may still come. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get toolCalls(): number {
    return this.#tools.length;
  }

  /** The model calls' sums, for the scores: what the proxy measured, else what the agent told. */
  modelCallFacts(): ModelCallSums | null {
    const calls = this.#calls.length > 0 ? this.#calls : this.#told;
    if (calls.length === 0) return null;
    const sum = (pick: (call: { tokens: TokenCounts }) => number | null): number | null => {
      const said = calls.map(pick).filter((value) => value !== null);
      return said.length === 0 ? null : said.reduce((total, value) => total + value, 0);
    };
    return {
      count: calls.length,
      inputTokens: sum(({ tokens }) => tokens.input),
      outputTokens: sum(({ tokens }) => tokens.output),
      activeMs: activeMs(calls),
    };
  }

  addCall(call: MeasuredCall): void {
    this.#calls.push(call);
    if (this.#options.told) this.#waiting.push(call);
    else this.#recordMeasured(call, null, []);
  }

  addChanges(changes: readonly SeenChange[]): void {
    if (this.#options.told) this.#changes.push(...changes);
    else for (const change of changes) this.#recordChange(change, null);
  }

  /**
   * Takes over what is new in a run that was read.
   * @param state of the reading: `final` takes what is still open as it stands; `printed` waits for the end of
   *   each step; `kept`, read from a session file, takes an answer for whole as soon as something follows it
   */
  update(run: AgentRun, state: 'printed' | 'kept' | 'final'): void {
    const final = state === 'final';
    const last = run.steps.findLast(({ type }) => type !== 'message');
    this.#toldStarts = run.steps.flatMap((step) => (step.type === 'model_call' ? [step.startNs] : []));
    let prompts: string[] = [];
    const seen = new Map<string, number>();
    for (const step of run.steps) {
      if (step.type === 'message') {
        if (step.role === 'user') prompts.push(step.text);
        continue;
      }
      const key = keyOf(step, seen);
      const followed = state === 'kept' && step !== last;
      if (!this.#recorded.has(key) && this.#record(step, prompts, final, followed)) this.#recorded.add(key);
      if (step.type === 'model_call') prompts = [];
    }
    if (final) this.#recordLines(run);
    this.#recordStale(final);
    this.#pinChanges(final);
  }

  /** Records the model calls whose words did not come. To be called now and then. */
  recordStale(): void {
    this.#recordStale(false);
  }

  /** Records all that still waits. */
  finish(): void {
    this.#recordStale(true);
    this.#pinChanges(true);
  }

  #record(
    step: Exclude<Step, { type: 'message' }>,
    prompts: readonly string[],
    final: boolean,
    followed: boolean,
  ): boolean {
    if (step.type === 'error') {
      if (final) recordError(this.#parentOf(step), step);
      return final;
    }
    if (step.type === 'tool_call') {
      if (step.status === null && !final) return false;
      this.#recordTool(step);
      return true;
    }
    if (step.finishReason === null && !followed && !final) return false;
    const measured = this.#takeMeasured(step);
    if (measured) this.#recordMeasured(measured, step, prompts);
    else if (this.#calls.length === 0 && final) this.#recordTold(step, prompts);
    else if (final) this.#recordAnswer(step);
    else return false;
    return true;
  }

  #parentOf(step: Exclude<Step, { type: 'message' }>): Phase {
    return this.#byCallId.get(step.withinCallId ?? '') ?? this.#options.parent;
  }

  #recordTool(step: ToolCallStep): void {
    const { recorder, watched, onStep } = this.#options;
    const phase = recordToolSpan(this.#parentOf(step), step);
    this.#tools.push({ phase, step });
    if (step.callId !== null) this.#byCallId.set(step.callId, phase);
    if (!watched)
      for (const { path, change, diff } of step.changes)
        recorder.fileChange({ path, change, diff, span: phase, atNs: step.endNs, timing: step.timing });
    const code = step.exitCode === null ? '' : `, exit code ${step.exitCode}`;
    onStep(`tool ${step.tool}: ${step.status ?? 'open'}${code}`);
  }

  /**
   * The measured call that a told one is: of those that ran at the same time the one with the same tokens,
   * else the one that ended nearest.
   */
  #takeMeasured(step: ModelCallStep): MeasuredCall | null {
    let best: MeasuredCall | null = null;
    let bestScore = Number.POSITIVE_INFINITY;
    for (const call of this.#waiting) {
      const apart = call.startNs > step.endNs ? call.startNs - step.endNs : step.startNs - call.endNs;
      if (apart > WAIT_FOR_WORDS_NS) continue;
      const away = call.endNs > step.endNs ? call.endNs - step.endNs : step.endNs - call.endNs;
      const { input, output } = step.tokens;
      const known = input !== null && output !== null && call.tokens.output !== null;
      const same = input === call.tokens.input && output === call.tokens.output;
      // Agents that tell tokens tell the provider's: other tokens are another call.
      if (known && !same) continue;
      const score = Number(away) + (known ? 0 : 1e12);
      if (score < bestScore) {
        best = call;
        bestScore = score;
      }
    }
    if (best) this.#waiting = this.#waiting.filter((call) => call !== best);
    return best;
  }

  #recordMeasured(call: MeasuredCall, step: ModelCallStep | null, prompts: readonly string[]): void {
    const { content, onStep } = this.#options;
    const parent = step === null ? this.#options.parent : this.#parentOf(step);
    const model = call.requestModel ?? call.responseModel;
    const span = parent.modelCall({
      model,
      provider: call.provider,
      startNs: call.startNs,
      inputMessages: content ? call.content.inputMessages : promptMessages(prompts),
      attributes: {
        [spanKey.requestHash]: call.requestHash,
        [spanKey.serverAddress]: call.serverAddress,
        [spanKey.serverPort]: call.serverPort,
        ...(call.retries > 0 ? { [spanKey.retries]: call.retries } : {}),
        ...(call.status === null ? {} : { [spanKey.httpStatus]: call.status }),
      },
    });
    for (const part of step?.parts ?? [])
      if (part.type === 'text' && part.endNs !== null) span.message(part.text, part.endNs);
    const heard = call.content.parts;
    const finish = call.finishReason === null ? {} : { finish_reason: call.finishReason };
    const told = step === null ? null : answerMessages(step);
    const failed = call.error !== null || call.aborted;
    span.end({
      endNs: call.endNs,
      tokens: call.tokens,
      finishReason: call.finishReason,
      responseModel: call.responseModel,
      firstChunkNs: call.firstChunkNs,
      costUsd: step?.costUsd ?? null,
      outputMessages: content && heard.length > 0 ? [{ role: 'assistant', parts: heard, ...finish }] : told,
      ...(failed
        ? {
            status: 'error' as const,
            message: call.error?.message ?? 'the agent went away before the answer was whole',
            errorType: call.error?.type ?? 'aborted',
          }
        : {}),
    });
    onStep(`model ${model ?? 'unknown'}: ${tokenWords(call)}, ${msOf(call)} ms`);
  }

  /** The agent tells of a call that no proxy saw. */
  #recordTold(step: ModelCallStep, prompts: readonly string[]): void {
    recordModelCall(this.#parentOf(step), step, prompts);
    this.#told.push(step);
    this.#options.onStep(`model ${step.model ?? 'unknown'}: ${tokenWords(step)}`);
  }

  /** Beside measured calls: the words are kept, the numbers would be counted twice. */
  #recordAnswer(step: ModelCallStep): void {
    const { startNs, endNs, timing } = step;
    const span = this.#parentOf(step).child('agent_step', 'answer', { startNs, timing });
    const messages = answerMessages(step);
    span.end({
      endNs,
      ...(messages === null ? {} : { attributes: { [spanKey.outputMessages]: JSON.stringify(messages) } }),
      ...(step.error === null ? {} : { status: 'error', message: step.error }),
    });
  }

  /** Lines that were no event stand in the terminal already; those of standard error stay findable as logs. */
  #recordLines(run: AgentRun): void {
    for (const line of run.otherLines.slice(this.#otherLines))
      this.#options.recorder.log(line.text, {
        atNs: line.atNs ?? run.endNs,
        attributes: { [logKey.outputStream]: line.stream },
      });
    this.#otherLines = run.otherLines.length;
  }

  #recordStale(all: boolean): void {
    const limitNs = (this.#options.now ?? nowNs)() - WAIT_FOR_WORDS_NS;
    const stale = this.#waiting.filter(({ endNs }) => all || endNs < limitNs);
    this.#waiting = this.#waiting.filter((call) => !stale.includes(call));
    for (const call of stale) this.#recordMeasured(call, null, []);
  }

  #pinChanges(all: boolean): void {
    const around = { tools: this.#tools, calls: this.#calls, toldStarts: this.#toldStarts };
    const waiting: SeenChange[] = [];
    for (const change of this.#changes) {
      const tool = ownerOf(change, around);
      if (tool || all || isPast(change, this.#tools)) this.#recordChange(change, tool);
      else waiting.push(change);
    }
    this.#changes = waiting;
  }

  #recordChange({ path, change, diff, atNs, timing }: SeenChange, tool: Phase | null): void {
    this.#options.recorder.fileChange({
      path,
      change,
      diff,
      atNs,
      timing,
      ...(tool === null ? {} : { span: tool }),
    });
    this.#options.onStep(`file ${path} ${change}`);
  }
}

/** The length of the times' union: calls may run side by side. */
function activeMs(calls: readonly { startNs: bigint; endNs: bigint }[]): number {
  let totalNs = 0n;
  let untilNs = 0n;
  for (const { startNs, endNs } of calls.toSorted((a, b) => (a.startNs < b.startNs ? -1 : 1))) {
    const fromNs = startNs > untilNs ? startNs : untilNs;
    if (endNs > fromNs) totalNs += endNs - fromNs;
    if (endNs > untilNs) untilNs = endNs;
  }
  return Number(totalNs) / 1e6;
}

/**
 * What makes a step the same step in a later reading, where others may have come before it: the agent's id
 * of a tool call, the words of an answer; of equal ones the how manieth it is.
 */
function keyOf(step: Exclude<Step, { type: 'message' }>, seen: Map<string, number>): string {
  const kind = `${step.type} ${contentOf(step)}`;
  const count = (seen.get(kind) ?? 0) + 1;
  seen.set(kind, count);
  return `${kind} ${count}`;
}

function contentOf(step: Exclude<Step, { type: 'message' }>): string {
  if (step.type === 'error') return `${step.name} ${step.message}`;
  if (step.type === 'tool_call') return step.callId ?? `${step.tool} ${JSON.stringify(step.arguments)}`;
  return step.parts
    .map((part) => (part.type === 'tool_call' ? (part.callId ?? part.tool) : part.text))
    .join('\n')
    .slice(0, 2000);
}

function msOf({ startNs, endNs }: { startNs: bigint; endNs: bigint }): number {
  return Math.round(Number(endNs - startNs) / 1e6);
}

function tokenWords({ tokens }: Pick<ModelCallStep, 'tokens'>): string {
  if (tokens.input === null && tokens.output === null) return 'tokens not told';
  return `${tokens.input ?? '?'} tokens in, ${tokens.output ?? '?'} out`;
}
