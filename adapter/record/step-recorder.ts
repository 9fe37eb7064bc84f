// Turns steps, as an agent reports them, into spans of one trace, and joins them with what was seen from
// outside. Four rules: a model call that a proxy measured is recorded once, with the proxy's times and tokens
// and the agent's words; an answer that no proxy saw is, beside measured ones, an agent_step and not counted; a
// file change hangs on the tool call that was running when the file changed; what a subagent does stands below
// the call that sent it, and waits for that. Does not compare steps: each is handed to it once.
import { compareNs } from '../../shared/time.ts';
import type { ErrorStep, ModelCallStep, Step, TokenCounts, ToolCallStep } from '../agents/step.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import { nowNs } from '../sdk/instant.ts';
import type { Phase } from '../sdk/phase.ts';
import type { RecordedTool } from './change-owner.ts';
import { isPast, ownerOf } from './change-owner.ts';
import type { CallEnd, MeasuredCall, SeenChange } from './observations.ts';
import type { Told } from './step-identity.ts';
import {
  cut,
  errorOf,
  type Prompt,
  recordAnswer,
  recordError,
  recordMeasuredCall,
  recordModelCall,
  recordToolSpan,
} from './step-spans.ts';
import { beginningOf, type HeardCall, placedAmong } from './undated-steps.ts';

export interface StepOptions {
  readonly recorder: CellRecorder;
  readonly parent: Phase;
  /** A proxy stands before the model: answers wait for the calls that it measures. Default: none does. */
  readonly proxied?: boolean;
  /** Whether the agent reports steps: measured calls then wait a little for their words. Default: it does. */
  readonly reported?: boolean;
  /** Record what was said to the model and what it answered, as the proxy heard it. */
  readonly content?: boolean;
  /** Whether files are watched: the changes that the agent reports are then left out. */
  readonly watched?: boolean;
  /** Who tells of a run that is over; null for one under way, of which the agent's output tells. */
  readonly told?: Told | null;
  /** The calls that others name as theirs, where it is known which: no other is remembered. */
  readonly named?: ReadonlySet<string> | null;
  /** Called for each tool call and model call, when it is recorded. */
  readonly onStep?: (line: string) => void;
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

/** What the sums need of a call. */
type Counted = Pick<ModelCallStep, 'startNs' | 'endNs' | 'tokens'>;

/** An answer as the agent reports it, with what the user had said before it. */
interface Reported {
  readonly step: ModelCallStep;
  readonly prompts: readonly Prompt[];
}

export class StepRecorder {
  readonly #options: StepOptions;
  /** By the agent's id of a tool call, or of the subagent that it sent. */
  readonly #byCallId = new Map<string, Phase>();
  /** What waits for the call of that id, in the order in which it was reported. */
  readonly #children = new Map<string, ((parent: Phase) => void)[]>();
  readonly #tools: RecordedTool[] = [];
  #toolCount = 0;
  /** When the model calls began that the agent reports. */
  readonly #reportedStarts: bigint[] = [];
  readonly #measured: (Counted & HeardCall)[] = [];
  readonly #counted: Counted[] = [];
  readonly #ends: CallEnd[] = [];
  #lastError: ErrorStep | null = null;
  #prompts: (Prompt & { readonly atNs: bigint })[] = [];
  /** Measured calls whose words may still come. */
  #wordless: MeasuredCall[] = [];
  /** Answers whose measured call may still come. */
  #unmeasured: Reported[] = [];
  #changes: SeenChange[] = [];
  #hasTokens = false;

  constructor(options: StepOptions) {
    this.#options = options;
  }

  /** Measured calls whose words may still come. */
  get waiting(): number {
    return this.#wordless.length;
  }

  get toolCalls(): number {
    return this.#toolCount;
  }

  /** Whether the agent reports tokens call by call. */
  get reportsTokens(): boolean {
    return this.#hasTokens;
  }

  /** How the calls ended that are counted, in the order in which they were heard of. */
  get callEnds(): readonly CallEnd[] {
    return this.#ends;
  }

  /** The last error that the agent told of itself. */
  get lastError(): ErrorStep | null {
    return this.#lastError;
  }

  /** The model calls' sums, for the scores: what the proxy measured, else what the agent reports. */
  modelCallFacts(): ModelCallSums | null {
    const calls = this.#measured.length > 0 ? this.#measured : this.#counted;
    if (calls.length === 0) return null;
    const sum = (pick: (tokens: TokenCounts) => number | null): number | null => {
      const known = calls.map(({ tokens }) => pick(tokens)).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
    };
    return {
      count: calls.length,
      inputTokens: sum(({ input }) => input),
      outputTokens: sum(({ output }) => output),
      activeMs: activeMs(calls),
    };
  }

  addCall(call: MeasuredCall): void {
    const { startNs, endNs, tokens, content } = call;
    const texts = content.parts.flatMap((part) => (part.type === 'text' ? [part.content] : []));
    this.#measured.push({ startNs, endNs, tokens, said: beginningOf(texts) });
    this.#ends.push({ startNs, endNs, status: call.status, error: errorOf(call) });
    if (this.#options.reported === false) {
      this.#recordMeasured(this.#options.parent, call, null);
      return;
    }
    this.#wordless.push(call);
    this.#unmeasured = this.#unmeasured.filter((answer) => !this.#recordIfMeasured(answer));
  }

  addChanges(changes: readonly SeenChange[]): void {
    if (this.#options.reported === false) for (const change of changes) this.#recordChange(change, null);
    else this.#changes.push(...changes);
  }

  /** Takes complete steps, each once, in any order. */
  add(steps: readonly Step[]): void {
    for (const step of placedAmong(steps, this.#measured, this.#changes)) {
      if (step.type === 'message')
        this.#prompts.push({ text: cut(step.text), media: step.media ?? [], atNs: step.startNs });
      else if (step.type === 'model_call') this.#addAnswer(step);
      else this.#below(step, (parent) => this.#recordStep(parent, step));
    }
    this.#pinChanges(false);
  }

  /** Records the measured calls whose words did not come. To be called now and then. */
  recordStale(): void {
    this.#recordStale(false);
  }

  /** Records all that still waits. */
  finish(): void {
    const nothingMeasured = this.#measured.length === 0;
    for (const answer of this.#unmeasured)
      this.#below(answer.step, (parent) => {
        if (nothingMeasured) this.#recordReported(parent, answer);
        else recordAnswer(parent, answer.step);
      });
    this.#unmeasured = [];
    // The call that they name was never reported.
    for (const waiting of this.#children.values()) for (const record of waiting) record(this.#options.parent);
    this.#children.clear();
    this.#recordStale(true);
    this.#pinChanges(true);
  }

  /** Has a step recorded below the call that it belongs to, now or as soon as that is there. */
  #below({ withinCallId }: Step, record: (parent: Phase) => void): void {
    const parent = withinCallId ? this.#byCallId.get(withinCallId) : this.#options.parent;
    if (parent) record(parent);
    else if (withinCallId) {
      const waiting = this.#children.get(withinCallId);
      if (waiting) waiting.push(record);
      else this.#children.set(withinCallId, [record]);
    }
  }

  #recordStep(parent: Phase, step: ToolCallStep | ErrorStep): void {
    if (step.type === 'error') {
      this.#lastError = step;
      recordError(parent, step, this.#options.told);
    } else this.#recordTool(parent, step);
  }

  #recordTool(parent: Phase, step: ToolCallStep): void {
    const { recorder, watched = false, told = null, named = null, onStep } = this.#options;
    const phase = recordToolSpan(parent, step, told);
    const { startNs, endNs } = step;
    this.#toolCount++;
    // Only changes that were seen from outside look for their call, and only of a run under way.
    if (told === null) this.#tools.push({ phase, startNs, endNs, arguments: step.arguments });
    if (!watched)
      for (const { path, change, diff } of step.changes)
        recorder.fileChange({
          path,
          change,
          diff: diff === null ? null : cut(diff),
          span: phase,
          atNs: endNs,
          timing: step.timing,
        });
    const code = step.exitCode === null ? '' : `, exit code ${step.exitCode}`;
    onStep?.(`tool ${step.tool}: ${step.status ?? 'open'}${code}`);
    for (const id of [step.callId, step.agentId])
      if (id && (named === null || named.has(id))) this.#adopt(id, phase);
  }

  #adopt(id: string, phase: Phase): void {
    this.#byCallId.set(id, phase);
    const waiting = this.#children.get(id) ?? [];
    this.#children.delete(id);
    for (const record of waiting) record(phase);
  }

  #addAnswer(step: ModelCallStep): void {
    if (this.#options.told == null) this.#reportedStarts.push(step.startNs);
    if (step.tokens.input !== null) this.#hasTokens = true;
    const answer = { step, prompts: this.#takePrompts(step) };
    if (!this.#options.proxied) this.#below(step, (parent) => this.#recordReported(parent, answer));
    else if (!this.#recordIfMeasured(answer)) this.#unmeasured.push(answer);
  }

  /** What the user said before the call and no call before it answers. A subagent is not asked by the user. */
  #takePrompts({ startNs, withinCallId, lostAgentId }: ModelCallStep): Prompt[] {
    if (withinCallId || lostAgentId) return [];
    const asked = this.#prompts.filter(({ atNs }) => atNs <= startNs);
    if (asked.length > 0) this.#prompts = this.#prompts.filter(({ atNs }) => atNs > startNs);
    return asked;
  }

  #recordIfMeasured(answer: Reported): boolean {
    const call = this.#takeMeasured(answer.step);
    if (call) this.#below(answer.step, (parent) => this.#recordMeasured(parent, call, answer));
    return call !== null;
  }

  /**
   * The measured call that a reported one is: of those that ran at the same time the one with the same tokens,
   * else the one that ended nearest.
   */
  #takeMeasured(step: ModelCallStep): MeasuredCall | null {
    let best: MeasuredCall | null = null;
    let bestScore = Number.POSITIVE_INFINITY;
    for (const call of this.#wordless) {
      const apart = call.startNs > step.endNs ? call.startNs - step.endNs : step.startNs - call.endNs;
      if (apart > WAIT_FOR_WORDS_NS) continue;
      const away = call.endNs > step.endNs ? call.endNs - step.endNs : step.endNs - call.endNs;
      const { input, output } = step.tokens;
      const isExact = step.tokensGrade !== 'estimated';
      const known = isExact && input !== null && output !== null && call.tokens.output !== null;
      const same = input === call.tokens.input && output === call.tokens.output;
      // Agents that report tokens report the provider's: other tokens are another call.
      if (known && !same) continue;
      const score = Number(away) + (known ? 0 : 1e12);
      if (score < bestScore) {
        best = call;
        bestScore = score;
      }
    }
    if (best) this.#wordless = this.#wordless.filter((call) => call !== best);
    return best;
  }

  #recordMeasured(parent: Phase, call: MeasuredCall, answer: Reported | null): void {
    const { content = false, onStep } = this.#options;
    recordMeasuredCall(parent, call, {
      step: answer?.step ?? null,
      prompts: answer?.prompts ?? [],
      content,
    });
    const model = call.requestModel ?? call.responseModel ?? 'unknown';
    onStep?.(`model ${model}: ${answerWords(call)}, ${msOf(call)} ms`);
  }

  /** The agent reports a call, and no proxy stands before the model or none of its calls was seen there. */
  #recordReported(parent: Phase, { step, prompts }: Reported): void {
    recordModelCall(parent, step, prompts, this.#options.told);
    const { startNs, endNs, tokens } = step;
    if (this.#options.told == null) {
      this.#counted.push({ startNs, endNs, tokens });
      const error = step.error === null ? null : { type: step.finishReason ?? 'error', message: step.error };
      this.#ends.push({ startNs, endNs, status: null, error });
    }
    this.#options.onStep?.(`model ${step.model ?? 'unknown'}: ${tokenWords(step)}`);
  }

  #recordStale(all: boolean): void {
    const limitNs = (this.#options.now ?? nowNs)() - WAIT_FOR_WORDS_NS;
    const stale = this.#wordless.filter(({ endNs }) => all || endNs < limitNs);
    if (stale.length === 0) return;
    this.#wordless = this.#wordless.filter((call) => !stale.includes(call));
    for (const call of stale) this.#recordMeasured(this.#options.parent, call, null);
  }

  #pinChanges(all: boolean): void {
    if (this.#changes.length === 0) return;
    const around = { tools: this.#tools, calls: this.#measured, reportedStarts: this.#reportedStarts };
    const waiting: SeenChange[] = [];
    for (const change of this.#changes) {
      const tool = ownerOf(change, around);
      if (tool || all || isPast(change, this.#tools)) this.#recordChange(change, tool);
      else waiting.push(change);
    }
    this.#changes = waiting;
  }

  #recordChange({ path, change, diff, atNs, timing }: SeenChange, tool: Phase | null): void {
    const { recorder, onStep } = this.#options;
    recorder.fileChange({ path, change, diff, atNs, timing, ...(tool === null ? {} : { span: tool }) });
    onStep?.(`file ${path} ${change}`);
  }
}

/** The length of the times' union: calls may run side by side. */
function activeMs(calls: readonly { startNs: bigint; endNs: bigint }[]): number {
  let totalNs = 0n;
  let untilNs = 0n;
  for (const { startNs, endNs } of calls.toSorted((a, b) => compareNs(a.startNs, b.startNs))) {
    const fromNs = startNs > untilNs ? startNs : untilNs;
    if (endNs > fromNs) totalNs += endNs - fromNs;
    if (endNs > untilNs) untilNs = endNs;
  }
  return Number(totalNs) / 1e6;
}

function msOf({ startNs, endNs }: { startNs: bigint; endNs: bigint }): number {
  return Math.round(Number(endNs - startNs) / 1e6);
}

/** A failed call tells no tokens, and why it failed is what matters. */
function answerWords(call: MeasuredCall): string {
  if (call.status !== null && call.status >= 400) return `answered with ${call.status}`;
  return call.status === null && call.error !== null ? 'not answered' : tokenWords(call);
}

function tokenWords({ tokens }: Pick<ModelCallStep, 'tokens'>): string {
  if (tokens.input === null && tokens.output === null) return 'tokens not told';
  return `${tokens.input ?? '?'} tokens in, ${tokens.output ?? '?'} out`;
}
